// Pooling: of each window the largest number, or the mean; and where the gradient goes.
import { bytesOf } from '../../widgets/lib/base64.js';
import { _ } from '../../widgets/lib/texts.js';
import { levelsOf, painted } from '../../widgets/lib/colours.js';
import { paintLegend } from './convolve.js';
import { make, shapeText, written } from '../../widgets/lib/make.js';
import { PixelView, zoomBar } from './pixels.js';
import { SIDE, floatsOf } from './state.js';

export class Pooling {
  point = { x: 0.5, y: 0.5 };
  width = 0;
  rows = 0; // of what comes out
  columns = 0;
  pixels = new Uint8Array();
  /** @type {Float32Array | null} */
  values = null;

  /** @param {import('./state').State} state */
  constructor(state) {
    this.state = state;
    const { lens } = state;
    const over = (/** @type {number} */ x, /** @type {number} */ y) => {
      const { window: wide, pool_stride: stride } = this.state.settings;
      /** @type {(at: number, most: number) => number} */
      const near = (at, most) => Math.min(most - 1, Math.max(0, Math.round((at - (wide - 1) / 2) / stride)));
      this.player.pause();
      this.#lookAt(near(y, this.rows), near(x, this.columns));
    };
    this.input = new PixelView({ name: _('Point at a pixel: the window that it lies in is computed below.'), lens, over, tallest: 280 });
    this.output = new PixelView({ name: _('Point at a number: what it is made of is written below.'), lens, tallest: 280, over: (x, y) => { this.player.pause(); this.#lookAt(y, x); } });
    this.gradient = new PixelView({ name: _('What backward gives each pixel.'), lens, over, tallest: 280 });
    this.sum = make('p', 'fl-sum');
    this.told = make('p', 'fl-told');
    const place = state.place('pooling');
    place.append(make('div', 'fl-views three', this.input.node, this.output.node, this.gradient.node));
    this.player = state.player(place, {
      length: () => (this.values ? this.rows * this.columns : 0),
      show: (position) => { this.#set(Math.floor(position / this.columns), position % this.columns); this.output.revealed = position + 1; this.#look(); },
      seconds: 10,
      slowest: 2,
      stand: {
        first: () => Math.floor(this.rows / 2) * this.columns + Math.floor(this.columns / 2),
        lead: (position) => this.#lookAt(Math.floor(position / this.columns), position % this.columns),
      },
    });
    this.player.bar.append(zoomBar(state.root, lens));
    place.append(this.sum, this.told);
  }

  /** @returns {[string, unknown[]]} */
  ask() {
    const { pooled, pool, window: wide, pool_stride: stride, shift } = this.state.settings;
    return ['filter_pool', [pooled === 'example' ? 'pool' : this.state.image, pool, wide, stride, shift, SIDE, 'base64']];
  }

  impossible() { return ['window']; }

  /** @param {any} answer */
  show(answer) {
    const { shift, pool } = this.state.settings;
    const [height, width] = answer.shape;
    const [rows, columns] = answer.output_shape;
    this.player.pause();
    this.output.revealed = Infinity;
    this.state.lens.of(answer.shape);
    const [pixels, values, slopes] = [bytesOf(answer.picture), floatsOf(answer.output), floatsOf(answer.gradient)];
    Object.assign(this, { width, rows, columns, pixels, values });
    const grey = this.state.palette(false);
    this.input.show({ width, height, colours: painted(levelsOf(pixels, 0, answer.top), grey), texts: (x, y) => [String(pixels[y * width + x])] }, shift ? _('Picture, shifted') : _('Picture'), shapeText(answer.shape));
    this.output.show({ width: columns, height: rows, colours: painted(levelsOf(values, 0, answer.top), grey), texts: (x, y) => [written(values[y * columns + x], 4)] }, pool === 'max' ? _('The maxima') : _('The means'), shapeText(answer.output_shape));
    const most = Math.max(...slopes) || 1;
    this.gradient.show({ width, height, colours: painted(levelsOf(slopes, -most, most), this.state.palette(true)), texts: (x, y) => [written(slopes[y * width + x], 3)] }, _('The gradient'), shapeText(answer.shape));
    paintLegend(this.output.legend, 0, answer.top);
    paintLegend(this.gradient.legend, 0, most);
    this.gradient.legend.classList.add('upper');
    const told = shift
      ? _('Shifted by {shift} px: {changed} of {numbers} pooled numbers have changed, and {pixels} of {all} pixels.', { shift, changed: answer.changed, numbers: answer.numbers, pixels: answer.changed_pixels, all: answer.pixels })
      : _('{all} pixels become {numbers} numbers. Every number that comes out gets a gradient of 1: see who passes it on.', { all: answer.pixels, numbers: answer.numbers });
    this.told.textContent = told;
    this.#look();
  }

  /** @param {number} row @param {number} column */
  #set(row, column) { this.point = { x: (column + 0.5) / this.columns, y: (row + 0.5) / this.rows }; }

  /** @param {number} row @param {number} column */
  #lookAt(row, column) {
    this.#set(row, column);
    this.output.revealed = Infinity;
    this.#look();
  }

  #look() {
    const { window: wide, pool_stride: stride, pool } = this.state.settings;
    const row = Math.min(this.rows - 1, Math.floor(this.point.y * this.rows));
    const column = Math.min(this.columns - 1, Math.floor(this.point.x * this.columns));
    const [top, left] = [row * stride, column * stride];
    const numbers = Array.from({ length: wide * wide }, (none, i) => this.pixels[(top + Math.floor(i / wide)) * this.width + left + (i % wide)]);
    const position = row * this.columns + column;
    const value = written(this.values[position]);
    const listed = numbers.slice(0, 16).join(pool === 'max' ? ', ' : ' + ') + (numbers.length > 16 ? ' …' : '');
    this.sum.textContent = pool === 'max' ? `max(${listed}) = ${value}` : `(${listed}) / ${wide * wide} = ${value}`;
    const frame = { x: left, y: top, w: wide, h: wide };
    const winner = numbers.indexOf(Math.max(...numbers));
    const won = pool === 'max' ? [{ x: left + (winner % wide), y: top + Math.floor(winner / wide), w: 1, h: 1, colour: '--signed-high' }] : [];
    this.input.mark([frame, ...won]);
    this.gradient.mark([frame]);
    this.output.mark([{ x: column, y: row, w: 1, h: 1 }]);
    if (!this.player.playing) this.player.position = position;
    const text = `${position + 1} / ${this.rows * this.columns}`;
    this.player.paint(text);
    this.player.bar.querySelector('output').textContent = text;
  }
}
