// How maps stand side by side on one canvas, and what one number of them is made of.
import { clamp } from '../../widgets/lib/numbers.js';

export const GAP = 2; // px between maps, in pixels of a map's own
export const FACTOR = 4; // a map's pixel on its canvas

/** How many maps stand side by side. @param {number} maps @param {number} width of a map */
export const columnsOf = (maps, width) => (width > 20 ? Math.min(8, maps) : width > 10 ? Math.min(12, maps) : 16);

/**
 * Return the map at a place of the canvas, and where in it; null where there is none.
 * @param {number} across as share of the canvas
 * @param {number} down as share of the canvas
 * @param {{ maps: number, height: number, width: number }} of
 */
export function mapAt(across, down, { maps, height, width }) {
  const columns = columnsOf(maps, width);
  const [x, y] = [across * columns, down * Math.ceil(maps / columns)];
  const map = Math.floor(y) * columns + Math.floor(x);
  if (map < 0 || map >= maps) return null;
  /** @type {(share: number, size: number) => number} */
  const within = (share, size) => clamp(((share % 1) * (size + GAP) - GAP / 2) / size, 0, 0.999);
  return { map, x: within(x, width), y: within(y, height) };
}

/**
 * The sums of a convolution at a place, the largest first.
 * @param {import('./types').OneMap & { numbers: Float32Array }} one
 * @param {number} row
 * @param {number} column
 */
export function sumsAt(one, row, column) {
  const [maps, height, width] = one.input_shape;
  return Array.from({ length: maps }, (none, map) => {
    const kernel = one.kernel[map].flat();
    const patch = kernel.map((/** @type {number} */ weight, /** @type {number} */ i) => {
      const [y, x] = [row * one.stride - 1 + Math.floor(i / 3), column * one.stride - 1 + (i % 3)];
      return y < 0 || x < 0 || y >= height || x >= width ? 0 : one.numbers[(map * height + y) * width + x];
    });
    return { map, patch, kernel, sum: patch.reduce((/** @type {number} */ total, /** @type {number} */ value, /** @type {number} */ i) => total + value * kernel[i], 0) };
  }).sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
}
