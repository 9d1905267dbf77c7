// A number of a map, computed by hand: patch times filter, map by map; the sum; the ReLU.
import { NumberGrid, bySign, factor, make, pictured, written } from '../../widgets/lib/make.js';
import { palette } from '../../widgets/lib/colours.js';
import { clamp } from '../../widgets/lib/numbers.js';
import { tells } from '../../widgets/lib/pictures.js';
import { _ } from '../../widgets/lib/texts.js';
import { pictureOf, paintSigned } from './draw.js';
import { sumsAt } from './tiles.js';

/** @typedef {import('./types').OneMap & { numbers: Float32Array }} Known */

const SHOWN = 3; // maps that are written out

export class Arithmetic {
  /** @param {(x: number, y: number) => void} look where one points in the map, as shares */
  constructor(look) {
    this.map = pictureOf(_('The chosen map before its ReLU: what is below 0 is orange'), 'pixels large');
    this.frame = make('i', 'in-frame');
    this.mapTitle = make('span', 'in-title');
    this.rows = pictured('in-rows');
    this.sum = make('p', 'in-sum');
    this.note = make('p', 'in-told');
    this.view = make('div', 'in-one', this.mapTitle, pictured('in-framed', this.map, this.frame));
    this.node = make('div', 'in-arithmetic', this.view, make('div', 'in-column', this.rows, this.sum, this.note));
    this.map.dataset.twin = '.in-grid';
    tells(this.map, () => /** @type {Known} */ (this.painted).output.flatMap((values, row) => values.map((value, column) => ({ row, column, value }))));
    this.map.addEventListener('pointermove', (event) => {
      const box = this.map.getBoundingClientRect();
      look(clamp((event.clientX - box.left) / box.width, 0, 0.999), clamp((event.clientY - box.top) / box.height, 0, 0.999));
    });
  }

  /** @param {string} told */
  hide(told) {
    this.view.hidden = true;
    this.rows.replaceChildren();
    this.sum.textContent = '';
    this.note.textContent = told;
  }

  /** @param {Known} one @param {{ x: number, y: number }} point @param {string[]} labels */
  show(one, point, labels) {
    const rows = one.output;
    const [height, width] = [rows.length, rows[0].length];
    const [row, column] = [Math.floor(point.y * height), Math.floor(point.x * width)];
    const value = rows[row][column];
    const root = /** @type {HTMLElement} */ (this.node.closest('.inside'));
    this.view.hidden = one.kind === 'linear' || one.kind === 'mean';
    this.mapTitle.textContent = `${one.name}[${one.unit}, ${row}, ${column}]`;
    if (this.painted !== one && !this.view.hidden) {
      this.painted = one;
      paintSigned(this.map, rows, palette(root, true), Math.max(...rows.flat().map(Math.abs)));
    }
    Object.assign(this.frame.style, { left: `${(100 * column) / width}%`, top: `${(100 * row) / height}%`, width: `${100 / width}%`, height: `${100 / height}%` });
    this.note.textContent = '';
    if (one.kind === 'conv') this.#convolution(one, row, column, value);
    else if (one.kind === 'linear') this.#linear(one, labels);
    else this.#short(one, row, column, value);
    this.node.dataset.total = String(value); // for tests
  }

