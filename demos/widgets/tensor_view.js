// One TensorView. Raises 'expand' when it is on the page and wants lines.
import { tells } from './lib/pictures.js';
import { saveBoard } from './lib/save.js';
import { _ } from './lib/texts.js';

const MINUS = '\u2212';
const make = (tag, className = '', text = '') => Object.assign(document.createElement(tag), { className, textContent: text });
const written = (number) => (typeof number === 'number' ? String(Number(number.toPrecision(5))) : String(number)).replace('-', MINUS);

/** @param {import('./lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  const figure = element.querySelector('.tensor-view');
  const part = (selector) => figure.querySelector(selector);

  // The numbers of a tensor: a row, a grid, grids beside each other, rows of those.
  function numbers(box, cells) {
    const { shape, values, ghosts } = box;
    const cell = (index) => {
      const node = make('span', 'tensor-cell', written(values[index]));
      if (ghosts[index]) { node.classList.add('ghost'); node.title = _('read again, stored nowhere'); }
      cells.push(node);
      return node;
    };
    const nested = (dimension, from) => {
      const left = shape.length - dimension;
      if (left <= 2) {
        const columns = left ? shape.at(-1) : 1;
        const rows = left === 2 ? shape.at(-2) : 1;
        const grid = make('span', 'tensor-grid');
        grid.style.gridTemplateColumns = `repeat(${Math.max(1, columns)}, auto)`;
        for (let i = from; i < from + rows * columns && i < values.length; i += 1) grid.append(cell(i));
        return grid;
      }
      const stack = make('span', 'tensor-stack');
      const size = shape.slice(dimension + 1).reduce((product, one) => product * one, 1);
      for (let i = 0; i < shape[dimension] && from + i * size < values.length; i += 1) stack.append(nested(dimension + 1, from + i * size));
      return stack;
    };
    return nested(0, 0);
  }

  function shapeOf({ shape, misfit }) {
    const node = make('span', 'tensor-shape');
    node.append('(');
    shape.forEach((size, i) => {
      if (i) node.append(', ');
      node.append(misfit !== null && shape.length + misfit === i ? make('b', '', String(size)) : String(size));
    });
    node.append(shape.length === 1 ? ',)' : ')');
    return node;
  }

  function draw(box) {
    const node = make('div', 'tensor-box');
    const head = make('div', 'tensor-head');
    head.append(make('code', '', box.name));
    if (box.shape) head.append(shapeOf(box));
    if (box.dtype) head.append(make('span', 'tensor-shape', box.dtype));
    node.append(head);
    const cells = [];
    if (box.error) node.append(make('p', 'tensor-error', box.error));
    else if (box.shape && box.values.length) node.append(numbers(box, cells));
    else if (box.values.length) node.append(make('span', 'tensor-cell', box.values.map(written).join(', ')));
    if (box.hidden) node.append(make('span', 'tensor-note', _('and {count} more', { count: box.hidden })));
    if (box.note) node.append(make('span', 'tensor-note', box.note));
    return { node, cells };
  }

  // Pointing at a number of a product lights the row and the column that it is made of.
  function link(boxes, terms) {
    const [left, right, product] = boxes.map(({ box }) => box);
    const [, columns] = product.shape;
    const inner = left.shape[1];
    const show = (chosen) => {
      boxes[0].cells.forEach((cell, i) => cell.classList.toggle('lit', Math.floor(i / inner) === Math.floor(chosen / columns)));
      boxes[1].cells.forEach((cell, i) => cell.classList.toggle('lit', i % columns === chosen % columns));
      buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(i === chosen)));
      part('.tensor-term').textContent = terms[chosen];
    };
    const buttons = boxes[2].cells.map((cell, i) => {
      const button = make('button', cell.className, cell.textContent);
      button.type = 'button';
      for (const event of ['pointerenter', 'focus', 'click']) button.addEventListener(event, () => show(i));
      cell.replaceWith(button);
      return button;
    });
    if (right && buttons.length) show(0);
  }

  function paint() {
    if (!props.value) return;
    const { lines, caption, warning } = JSON.parse(props.value);
    part('.tensor-warning').hidden = !warning;
    part('.tensor-warning').textContent = warning;
    figure.setAttribute('aria-busy', 'false');
    if (!lines) return;
    part('figcaption').textContent = caption;
    part('.tensor-term').textContent = '';
    part('.tensor-lines').replaceChildren(...lines.map(({ parts, terms }) => {
      const line = make('div', 'tensor-line');
      const boxes = [];
      for (const one of parts) {
        if (typeof one === 'string') line.append(make('span', 'tensor-sign', one));
        else { boxes.push({ ...draw(one), box: one }); line.append(boxes.at(-1).node); }
      }
      if (terms.length) link(boxes, terms);
      return line;
    }));
  }

  tells(part('.tensor-lines'), () => JSON.parse(props.value).lines.flatMap(({ parts }, line) => parts.filter(({ values }) => values).flatMap(({ name, values }) => values.map((value, place) => ({ line: line + 1, tensor: name, place, value })))));
  saveBoard(figure);
  watch('value', paint);
  const ask = () => { if (element.isConnected) trigger('expand'); };
  document.addEventListener('course:redraw', ask);
  if (props.value) paint();
  else setTimeout(ask);
}
