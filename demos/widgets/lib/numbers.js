// Numbers as people write and read them.

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

/**
 * Write a value as a blackboard asks for it.
 * @param {unknown} value
 * @param {string} spec "d" or "g": as it is; ".3f": with three decimals; texts stay as they are
 */
export function format(value, spec) {
  if (value === null || value === undefined) return '–';
  if (typeof value !== 'number') return String(value);
  if (spec === 'd' || spec === 'g') return (value === 0 ? '0' : String(value)).replace('-', MINUS);
  if (Math.abs(value) >= 1e7) return value.toExponential(2).replace('e+', 'e').replace('-', MINUS);
  return fixed(value, Number(/\.(\d+)/.exec(spec)?.[1] ?? 2));
}
