// Patch times filter, number by number, and the sum.
import { inkOn } from '../../widgets/lib/colours.js';
import { MINUS } from '../../widgets/lib/numbers.js';
import { _ } from '../../widgets/lib/texts.js';
import { NumberGrid, bySign, factor, make, pictured, written } from '../../widgets/lib/make.js';

/**
 * @typedef {object} Part one channel of a patch
 * @property {string} name
 * @property {number[]} patch
 * @property {number[]} kernel
 * @property {boolean[]} outside which numbers are padding
 */

export class Strip {
  /** @type {{ name: HTMLElement, patch: NumberGrid, kernel: NumberGrid, product: NumberGrid, sum: HTMLElement, node: HTMLElement }[]} */
  #rows = [];

  constructor() {
    this.rows = make('div', 'fl-strip');
    this.sum = make('p', 'fl-sum');
    this.terms = make('p', 'fl-terms');
    this.node = make('div', 'fl-arithmetic', pictured('fl-computed', this.rows, this.sum), this.terms);
  }

  /**
   * @param {Part[]} parts
   * @param {number} total what torch has computed
   * @param {number} top the white of the picture
   */
  show(parts, total, top) {
    while (this.#rows.length < parts.length) this.#rows.push(this.#row());
    while (this.#rows.length > parts.length) this.#rows.pop().node.remove();
    const side = Math.sqrt(parts[0].patch.length);
    this.rows.classList.toggle('wide', side > 3);
    parts.forEach(({ name, patch, kernel, outside }, i) => {
      const row = this.#rows[i];
      row.name.textContent = name;
      row.name.hidden = !name;
      const products = patch.map((value, at) => value * kernel[at]);
      const most = Math.max(...kernel.map(Math.abs));
      row.patch.show(patch, side, (cell, at) => {
        const grey = Math.round((255 * patch[at]) / (top || 1));
        cell.style.background = `rgb(${grey}, ${grey}, ${grey})`;
        cell.style.color = inkOn([grey, grey, grey]);
        cell.classList.toggle('outside', outside[at]);
      });
      row.kernel.show(kernel, side, bySign(kernel, most));
      row.product.show(products, side, bySign(products, most * top), (value) => written(value, 4));
      const sum = products.reduce((one, other) => one + other, 0);
      row.sum.textContent = parts.length > 1 ? `Σ ${written(sum)}` : '';
    });
    const all = parts.flatMap(({ patch, kernel }) => patch.map((value, at) => [value, kernel[at]]));
    const told = all.length > 9 ? all.filter(([, weight]) => weight !== 0) : all;
    const terms = told.slice(0, 25).map(([value, weight]) => `${written(value)}·${factor(weight, 4)}`);
    if (told.length > 25) terms.push('…');
    this.terms.textContent = `${terms.join(' + ') || '0'} = ${written(total)}`;
    this.sum.replaceChildren(make('span', '', _('sum')), ' ', make('b', '', written(total)));
    this.node.dataset.total = written(total).replaceAll(MINUS, '-'); // for tests
  }

  #row() {
    const [patch, kernel, product] = ['patch', 'kernel', 'product'].map((name) => new NumberGrid(name));
    const [name, sum] = [make('span', 'fl-channel'), make('span', 'fl-part')];
    const node = make('div', 'fl-row', name, patch.node, make('span', 'fl-sign', '×'), kernel.node, make('span', 'fl-sign', '='), product.node, sum);
    this.rows.append(node);
    return { name, patch, kernel, product, sum, node };
  }
}
