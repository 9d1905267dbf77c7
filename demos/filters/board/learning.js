// A filter learns: gradient descent on its numbers, played.
import { bytesOf } from '../../widgets/lib/base64.js';
import { fixed } from '../../widgets/lib/numbers.js';
import { tells } from '../../widgets/lib/pictures.js';
import { _ } from '../../widgets/lib/texts.js';
import { levelsOf, painted } from '../../widgets/lib/colours.js';
import { paintLegend } from './convolve.js';
import { NumberGrid, bySign, make, shapeText, written } from '../../widgets/lib/make.js';
import { PixelView } from './pixels.js';

const LEARN_SIDE = 96;
/** @param {number} value */
const twoDigits = (value) => fixed(value, 2);
const [WIDE, HIGH, LEFT, LOW] = [420, 150, 46, 22]; // of the curve

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {string} [text]
 */
function svg(tag, attributes, text) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  if (text !== undefined) node.textContent = text;
  return node;
}

export class Learning {
  /** @type {any} */
  answer = null;

  /** @param {import('./state').State} state */
  constructor(state) {
    this.state = state;
    this.picture = new PixelView({ name: '', tallest: 172 });
    this.target = new PixelView({ name: '', tallest: 172 });
    this.now = new PixelView({ name: '', tallest: 172 });
    this.wanted = new NumberGrid('trained');
    this.learned = make('div', 'fl-learned');
    this.curve = svg('svg', { viewBox: `0 0 ${WIDE} ${HIGH}`, role: 'img', class: 'fl-curve' });
    tells(this.curve, () => this.answer.steps.map((/** @type {any} */ { step, loss, kernels }) => ({ step, loss, ...Object.fromEntries(kernels.flat(2).map((/** @type {number} */ w, /** @type {number} */ i) => [`w${i}`, w])) })));
    this.caption = make('p', 'fl-told');
    const place = state.place('learn');
    place.append(make('div', 'fl-views three small', this.picture.node, this.target.node, this.now.node));
    this.player = state.player(place, { length: () => this.answer?.steps.length ?? 0, show: (step) => this.#step(step), seconds: 6, stand: { step: (position) => this.answer.steps[position].step } });
    this.wantedBox = make('div', 'fl-kernel', make('span', 'fl-title', _('what is wanted')), this.wanted.node);
    place.append(make('div', 'fl-training', this.learned, this.wantedBox, this.curve), this.caption);
  }

  /** @returns {[string, unknown[]]} */
  ask() {
    const { target, taught, several, noise, optimizer, learning_rate: rate, steps, seed } = this.state.settings;
    return ['filter_learn', [this.state.image, target, taught, several, noise, optimizer, rate, steps, seed, LEARN_SIDE, 'base64']];
  }

  impossible() { return ['picture']; }

  /** @param {any} answer */
  show(answer) {
    const other = answer !== this.answer;
    this.answer = answer;
    if (other) {
      this.player.position = 0;
      this.player.pause();
    }
    const [height, width] = answer.shape;
    const pixels = bytesOf(answer.picture);
    this.picture.show({ width, height, colours: painted(levelsOf(pixels, 0, answer.top), this.state.palette(false)), texts: () => [] }, _('Picture'), shapeText(answer.shape));
    this.#paint(this.target, answer.target, _('Target'));
    this.wanted.show(answer.wanted, 3, bySign(answer.wanted, Math.max(...answer.wanted.map(Math.abs))), twoDigits);
    this.wantedBox.hidden = this.state.settings.several;
    this.#drawCurve();
    this.shown = null; // its colours may be others
    this.#step(this.player.position);
  }

  /** @param {PixelView} view @param {string} levels @param {string} title @param {string} [code] */
  #paint(view, levels, title, code = '') {
    const [height, width] = this.answer.output_shape;
    view.show({ width, height, colours: painted(bytesOf(levels), this.state.palette(true)), texts: () => [] }, title, code);
    paintLegend(view.legend, this.answer.low, this.answer.high);
  }

  /** @param {number} position */
  #step(position) {
    const { steps, pictures, note } = this.answer;
    const row = steps[position];
    const shown = pictures.findLast((/** @type {any} */ one) => one.step <= row.step) ?? pictures[0];
    if (shown !== this.shown) {
      this.shown = shown;
      this.#paint(this.now, shown.output, _('What comes out'), `${_('step')} ${shown.step}`);
    }
    const { several } = this.state.settings;
    this.learned.classList.toggle('several', several);
    while (this.learned.children.length > row.kernels.length) this.learned.lastElementChild.remove();
    this.grids = (this.grids ?? []).slice(0, row.kernels.length);
    row.kernels.forEach((/** @type {number[][]} */ kernel, /** @type {number} */ i) => {
      if (!this.grids[i]) {
        const grid = new NumberGrid('trained');
        this.grids[i] = grid;
        this.learned.append(make('div', 'fl-kernel', make('span', 'fl-title'), grid.node));
      }
      const numbers = kernel.flat();
      const most = Math.max(...row.kernels.flat(2).map(Math.abs), 1);
      this.grids[i].show(numbers, 3, bySign(numbers, most), twoDigits);
      this.learned.children[i].firstElementChild.textContent = several ? `ReLU · ${twoDigits(row.mix[i])}` : _('what is learned');
    });
    const far = Math.max(...row.kernels[0].flat().map((/** @type {number} */ one, /** @type {number} */ i) => Math.abs(one - this.answer.wanted[i])));
    const last = position === steps.length - 1;
    let told = several
      ? _('Step {step}: loss {loss}. The picture is the sum of three filters, each cut off at 0 and multiplied.', { step: row.step, loss: written(row.loss, 3) })
      : _('Step {step}: loss {loss}. No number of the filter is farther from the wanted one than {far}.', { step: row.step, loss: written(row.loss, 3), far: written(far, 2) });
    if (last && note) told = _('At step {step} the numbers overflow: the learning rate is too high.', { step: row.step + 1 });
    if (this.caption.textContent !== told) this.caption.textContent = told;
    this.cursor?.setAttribute('transform', `translate(${this.#x(row.step)} 0)`);
    this.player.paint(`${row.step}`);
    this.player.bar.querySelector('output').textContent = `${row.step} / ${steps.at(-1).step}`;
    this.state.root.dataset.step = String(row.step); // for tests
  }

