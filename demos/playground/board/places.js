// The points of the plane as text for links: three bytes a point, four characters, as
// demos/playground/links.py writes them.
import { DIGITS } from '../../widgets/lib/base64.js';
import { clamp } from '../../widgets/lib/numbers.js';

/** @typedef {import('./types').Point} Point */

/** The plane reaches from −6 to 6. */
export const EXTENT = 6;
/** A point's share of the text. */
export const CHARACTERS = 4;
const LEVELS = 2047;
/** @param {number} value */
const snap = (value) => clamp(Math.round(((value + EXTENT) / (2 * EXTENT)) * LEVELS), 0, LEVELS);

/** @param {Point[]} list */
export function encodePoints(list) {
  return list.map(({ x, y, label }) => {
    const number = label * 2 ** 22 + snap(x) * 2 ** 11 + snap(y);
    return [18, 12, 6, 0].map((shift) => DIGITS[(number >> shift) & 63]).join('');
  }).join('');
}

/**
 * @param {string} text
 * @returns {Point[]}
 */
export function decodePoints(text) {
  const list = [];
  for (let i = 0; i + CHARACTERS <= text.length; i += CHARACTERS) {
    const number = [...text.slice(i, i + CHARACTERS)].reduce((sum, char) => sum * 64 + DIGITS.indexOf(char), 0);
    /** @param {number} level */
    const place = (level) => (level / LEVELS) * 2 * EXTENT - EXTENT;
    list.push({ x: place((number >> 11) & LEVELS), y: place(number & LEVELS), label: number >> 22 });
  }
  return list;
}