  /** @param {Known} one @param {number} row @param {number} column @param {number} value */
  #convolution(one, row, column, value) {
    const sums = sumsAt(one, row, column);
    const shown = sums.slice(0, SHOWN);
    const rest = sums.slice(SHOWN).reduce((total, { sum }) => total + sum, 0);
    while (this.rows.children.length > shown.length || (this.rows.children.length && !this.grids)) this.rows.lastElementChild.remove();
    if (!this.grids || this.rows.children.length === 0) this.grids = [];
    while (this.grids.length < shown.length) {
      const [patch, kernel] = [new NumberGrid(), new NumberGrid()];
      const [name, sum] = [make('span', 'in-from'), make('b', 'in-part-sum')];
      this.grids.push({ patch, kernel, name, sum });
      this.rows.append(make('div', 'in-row', name, patch.node, make('span', 'in-sign', '×'), kernel.node, make('span', 'in-sign', '→'), sum));
    }
    this.grids.length = shown.length;
    const most = Math.max(...shown.flatMap(({ patch }) => patch.map(Math.abs)), 1e-6);
    const heaviest = Math.max(...shown.flatMap(({ kernel }) => kernel.map(Math.abs)), 1e-6);
    shown.forEach(({ map, patch, kernel, sum }, i) => {
      const grid = this.grids[i];
      const name = sums.length === 1 ? _('picture') : _('map {number}', { number: map });
      if (grid.name.textContent !== name) grid.name.textContent = name;
      grid.patch.show(patch, 3, bySign(patch, most), (number) => written(number, 3));
      grid.kernel.show(kernel, 3, bySign(kernel, heaviest), (number) => written(number, 2));
      grid.sum.textContent = written(sum, 3);
    });
    const terms = shown.map(({ sum }) => factor(sum, 3));
    if (sums.length > SHOWN) terms.push(_('{sum} from {count} other maps', { sum: written(rest, 3), count: sums.length - SHOWN }));
    this.sum.textContent = `${terms.join(' + ')} + ${factor(one.bias, 3)} = ${written(value, 4)} → ReLU → ${written(Math.max(0, value), 4)}`;
    this.note.textContent = sums.length > SHOWN
      ? _('It reads all {count} maps of the layer before; the {shown} that count most here are written out. Batch norm is folded into filter and bias.', { count: sums.length, shown: SHOWN })
      : _('Patch times filter, added up, plus the bias; what is below 0 becomes 0. Batch norm is folded into filter and bias.');
  }

  /** @param {Known} one @param {string[]} labels */
  #linear(one, labels) {
    this.grids = null;
    const terms = one.kernel.map((/** @type {number} */ weight, /** @type {number} */ i) => ({ i, weight, value: one.numbers[i], product: weight * one.numbers[i] }));
    const sorted = [...terms].sort((a, b) => Math.abs(b.product) - Math.abs(a.product)).slice(0, 6);
    this.rows.replaceChildren(...sorted.map(({ i, weight, value, product }) => make('div', 'in-term', make('span', '', _('map {number}', { number: i })), make('code', '', `${written(value, 3)} · ${factor(weight, 3)} = ${written(product, 3)}`))));
    const logit = one.output[0][0];
    this.sum.textContent = `${labels[one.unit]}: Σ + ${factor(one.bias, 3)} = ${written(logit, 4)}`;
    this.note.textContent = _('Six of {count} products, those that count most for this label. Divided by the temperature {temperature}, softmax makes probabilities of the ten sums.', { count: terms.length, temperature: written(one.temperature, 3) });
  }

  /** @param {Known} one @param {number} row @param {number} column @param {number} value */
  #short(one, row, column, value) {
    this.grids = null;
    const [maps, height, width] = one.input_shape;
    const at = (/** @type {number} */ map, /** @type {number} */ y, /** @type {number} */ x) => one.numbers[(map * height + y) * width + x];
    this.rows.replaceChildren();
    if (one.kind === 'sum') this.sum.textContent = `${written(at(0, row, column), 4)} + ${factor(at(maps - 1, row, column), 4)} = ${written(value, 4)}`;
    else if (one.kind === 'mean') {
      const all = [...one.numbers].map((number) => written(number, 2)).slice(0, 12);
      this.sum.textContent = `(${all.join(' + ')} + …) / ${height * width} = ${written(value, 4)}`;
    } else {
      const four = [[0, 0], [0, 1], [1, 0], [1, 1]].map(([y, x]) => at(0, 2 * row + y, 2 * column + x));
      this.sum.textContent = `max(${four.map((number) => written(number, 4)).join(', ')}) = ${written(value, 4)}`;
    }
  }
}
