// The pictures of a board, for the menu that saves them: where they are, what they are called, what they show.
import { _ } from './texts.js';
import { showsPixels } from './boxes.js';

/** @typedef {import('./export.js').Row} Row */

const PICTURES = 'canvas, svg, table, img, [data-picture]';
// What is pressed, and the pad, are no pictures; an icon is none, either.
const NONE = 'button:not([data-picture] *), summary, label, .sketch-pad, .katex';
const SMALLEST = 24; // px

/** What pictures show. @type {WeakMap<Element, () => Row[]>} */
const told = new WeakMap();

/**
 * Say what a picture shows, as rows; without, those are read off: the cells of a table, the pixels
 * of a picture, the words of a board line by line.
 * @param {Element} picture
 * @param {() => Row[]} rows
 */
export const tells = (picture, rows) => { told.set(picture, rows); };

/** A number as a number, whatever it is written like. @param {string} text */
export function cellOf(text) {
  const plain = text.replace(/\s+/g, ' ').trim();
  const number = plain.replaceAll('−', '-').replace(/^\+ ?(?=\d)/, '').replace(/(\d),(?=\d{3}\b)/g, '$1');
  return /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(number) ? Number(number) : plain;
}

/** @param {HTMLTableElement} table @returns {Row[]} */
function rowsOfTable(table) {
  const cells = [...table.rows].map((row) => [...row.cells].flatMap((cell) => {
    const shown = cell.checkVisibility() ? [/** @type {string} */ (cell.innerText)] : [];
    return cell.colSpan > 1 ? [...shown, ...Array(cell.colSpan - 1).fill('')] : shown;
  }));
  const heads = table.tHead ? cells.splice(0, table.tHead.rows.length).at(-1) : [];
  return cells.map((row) => Object.fromEntries(row.map((text, i) => [headOf(heads, i), cellOf(text)])));
}

/** Two columns may be called the same. @param {string[]} heads @param {number} i */
function headOf(heads, i) {
  const name = (heads[i] ?? '').replace(/\s+/g, ' ').trim() || String(i + 1);
  return heads.indexOf(heads[i]) === i || !heads[i] ? name : `${name} ${i + 1}`;
}

/** @param {HTMLCanvasElement} canvas of pixels @returns {Row[]} */
function rowsOfPixels(canvas) {
  const { width, height } = canvas;
  if (!width || !height) return [];
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  return Array.from({ length: width * height }, (none, i) => {
    const [red, green, blue] = data.subarray(4 * i);
    return { row: Math.floor(i / width), column: i % width, red, green, blue };
  });
}

/** The words of each part, a part a row. @param {Element} host @returns {Row[]} */
function rowsOfWords(host) {
  const lines = host.children.length === 1 && !host.querySelector('canvas') ? host.firstElementChild : host;
  return [...lines.children].filter((one) => one.checkVisibility() && !one.matches('[role=status]')).map((one) => {
    const words = [];
    const walker = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      if (text.textContent.trim() && text.parentElement.checkVisibility()) words.push(cellOf(text.textContent));
    }
    return Object.fromEntries(words.map((word, i) => [String(i + 1), word]));
  }).filter((row) => Object.keys(row).length);
}

/** @param {Element} picture @returns {Record<string, Row[]>} */
function setsOf(picture) {
  const known = [picture, ...picture.querySelectorAll('*')].filter((one) => told.has(one) && one.checkVisibility());
  if (known.length) return Object.fromEntries(known.map((one, i) => [nameOf(one) || String(i + 1), told.get(one)()]));
  const tables = picture instanceof HTMLTableElement ? [picture] : [...picture.querySelectorAll('table')];
  if (tables.length) return Object.fromEntries(tables.map((one, i) => [String(i + 1), rowsOfTable(one)]));
  const all = picture instanceof HTMLCanvasElement ? [picture] : [...picture.querySelectorAll('canvas')];
  const pixels = all.filter((one) => showsPixels(one) && one.checkVisibility());
  if (pixels.length) return Object.fromEntries(pixels.map((one, i) => [`${i + 1} ${nameOf(one)}`.trim(), rowsOfPixels(one)]));
  return { words: rowsOfWords(picture) };
}

/** The title that stands next above an element of a board. @param {Element} picture */
function above(picture) {
  for (let one = picture; one && !one.matches('[data-pictures]'); one = one.parentElement) {
    for (let before = one.previousElementSibling; before; before = before.previousElementSibling) {
      if (before.matches('h3, .in-title') && before.checkVisibility()) return before.textContent;
    }
  }
  return '';
}

/** What a picture is called: by itself, by its title, by what is in it, by the topic. @param {Element} picture */
function nameOf(picture) {
  const name = [
    () => picture.getAttribute('data-picture'),
    () => picture.getAttribute('aria-label'),
    () => picture.querySelector(':scope > figcaption, :scope > caption')?.textContent,
    () => above(picture),
    () => picture.matches('figure, [data-picture]') && picture.querySelector('canvas[aria-label], svg[aria-label]')?.getAttribute('aria-label'),
    () => picture.closest('.chapter')?.querySelector('.deciding input:checked')?.closest('label').textContent,
  ].map((ask) => (ask() || '').replace(/\s+/g, ' ').trim()).find(Boolean) ?? _('Picture');
  const first = name.split(/(?<=[.;?!]) /)[0].replace(/[.:]$/, '');
  return first.length > 70 ? `${first.slice(0, 68)} …` : first;
}

/**
 * Return the pictures below an element that are shown now, each in its figure.
 * @param {Element} root
 * @param {string} foot
 * @returns {import('./save.js').Chart[]}
 */
export function picturesIn(root, foot) {
  const found = new Set();
  for (const one of [root, ...root.querySelectorAll('*')].filter((each) => each.matches(PICTURES))) {
    const host = one.closest('[data-picture]') ?? one.closest('figure') ?? one;
    const { width, height } = host.getBoundingClientRect();
    if (one.closest(NONE) || one.parentElement.closest('svg') || !host.checkVisibility() || Math.min(width, height) < SMALLEST) continue;
    found.add(host);
  }
  return [...found].map((host) => {
    const drawn = [host, ...host.querySelectorAll('*')];
    const read = drawn.some((one) => told.has(one) || one.matches('table, canvas')) || rowsOfWords(host).length;
    const canvases = host instanceof HTMLCanvasElement ? [host] : [...host.querySelectorAll('canvas')];
    return {
      heading: nameOf(host),
      host,
      drawn: host,
      get sets() { return setsOf(host); },
      headings: {},
      legend: /** @type {import('./export.js').Frame['legend']} */ ([]),
      foot,
      // What is drawn on a canvas is there as a picture only.
      kinds: [...(canvases.every((one) => showsPixels(one) || !one.checkVisibility()) ? ['svg'] : []), 'png', ...(read ? ['csv'] : [])],
    };
  });
}
