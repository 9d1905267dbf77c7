// What a map looks for: gradient ascent, played, and the training pictures that excite it most.
import { bytesOf } from '../../widgets/lib/base64.js';
import { tells } from '../../widgets/lib/pictures.js';
import { make, pictured, written } from '../../widgets/lib/make.js';
import { _ } from '../../widgets/lib/texts.js';
import { paintPicture, pictureOf, svg } from './draw.js';
import { Gallery } from './gallery.js';

const [WIDE, HIGH] = [260, 90]; // of the curve

export class Wants {
  /** @type {any} */
  answer = null;

  /** @param {import('./state').State} state */
  constructor(state) {
    this.state = state;
    this.picture = pictureOf(_('A picture that excites this map'), 'pixels huge');
    this.curve = svg('svg', { viewBox: `0 0 ${WIDE} ${HIGH}`, role: 'img', class: 'in-curve small' });
    tells(this.curve, () => this.answer.steps.map((/** @type {number} */ excitement, /** @type {number} */ step) => ({ step, excitement })));
    this.title = make('p', 'in-told');
    this.told = make('p', 'in-told');
    this.best = pictured('in-gallery');
    this.bestTitle = make('p', 'in-title');
    const left = make('div', 'in-part', make('p', 'in-title', _('From noise to what it looks for')), this.picture);
    this.gallery = new Gallery(state);
    this.right = make('div', 'in-column', this.told, this.curve, this.bestTitle, this.best, this.gallery.node);
    const place = state.place('wants');
    place.append(this.title, make('div', 'in-two narrow', left, this.right));
    this.player = state.player(left, { length: () => this.answer?.pictures.length ?? 0, show: (at) => this.#step(at), seconds: 4, stand: { step: (at) => this.answer.pictures[at].step, first: () => this.answer.pictures.at(-1).step } });
  }

  /** @returns {[string, unknown[]]} */
  ask() {
    const { network, layer, unit, steps, smooth, seed } = this.state.settings;
    return ['inside_wants', [network, Math.max(1, layer), unit, steps, smooth, seed, 'base64']];
  }

  /** @param {any} answer */
  show(answer) {
    const other = answer !== this.answer;
    this.answer = answer;
    if (other) {
      this.player.position = answer.pictures.length - 1;
      this.player.pause();
    }
    const told = { name: answer.name, unit: answer.unit, last: answer.maps - 1, label: answer.label };
    this.title.textContent = answer.label
      ? _('{name}, the sum for “{label}”: one of 0 to {last}.', told)
      : _('{name}, map {unit} of 0 to {last}: the mean of its numbers before the ReLU is to grow.', told);
    this.bestTitle.textContent = answer.best.length ? _('Training pictures that excite it most; the frame is what the largest number of {name} looks at', { name: answer.of }) : '';
    this.best.replaceChildren(...answer.best.map((/** @type {any} */ one) => {
      const canvas = pictureOf(one.label, 'pixels');
      paintPicture(canvas, bytesOf(one.picture), answer.shape);
      const frame = make('i', 'in-frame');
      const [top, left, height, width] = one.frame.map((/** @type {number} */ px) => `${(100 * px) / answer.shape[2]}%`);
      Object.assign(frame.style, { top, left, height, width });
      const caption = make('figcaption', '', one.label);
      caption.setAttribute('translate', 'no');
      return make('figure', '', make('div', 'in-framed', canvas, frame), caption);
    }));
    const labels = answer.labels.length ? answer.labels : Array.from({ length: answer.maps }, (none, map) => _('map {number}', { number: map }));
    this.gallery.show(answer.layer, labels, answer.unit);
    this.#drawCurve();
    this.#step(this.player.position);
  }

  /** @param {number} at */
  #step(at) {
    const { pictures, steps, shape } = this.answer;
    const { step, picture } = pictures[at];
    paintPicture(this.picture, bytesOf(picture), shape);
    this.told.textContent = _('Step {step}: it is excited by {now}; by the noise it was {before}.', { step, now: written(steps[step], 3), before: written(steps[0], 3) });
    this.cursor?.setAttribute('transform', `translate(${this.#x(step)} 0)`);
    this.player.paint(String(step));
    this.player.bar.querySelector('output').textContent = `${step} / ${steps.length - 1}`;
    this.state.root.dataset.step = String(step); // for tests
  }

  /** @param {number} step */
  #x(step) { return 8 + ((WIDE - 16) * step) / Math.max(1, this.answer.steps.length - 1); }

  #drawCurve() {
    const { steps } = this.answer;
    const [low, high] = [Math.min(...steps), Math.max(...steps)];
    const points = steps.map((/** @type {number} */ value, /** @type {number} */ i) => `${this.#x(i).toFixed(1)},${(8 + (HIGH - 30) * (1 - (value - low) / (high - low || 1))).toFixed(1)}`).join(' ');
    this.cursor = svg('line', { x1: 0, x2: 0, y1: 4, y2: HIGH - 20, class: 'cursor' });
    this.curve.replaceChildren(svg('polyline', { points, class: 'line line-0' }), this.cursor, svg('text', { x: 8, y: HIGH - 5 }, _('excitement over the steps')));
    this.curve.setAttribute('aria-label', _('excitement over the steps'));
  }
}
