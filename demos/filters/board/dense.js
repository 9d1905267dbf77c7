// A filter as the matrix of a dense layer: shared weights, zeros elsewhere.
import { grouped } from '../../widgets/lib/numbers.js';
import { _ } from '../../widgets/lib/texts.js';
import { levelsOf, painted } from '../../widgets/lib/colours.js';
import { factor, make, pictured, shapeText, written } from '../../widgets/lib/make.js';
import { Lens, PixelView, zoomBar } from './pixels.js';
import { Windows } from './windows.js';

export class Dense {
  /** @type {any} */
  answer = null;
  pixels = /** @type {number[]} */ ([]);
  side = 0;
  /** The number of the output that is looked at. */
  at = { row: 1, column: 1 };

  /** @param {import('./state').State} state */
  constructor(state) {
    this.state = state;
    this.lens = new Lens();
    this.picture = new PixelView({ name: _('Point at a pixel: its column is lit.'), tallest: 230, over: (x, y) => this.#lookAt(this.windows.nearest(y, x)) });
    this.output = new PixelView({ name: _('Point at a number: its row is lit.'), tallest: 230, over: (column, row) => this.#lookAt({ row, column }) });
    this.matrix = new PixelView({ name: _('Point at a row. Plus and minus zoom.'), lens: this.lens, tallest: 330, over: (x, y) => this.#lookAt({ row: Math.floor(y / this.windows.columns), column: y % this.windows.columns }) });
    this.sum = make('p', 'fl-terms');
    this.told = make('p', 'fl-told');
    this.growth = pictured('fl-growth');
    state.place('dense').append(
      make('div', 'fl-dense', this.matrix.node, this.picture.node, this.output.node),
      zoomBar(state.root, this.lens), this.sum, this.told, this.growth,
    );
  }

  /** @returns {[string, unknown[]]} */
  ask() {
    const { kernel, side, padding, stride } = this.state.settings;
    return ['filter_matrix', [kernel, side, padding, stride]];
  }

  impossible() { return [this.state.settings.padding === 'reflect' ? 'padding' : 'kernel']; }

  /** @param {any} answer */
  show(answer) {
    const { kernel, side, padding, stride } = this.state.settings;
    const pixels = answer.picture.flat();
    const k = Math.sqrt(kernel.length);
    this.answer = answer;
    this.lens.of([side, answer.matrix.length]);
    this.pixels = pixels;
    this.side = side;
    this.windows = new Windows({ pixels, shape: [1, side, side], k, padding, stride, dilation: 1 });
    const [signed, grey] = [true, false].map((one) => this.state.palette(one));
    const entries = answer.matrix.flat();
    const most = Math.max(...kernel.map(Math.abs), 1e-9);
    const [height, width] = [answer.matrix.length, side * side];
    this.matrix.show({ width, height, colours: painted(levelsOf(entries, -most, most), signed), texts: (x, y) => [written(answer.matrix[y][x], 3)] }, _('The filter as a matrix'), shapeText([height, width]));
    this.picture.show({ width: side, height: side, colours: painted(levelsOf(pixels, 0, 9), grey), texts: (x, y) => [written(pixels[y * side + x])] }, _('Picture'), shapeText([side, side]));
    const values = answer.output.flat();
    const far = Math.max(...values.map(Math.abs), 1e-9);
    const columns = answer.output[0].length;
    this.output.show({ width: columns, height: answer.output.length, colours: painted(levelsOf(values, -far, far), signed), texts: (x, y) => [written(values[y * columns + x], 3)] }, _('Matrix times picture'), shapeText([answer.output.length, columns]));
    const apart = Math.max(...values.map((/** @type {number} */ one, /** @type {number} */ i) => Math.abs(one - answer.convolved.flat()[i])));
    this.told.textContent = _('The filter has {weights} numbers. The matrix has {entries}: {nonzero} of them hold those {weights}, again and again, and {zeros} are 0 and stay so. A dense layer would learn all {entries}. Largest difference between both ways: {apart}.', {
      weights: answer.weights, entries: grouped(answer.entries), nonzero: grouped(answer.nonzero), zeros: grouped(answer.entries - answer.nonzero), apart: written(apart, 2),
    });
    this.#grow(answer);
    this.#lookAt(this.at);
  }

  /** @param {any} answer */
  #grow(answer) {
    const largest = Math.log10(Math.max(...answer.growth.map((/** @type {any} */ one) => one.dense), 10));
    const bar = (/** @type {number} */ count, /** @type {string} */ kind) => {
      const node = make('i', kind);
      node.style.width = `${Math.max(1, (100 * Math.log10(Math.max(1, count))) / largest).toFixed(1)}%`;
      return make('div', 'fl-count', node, make('span', '', grouped(count)));
    };
    const lines = answer.growth.map((/** @type {any} */ one) => make('div', 'fl-line', make('code', '', `${one.size} × ${one.size}`), bar(one.filter, 'filter'), bar(one.dense, 'dense')));
    this.growth.replaceChildren(make('div', 'fl-line head', make('span', '', _('picture')), make('span', '', _('weights of a filter')), make('span', '', _('weights of a dense layer, bars logarithmic'))), ...lines);
  }

  /** @param {{ row: number, column: number }} at */
  #lookAt(at) {
    const { windows, answer } = this;
    const [row, column] = [Math.min(at.row, windows.rows - 1), Math.min(at.column, windows.columns - 1)];
    this.at = { row, column };
    const line = row * windows.columns + column;
    this.matrix.mark([{ x: 0, y: line, w: this.side ** 2, h: 1 }]);
    this.output.mark([{ x: column, y: row, w: 1, h: 1 }]);
    const [top, left] = windows.places(row, column)[0];
    this.picture.mark([{ x: left, y: top, w: windows.k, h: windows.k }]);
    const terms = [];
    answer.matrix[line].forEach((/** @type {number} */ weight, /** @type {number} */ i) => { if (weight) terms.push(`${written(this.pixels[i])}·${factor(weight, 4)}`); });
    const name = _('row {row}', { row: line + 1 });
    this.sum.textContent = `${name}: ${terms.join(' + ') || '0'} = ${written(answer.output[row][column])}`;
  }
}
