// Strokes as text: joined by "."; each is its width, the first point (two digits for x, two for y), and
// one digit for every dx and dy from −32 to 31, base 64. `sketch_pad.py` reads them.
import { DIGITS } from './base64.js';

/** Points lie between 0 and this. */
export const GRID = 504;

/** @typedef {[number, number]} Point */
/** @typedef {{ width: number, points: Point[] }} Stroke */

/**
 * Leave out the points that lie within `tolerance` of the line through the others
 * (Ramer–Douglas–Peucker, without recursion).
 * @param {Point[]} points
 */
export function simplify(points, tolerance = 0.9) {
  if (points.length < 3) return points;
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const stack = [[0, points.length - 1]];
  while (stack.length) {
    const [first, last] = stack.pop();
    const [ax, ay] = points[first];
    const [bx, by] = points[last];
    const length = Math.hypot(bx - ax, by - ay);
    let [farthest, index] = [tolerance, -1];
    for (let i = first + 1; i < last; i += 1) {
      const [x, y] = points[i];
      const along = length ? Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length ** 2)) : 0;
      const distance = Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay));
      if (distance > farthest) [farthest, index] = [distance, i];
    }
    if (index > 0) {
      keep[index] = 1;
      stack.push([first, index], [index, last]);
    }
  }
  return points.filter((_, i) => keep[i]);
}

/**
 * Write a stroke as text, simplified.
 * @param {Stroke} stroke
 */
export function encodeStroke({ width, points }) {
  const [first, ...rest] = simplify(points).map(([x, y]) => [Math.round(x), Math.round(y)]);
  let text = DIGITS[width] + first.map((v) => DIGITS[v >> 6] + DIGITS[v & 63]).join('');
  let [x, y] = first;
  for (const [nextX, nextY] of rest) {
    const parts = Math.max(1, Math.ceil(Math.max(Math.abs(nextX - x), Math.abs(nextY - y)) / 31));
    const [fromX, fromY] = [x, y];
    for (let i = 1; i <= parts; i += 1) {
      const stepX = Math.round(fromX + ((nextX - fromX) * i) / parts);
      const stepY = Math.round(fromY + ((nextY - fromY) * i) / parts);
      if (stepX === x && stepY === y) continue;
      text += DIGITS[stepX - x + 32] + DIGITS[stepY - y + 32];
      [x, y] = [stepX, stepY];
    }
  }
  return text;
}

/** @param {string} char */
function digit(char) {
  const value = DIGITS.indexOf(char);
  if (value < 0) throw new Error('not a sketch');
  return value;
}

/**
 * Read strokes as they were written.
 * @param {string} text
 * @returns {Stroke[]}
 */
export function decodeStrokes(text) {
  return text.split('.').filter(Boolean).map((part) => {
    const [width, x1, x0, y1, y0, ...deltas] = [...part].map(digit);
    /** @type {Point[]} */
    const points = [[x1 * 64 + x0, y1 * 64 + y0]];
    for (let i = 0; i + 1 < deltas.length; i += 2) {
      const [x, y] = points[points.length - 1];
      points.push([x + deltas[i] - 32, y + deltas[i + 1] - 32]);
    }
    return { width, points };
  });
}
