// Small things that all parts draw with, and what can be told without the server.

/**
 * @param {string} tag
 * @param {Record<string, any>} properties
 * @param {...(Node | string)} children texts are shown as they are, never as HTML
 * @returns {any}
 */
export function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

/** @param {number | null | undefined} share @param {number} digits */
export const percent = (share, digits = 1) => (share === null || share === undefined ? '–' : `${(100 * share).toFixed(digits)}\u202f%`);

/**
 * Return the rows of a waterfall: where each begins and ends, and what is written beside it.
 *
 * What is written is the difference of the rounded ends: so the numbers on the page add up to the
 * one below them, to the last digit.
 * @param {number} bias
 * @param {number[]} products
 * @param {number} digits
 */
export function waterfall(bias, products, digits = 3) {
  const unit = 10 ** digits;
  const rounded = (/** @type {number} */ value) => Math.round(value * unit);
  let sum = bias;
  let last = rounded(bias);
  const rows = [{ from: 0, to: bias, shown: last / unit }];
  for (const product of products) {
    const next = rounded(sum + product);
    rows.push({ from: sum, to: sum + product, shown: (next - last) / unit });
    sum += product;
    last = next;
  }
  return rows;
}

/** How many characters a text has, as the server counts them: an emoji is one. @param {string} text */
export const lengthOf = (text) => [...text].length;

/**
 * Return texts in portions of so many characters at most, in their order; a longer text is one alone.
 * @param {string[]} texts
 * @param {number} most
 */
export function portions(texts, most) {
  /** @type {string[][]} */
  const found = [];
  let room = -1;
  for (const text of texts) {
    room -= lengthOf(text);
    if (room < 0) {
      found.push([]);
      room = most - lengthOf(text);
    }
    found.at(-1).push(text);
  }
  return found;
}

const LEET = /** @type {Record<string, string>} */ ({ a: '4', e: '3', i: '1', o: '0', s: '5' });

/** Misspell every word of three letters or more as spammers do: fr33, W1N. @param {string} text */
export const misspelled = (text) => text.replace(/\S+/g, (word) => (/^\p{L}{3,}[!.,?:]*$/u.test(word)
  ? word.replace(/[aeios]/gi, (letter) => LEET[letter.toLowerCase()]) : word));

/** Ten words that speak for a friend. */
export const HARMLESS = 'ok my friends hope he can still come later great';

/**
 * Return how good answers are.
 * @param {boolean[]} said
 * @param {boolean[]} truth
 */
export function rates(said, truth) {
  let [tp, fp, fn, tn] = [0, 0, 0, 0];
  said.forEach((yes, i) => {
    if (yes && truth[i]) tp += 1;
    else if (yes) fp += 1;
    else if (truth[i]) fn += 1;
    else tn += 1;
  });
  const share = (/** @type {number} */ some, /** @type {number} */ of) => (of ? some / of : null);
  return { tp, fp, fn, tn, accuracy: share(tp + tn, said.length), sensitivity: share(tp, tp + fn), specificity: share(tn, tn + fp), precision: share(tp, tp + fp) };
}

/** Return a canvas's brush, sharp on every screen; its size in CSS pixels. @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
export function brushOf(canvas, width, height) {
  const scale = Math.min(3, window.devicePixelRatio || 1);
  Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  const brush = canvas.getContext('2d');
  brush.setTransform(scale, 0, 0, scale, 0, 0);
  return brush;
}

/** @param {Element} element @param {string} name of a CSS variable */
export const colour = (element, name) => getComputedStyle(element).getPropertyValue(name).trim() || '#888';

/**
 * Draw numbers as a grid of cells: 0 is pale, what is above orange, what is below blue.
 * @param {HTMLCanvasElement} canvas
 * @param {number[] | Map<number, number>} values
 * @param {{ count: number, columns: number, cell: number }} grid
 */
export function cells(canvas, values, { count, columns, cell }) {
  const rows = Math.ceil(count / columns);
  const brush = brushOf(canvas, columns * cell, rows * cell);
  const entries = values instanceof Map ? values : new Map(values.map((value, i) => [i, value]));
  const most = Math.max(1e-9, ...[...entries.values()].map(Math.abs));
  brush.fillStyle = colour(canvas, '--chart-grid');
  for (let i = 0; i < count; i += 1) brush.fillRect((i % columns) * cell + 0.5, Math.floor(i / columns) * cell + 0.5, cell - 1, cell - 1);
  for (const [place, value] of entries) {
    brush.globalAlpha = Math.max(0.12, Math.min(1, Math.abs(value) / most));
    brush.fillStyle = colour(canvas, value >= 0 ? '--chart-vermillion' : '--chart-blue');
    const grow = values instanceof Map ? 1 : 0; // few that are lit must be seen
    brush.fillRect((place % columns) * cell - grow + 0.5, Math.floor(place / columns) * cell - grow + 0.5, cell - 1 + 2 * grow, cell - 1 + 2 * grow);
  }
  brush.globalAlpha = 1;
}
