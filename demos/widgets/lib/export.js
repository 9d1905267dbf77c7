// What leaves the page as a file: the rows of a chart, and its picture.

/** @typedef {Record<string, unknown>} Row */

/**
 * Return a cell as CSV has it. Numbers stand as they are; what is text and would be a formula to a
 * spreadsheet gets an apostrophe in front.
 * @param {unknown} value
 */
export function csvCell(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Return lines of cells as CSV. @param {unknown[][]} lines */
export const csvText = (lines) => lines.map((line) => `${line.map(csvCell).join(',')}\r\n`).join('');

/**
 * Return rows as CSV. Of several data sets, each row says in front which one it belongs to.
 * @param {Record<string, Row[]>} sets rows by name
 * @param {Record<string, string>} headings field → what its column is called; without one, as the field
 * @param {string} [naming] what the column of the sets' names is called
 */
export function csvOf(sets, headings = {}, naming = 'data') {
  // A picture that lies behind a chart is no row of it.
  const plain = Object.entries(sets).map(([name, rows]) => /** @type {[string, Row[]]} */ ([name, rows.map((row) => (
    Object.fromEntries(Object.entries(row).filter(([, value]) => !String(value).startsWith('data:')))))]));
  const filled = plain.filter(([, rows]) => rows.some((row) => Object.keys(row).length));
  const fields = [...new Set(filled.flatMap(([, rows]) => rows.flatMap(Object.keys)))];
  const names = fields.map((field) => headings[field] || field);
  // Two fields may stand at one axis: then the field says which is which.
  const twice = (/** @type {string} */ name) => names.filter((one) => one === name).length > 1;
  const columns = names.map((name, i) => (twice(name) && name !== fields[i] ? `${name} (${fields[i]})` : name));
  const several = filled.length > 1;
  const lines = filled.flatMap(([set, rows]) => rows.map((row) => [...(several ? [set] : []), ...fields.map((field) => row[field])]));
  return csvText([[...(several ? [naming] : []), ...columns], ...lines]);
}

/** @param {unknown} title of Vega-Lite: a text, its lines, or an object that holds them */
export function titleText(title) {
  const text = title && typeof title === 'object' && !Array.isArray(title) ? /** @type {{ text?: unknown }} */ (title).text : title;
  return (Array.isArray(text) ? text : [text]).filter((line) => typeof line === 'string').join(' ').replace(/\s+/g, ' ').trim();
}

/**
 * Return what a chart is called: its title, without what that asks for in brackets; else the
 * beginning of its description.
 * @param {{ title?: unknown }} spec of Vega-Lite
 * @param {string} description
 */
export const headingOf = (spec, description) => titleText(spec.title).replace(/\s*\([^()]*\)$/, '') || description.replace(/[.,;:(].*/, '').trim();

/**
 * Return what a chart calls its fields: the titles of its axes, legends and tooltips.
 * @param {any} spec of Vega-Lite
 * @param {Record<string, string>} found
 */
export function titlesOf(spec, found = {}) {
  if (!spec || typeof spec !== 'object') return found;
  if (typeof spec.field === 'string') {
    const title = titleText(spec.title ?? spec.axis?.title ?? spec.legend?.title);
    if (title) found[spec.field] ??= title;
  }
  for (const [name, part] of Object.entries(spec)) if (name !== 'datasets') titlesOf(part, found);
  return found;
}

const LETTERS = /** @type {Record<string, string>} */ ({ ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' });

/**
 * Return a name for a file that every system takes: "celsius-the-loss-step-by-step.svg".
 * @param {string[]} parts
 * @param {string} ending
 */
export function fileName(parts, ending) {
  const plain = (/** @type {string} */ text) => text.toLowerCase().replace(/[äöüß]/g, (letter) => LETTERS[letter])
    .normalize('NFKD').replace(/\p{M}/gu, '').replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '');
  const name = parts.map(plain).filter(Boolean).join('-').slice(0, 80).replace(/-$/, '');
  return `${name || 'chart'}.${ending}`;
}

const escaped = (/** @type {string} */ text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/**
 * @typedef {object} Frame
 * @property {number} width of the chart [px]
 * @property {number} height
 * @property {string} paper colour behind it
 * @property {string} ink colour of words
 * @property {string} font families
 * @property {{ label: string, colour: string, dash: number[] }[]} legend what the page says beside the chart
 * @property {string} foot a line below it
 * @property {(name: string) => string} value of a CSS variable
 * @property {(text: string) => number} measure how wide a text of 13 px is
 */

/**
 * Return a chart's SVG so that it can be read without the page: no variables, with a background, its
 * legend, and what it shows in a line below.
 * @param {string} svg
 * @param {Frame} frame
 */
export function standalone(svg, { width, height, paper, ink, font, legend, foot, value, measure }) {
  const [edge, line, gap] = [12, 22, 18];
  let [x, row] = [0, 0];
  const entries = legend.map(({ label, colour, dash }) => {
    const room = 42 + measure(label);
    if (x > 0 && x + room > width) [x, row] = [0, row + 1];
    const [left, middle] = [edge + x, edge + row * line + line / 2];
    x += room + gap;
    return `<path d="M${left} ${middle}h36" stroke="${colour}" stroke-width="3" stroke-dasharray="${dash.join(' ')}"/>`
      + `<text x="${left + 42}" y="${middle + 4.5}" fill="${ink}">${escaped(label)}</text>`;
  });
  const top = edge + (legend.length ? (row + 1) * line + 6 : 0);
  const [all, high] = [Math.ceil(width + 2 * edge), Math.ceil(top + height + edge + (foot ? line : 0))];
  const below = foot ? `<text x="${edge}" y="${high - edge}" fill="${ink}">${escaped(foot)}</text>` : '';
  const inner = svg.replace(/^<\?xml[^>]*>\s*|<!DOCTYPE[^>]*>\s*/g, '').replace('<svg ', `<svg x="${edge}" y="${top}" overflow="visible" `);
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${all}" height="${high}" viewBox="0 0 ${all} ${high}">`
    .concat(`<rect width="${all}" height="${high}" fill="${paper}"/><g font-family="inherit" font-size="13">${entries.join('')}${below}</g>${inner}</svg>`)
    .replace(/var\((--[\w-]+)\)/g, (none, name) => value(name))
    // In quotes of either kind the families must not end them.
    .replace(/font-family="inherit"|font-family:\s*inherit/g, (found) => found.replace('inherit', font.replaceAll('"', "'")));
}