  /** @param {number} step */
  #x(step) { return LEFT + ((WIDE - LEFT - 8) * step) / Math.max(1, this.answer.steps.at(-1).step); }

  #drawCurve() {
    const { steps } = this.answer;
    const logs = steps.map((/** @type {any} */ row) => Math.log10(Math.max(row.loss, 1e-12)));
    const [low, high] = [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs) + 1e-9)];
    /** @type {(log: number) => number} */
    const y = (log) => 8 + ((HIGH - LOW - 8) * (high - log)) / Math.max(1, high - low);
    const nodes = [];
    for (let power = low; power <= high; power += Math.ceil((high - low) / 4) || 1) {
      nodes.push(svg('line', { x1: LEFT, x2: WIDE - 8, y1: y(power), y2: y(power), class: 'grid' }), svg('text', { x: LEFT - 6, y: y(power) + 4, 'text-anchor': 'end' }, power < -3 || power > 3 ? `1e${power}`.replace('-', '−') : String(10 ** power)));
    }
    const points = steps.map((/** @type {any} */ row, /** @type {number} */ i) => `${this.#x(row.step).toFixed(1)},${y(logs[i]).toFixed(1)}`).join(' ');
    this.cursor = svg('line', { x1: 0, x2: 0, y1: 8, y2: HIGH - LOW, class: 'cursor' });
    nodes.push(svg('polyline', { points, class: 'line' }), this.cursor);
    nodes.push(svg('text', { x: LEFT, y: HIGH - 5 }, _('loss over the steps, logarithmic')));
    this.curve.setAttribute('aria-label', _('loss over the steps, logarithmic'));
    this.curve.replaceChildren(...nodes);
  }
}
