// A product of matrices: pointing at a number lights the row and the column that it is made of.
import { _ } from '../../widgets/lib/texts.js';
import { NumberGrid, factor, make, pictured, shapeText, written } from '../../widgets/lib/make.js';

export class Product {
  /** @param {import('./state').State} state */
  constructor(state) {
    this.state = state;
    this.boxes = ['A', 'B', 'A @ B'].map((name) => {
      const grid = new NumberGrid('matrix');
      const shape = make('code', 'fl-shape');
      return { grid, shape, node: make('div', 'fl-matrix', make('div', 'fl-head', make('b', '', name), ' ', shape), grid.node) };
    });
    this.error = make('p', 'fl-error');
    this.sum = make('p', 'fl-sum');
    this.told = make('p', 'fl-told');
    const [a, b, c] = this.boxes.map(({ node }) => node);
    state.place('product').append(pictured('fl-product', a, make('span', 'fl-sign', '·'), b, make('span', 'fl-sign', '='), c, this.error), this.sum, this.told);
    this.boxes[2].grid.node.addEventListener('pointerover', (event) => this.#point(event));
    this.boxes[2].grid.node.addEventListener('focusin', (event) => this.#point(event));
  }

  /** @returns {[string, unknown[]]} */
  ask() { return ['filter_product', [this.state.settings.left, this.state.settings.right]]; }

  impossible() { return /^right|^B/.test(this.state.said) ? ['right'] : ['left']; }

  /** @param {any} answer */
  show(answer) {
    this.answer = answer;
    const { left, right, shapes, product, error } = answer;
    const [a, b, c] = this.boxes;
    a.grid.show(left.flat(), shapes[0][1]);
    b.grid.show(right.flat(), shapes[1][1]);
    // The sizes that meet stand side by side: they must agree.
    const [[rows, inner], [other, columns]] = shapes;
    const meets = inner === other ? 'fits' : 'fails';
    a.shape.replaceChildren(`(${rows}, `, make('b', meets, String(inner)), ')');
    b.shape.replaceChildren('(', make('b', meets, String(other)), `, ${columns})`);
    c.node.hidden = !product;
    this.error.hidden = Boolean(product);
    this.error.textContent = error ? _('torch says: {error}', { error }) : '';
    if (product) {
      c.grid.show(product.flat(), columns, (cell) => { cell.tabIndex = 0; });
      c.shape.textContent = shapeText([rows, columns]);
      this.#light(Math.min(this.chosen ?? 0, rows * columns - 1));
      this.told.textContent = _('Point at a number of the product: what is it made of?');
    } else {
      [a, b].forEach(({ grid }) => grid.cells.forEach((cell) => cell.classList.remove('lit', 'fails')));
      // Where it fails: the first row is too long for the first column, or too short.
      a.grid.cells.slice(0, inner).forEach((cell, i) => cell.classList.add(i < other ? 'lit' : 'fails'));
      b.grid.cells.filter((_cell, i) => i % columns === 0).forEach((cell, i) => cell.classList.add(i < inner ? 'lit' : 'fails'));
      this.sum.textContent = '';
      this.told.textContent = _('A row of A has {inner} numbers, a column of B has {other}: so many cannot be paired.', { inner, other });
    }
  }

  /** @param {Event} event */
  #point(event) {
    const i = this.boxes[2].grid.cells.indexOf(/** @type {any} */ (event.target));
    if (i >= 0) this.#light(i);
  }

  /** @param {number} chosen */
  #light(chosen) {
    this.chosen = chosen;
    const { left, right, product, shapes } = this.answer;
    const [[, inner], [, columns]] = shapes;
    const [row, column] = [Math.floor(chosen / columns), chosen % columns];
    const [a, b, c] = this.boxes.map(({ grid }) => grid.cells);
    a.forEach((cell, i) => { cell.classList.remove('fails'); cell.classList.toggle('lit', Math.floor(i / inner) === row); });
    b.forEach((cell, i) => { cell.classList.remove('fails'); cell.classList.toggle('lit', i % columns === column); });
    c.forEach((cell, i) => cell.classList.toggle('lit', i === chosen));
    const terms = left[row].map((/** @type {number} */ one, /** @type {number} */ k) => `${written(one)}·${factor(right[k][column])}`);
    this.sum.textContent = `${terms.join(' + ')} = ${written(product[row][column])}`;
  }
}
