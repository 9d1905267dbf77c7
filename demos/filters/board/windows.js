// Where a filter reads: the padded picture, and the patch behind each number that comes out.

/** How many pixels are laid around a picture; as `margin` in lesson.py. @param {number} k @param {string} padding @param {number} dilation */
export const marginOf = (k, padding, dilation) => (padding === 'none' ? 0 : (dilation * (k - 1)) / 2);

/** The place of a mirrored pixel: −1 is 1, and size is size − 2. @param {number} i @param {number} size */
export const mirrored = (i, size) => (i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i);

export class Windows {
  /**
   * @param {object} how
   * @param {ArrayLike<number>} how.pixels channel by channel, row by row
   * @param {number[]} how.shape (C, H, W)
   * @param {number} how.k
   * @param {string} how.padding
   * @param {number} how.stride
   * @param {number} how.dilation
   */
  constructor({ pixels, shape, k, padding, stride, dilation }) {
    this.pixels = pixels;
    this.padding = padding;
    this.k = k;
    this.stride = stride;
    this.dilation = dilation;
    const [channels, height, width] = shape;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.room = marginOf(k, padding, dilation);
    this.reach = dilation * (k - 1) + 1;
    /** @type {(size: number) => number} */
    const out = (size) => Math.floor((size + 2 * this.room - this.reach) / stride) + 1;
    this.rows = out(height);
    this.columns = out(width);
  }

  /** Whether a place lies outside the picture. @param {number} y @param {number} x */
  outside(y, x) { return y < 0 || x < 0 || y >= this.height || x >= this.width; }

  /** The number at a place, also of the padding. @param {number} channel @param {number} y @param {number} x */
  at(channel, y, x) {
    if (this.outside(y, x)) {
      if (this.padding !== 'reflect') return 0;
      [y, x] = [mirrored(y, this.height), mirrored(x, this.width)];
    }
    return this.pixels[(channel * this.height + y) * this.width + x];
  }

  /** The places that a number of the output is made of. @param {number} row @param {number} column */
  places(row, column) {
    const [top, left] = [row * this.stride - this.room, column * this.stride - this.room];
    return Array.from({ length: this.k ** 2 }, (none, i) => [top + Math.floor(i / this.k) * this.dilation, left + (i % this.k) * this.dilation]);
  }

  /** The number of the output whose patch has its middle nearest to a pixel. @param {number} y @param {number} x */
  nearest(y, x) {
    /** @type {(at: number, most: number) => number} */
    const near = (at, most) => Math.min(most - 1, Math.max(0, Math.round((at + this.room - (this.reach - 1) / 2) / this.stride)));
    return { row: near(y, this.rows), column: near(x, this.columns) };
  }

  /** Why the output has its size, for one side. @param {number} size */
  formula(size) {
    const { k, room, stride, dilation } = this;
    return `⌊(${size} + 2·${room} − ${dilation}·(${k} − 1) − 1) / ${stride}⌋ + 1 = ${Math.floor((size + 2 * room - this.reach) / stride) + 1}`;
  }
}
