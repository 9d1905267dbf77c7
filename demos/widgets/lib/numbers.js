// Numbers as people write and read them.
import { language } from './texts.js';

export const MINUS = '\u2212';

/** @type {(value: number, low: number, high: number) => number} */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/**
 * Return what was typed: a decimal comma and a minus sign are read, too; NaN if it is no number.
 * @param {string} text
 */
export function readNumber(text) {
  const plain = text.trim().replace(',', '.').replace(MINUS, '-');
  return plain === '' ? NaN : Number(plain);
}

/**
 * Write a number with so many decimals; a dash where there is none.
 * @param {number | null | undefined} value
 * @param {number} digits
 */
export function fixed(value, digits = 3) {
  if (value === null || value === undefined) return '–';
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', MINUS);
}

/** What stands between thousands: outside of English a comma may be read as a decimal one. @param {string} of a language */
export const betweenThousands = (of = language) => (of === 'en' ? ',' : '\u202f');

/**
 * Write a whole number as `grouped` in frame/texts.py does: 46,100 and 4,009, or 46\u202f100 and 4009.
 * @param {number} count
 * @param {string} of a language, that of the page
 */
export function grouped(count, of = language) {
  const short = of !== 'en' && Math.abs(count) < 10_000;
  return count.toLocaleString('en').replaceAll(',', short ? '' : betweenThousands(of));
}

/**
 * Return the HTML of what Vega writes beside the pointer: its exponents have a hyphen for a minus sign.
 * @param {unknown} text
 */
export const tip = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replace(/(\d)e-(\d)/g, `$1e${MINUS}$2`);

/**
 * Return how many decimals a blackboard's ".3f" asks for.
 * @param {string} spec
 */
export const decimals = (spec) => Number(/\.(\d+)/.exec(spec)?.[1] ?? 2);

/**
 * Write a number with so many digits that count: 6578.83, 0.00246651, 1.52588e−5.
 * @param {number} value
 * @param {number} digits
 */
function significant(value, digits) {
  const size = Math.abs(value);
  if (size <= 1e-14) return (0).toPrecision(digits);
  const text = size >= 1e5 || size < 1e-4 ? value.toExponential(digits - 1).replace('e+', 'e') : value.toPrecision(digits);
  return text.replaceAll('-', MINUS);
}

/**
 * Write a value as a blackboard asks for it. What grows beyond its room, or shrinks to nothing but
 * zeros, keeps three digits: 1.23e38. Less than any float32 tells apart from 0 is the noise of
 * rounding.
 * @param {unknown} value
 * @param {string} spec "d" or "g": as it is; ".3f": with three decimals; ".6s": with six digits that
 *   count, so that what is multiplied on a board comes to what it says; "+.3f": "+ 0.500", as a
 *   summand; texts stay as they are
 * @returns {string}
 */
export function format(value, spec) {
  if (value === null || value === undefined) return '–';
  if (typeof value !== 'number') return String(value);
  if (spec.startsWith('+')) return `${value < 0 ? MINUS : '+'} ${format(Math.abs(value), spec.slice(1))}`;
  if (spec === 'd' || spec === 'g') return (value === 0 ? '0' : String(value)).replaceAll('-', MINUS);
  const size = Math.abs(value);
  if (spec.endsWith('s')) return significant(value, decimals(spec));
  if (size >= 1e5 || (size < 1e-4 && size > 1e-14)) return value.toExponential(2).replace('e+', 'e').replaceAll('-', MINUS);
  const text = fixed(value, decimals(spec));
  return /[1-9]/.test(text) || size <= 1e-14 ? text : fixed(value, 4);
}

/**
 * Return a heading as it is, or in several lines where it is too long for one.
 * @param {string} text
 * @param {number} room of a line
 * @param {(line: string) => number} widthOf what of it a line takes; letters, if nobody measures
 * @returns {string | string[]}
 */
export function linesOf(text, room, widthOf = (line) => line.length) {
  if (widthOf(text) <= room) return text;
  const [first, ...words] = text.split(' ');
  return words.reduce((lines, word) => {
    const longer = `${lines[lines.length - 1]} ${word}`;
    return widthOf(longer) <= room ? [...lines.slice(0, -1), longer] : [...lines, word];
  }, [first]);
}
