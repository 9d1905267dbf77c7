// Which pixels count, and whether the answer holds when the picture is moved.
import { bytesOf } from '../../widgets/lib/base64.js';
import { ARROWS } from '../../widgets/lib/keys.js';
import { tells } from '../../widgets/lib/pictures.js';
import { make, pictured } from '../../widgets/lib/make.js';
import { clamp } from '../../widgets/lib/numbers.js';
import { _ } from '../../widgets/lib/texts.js';
import { Bars, paintPicture, part, percent, pictureOf, points, svg } from './draw.js';

const [WIDE, HIGH, LEFT, LOW] = [420, 120, 40, 24]; // of the curve

export class Counts {
  /** The square that is shown, by row and column. */
  place = [0, 0];

  /** @param {import('./state').State} state */
  constructor(state) {
    this.state = state;
    this.picture = pictureOf(_('The picture as the network is given it'), 'pixels large');
    this.heat = make('canvas', 'in-picture pixels large over');
    this.heat.setAttribute('role', 'img');
    this.under = pictureOf(_('The picture as the network is given it'), 'pixels large');
    this.square = make('i', 'in-square');
    this.over = pictured('in-framed', this.under, this.heat, this.square);
    this.heatTitle = make('p', 'in-title');
    this.told = make('p', 'in-told');
    this.pointed = make('p', 'in-told quiet');
    this.bars = new Bars();
    this.curve = svg('svg', { viewBox: `0 0 ${WIDE} ${HIGH}`, role: 'img', class: 'in-curve' });
    tells(this.heat, () => this.answer.heat.flatMap((/** @type {number[]} */ values, /** @type {number} */ row) => values.map((change, column) => ({ row, column, change }))));
    tells(this.curve, () => this.answer.turns.map((/** @type {any} */ one) => ({ angle: one.angle, ...Object.fromEntries(this.answer.labels.map((/** @type {string} */ label, /** @type {number} */ i) => [label, one.probabilities[i]])) })));
    state.place('counts').append(
      make('div', 'in-three', part(_('Picture'), this.picture), make('div', 'in-part', this.heatTitle, this.over, this.pointed), part(_('What it answers'), this.bars.node)),
      this.told,
      part(_('Turned by any angle: how sure is it of each answer?'), this.curve),
    );
    this.over.addEventListener('pointermove', (event) => this.#point(event));
    for (const name of ['pointerleave', 'blur']) this.over.addEventListener(name, () => this.#leave());
    this.over.tabIndex = 0;
    this.over.setAttribute('role', 'application');
    this.pointed.setAttribute('aria-live', 'polite');
    this.over.addEventListener('keydown', (event) => {
      const way = ARROWS[event.key];
      if (!way || this.state.settings.method !== 'occlusion') return;
      event.preventDefault();
      this.#cover(...(this.square.hidden ? this.place : this.place.map((at, axis) => at + way[1 - axis])));
    });
  }

  /** @returns {[string, unknown[]]} */
  ask() {
    const { network, method, square, across, down, turn, invert } = this.state.settings;
    return ['inside_counts', [this.state.image, network, method, square, across, down, turn, invert, 'base64']];
  }

  /** @param {any} answer */
  show(answer) {
    this.answer = answer;
    const bytes = bytesOf(answer.seen);
    for (const canvas of [this.picture, this.under]) paintPicture(canvas, bytes, answer.shape);
    this.bars.show(answer.labels, answer.probabilities);
    const hidden = this.state.settings.method === 'occlusion';
    const flat = answer.heat.flat();
    const most = Math.max(...flat.map(Math.abs), 1e-9);
    this.#paintHeat(answer, hidden, most);
    const share = Math.max(...answer.probabilities);
    const fall = Math.max(...flat);
    this.heatTitle.textContent = hidden ? _('Hide a square here, and “{label}” falls', { label: answer.label }) : _('Pixels that move “{label}” most', { label: answer.label });
    this.heat.setAttribute('aria-label', this.heatTitle.textContent);
    this.over.setAttribute('aria-label', [this.heatTitle.textContent, hidden && _('Arrow keys move the square.')].filter(Boolean).join('. '));
    this.told.textContent = hidden
      ? _('It says {label}, with {share}. Behind the worst square {rest} are left: what lies there counts most. Blue: the answer falls; orange: it grows.', { label: answer.label, share: percent(share), rest: percent(share - fall) })
      : _('It says {label}, with {share}. The brighter, the more this pixel would change the sum for {label}: one backward pass instead of many hidden squares, and noisier.', { label: answer.label, share: percent(share) });
    this.#leave();
    if (hidden && document.activeElement === this.over) this.#cover(...this.place);
    this.#drawCurve();
  }

  /** @param {any} answer @param {boolean} hidden @param {number} most */
  #paintHeat({ heat, shape, side, stride }, hidden, most) {
    const [, height, width] = shape;
    // Each place of a square is shown in its middle.
    const canvas = this.heat;
    Object.assign(canvas, { width, height });
    const image = new ImageData(width, height);
    const style = getComputedStyle(this.state.root);
    const [low, high] = ['--signed-low', '--signed-high'].map((name) => style.getPropertyValue(name).trim().match(/\w\w/g).map((pair) => parseInt(pair, 16)));
    const last = heat.length - 1;
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        /** @param {number} at */
        const place = (at) => (hidden ? Math.min(last, Math.max(0, Math.round((at - (side - 1) / 2) / stride))) : at);
        const value = heat[place(y)][place(x)] / most;
        const colour = value < 0 ? low : hidden ? high : [255, 214, 64];
        image.data.set([...colour, 225 * Math.abs(value) ** (hidden ? 1 : 0.6)], 4 * (y * width + x));
      }
    }
    canvas.getContext('2d').putImageData(image, 0, 0);
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const { heat, shape, side, stride } = this.answer;
    if (this.state.settings.method !== 'occlusion') return;
    const box = this.over.getBoundingClientRect();
    const last = heat.length - 1;
    /** @type {(share: number, size: number) => number} */
    const place = (share, size) => Math.min(last, Math.max(0, Math.round((share * size - side / 2) / stride)));
    this.#cover(place((event.clientY - box.top) / box.height, shape[1]), place((event.clientX - box.left) / box.width, shape[2]));
  }

  #leave() {
    this.square.hidden = true;
    this.pointed.textContent = '';
  }

  /** Show a square, and what hiding it does. @param {number} [down] of the places @param {number} [across] */
  #cover(down, across) {
    const { heat, shape, side, stride, label } = this.answer;
    const [row, column] = [clamp(down, 0, heat.length - 1), clamp(across, 0, heat[0].length - 1)];
    this.place = [row, column];
    Object.assign(this.square.style, { left: `${(100 * column * stride) / shape[2]}%`, top: `${(100 * row * stride) / shape[1]}%`, width: `${(100 * side) / shape[2]}%`, height: `${(100 * side) / shape[1]}%` });
    this.square.hidden = false;
    this.pointed.textContent = _('Hidden here, {label} changes by {points} points.', { label, points: points(-heat[row][column]) });
  }

  #drawCurve() {
    const { turns, labels } = this.answer;
    const [x, y] = [
      (/** @type {number} */ angle) => LEFT + ((WIDE - LEFT - 8) * (angle + 180)) / 360,
      (/** @type {number} */ share) => 6 + (HIGH - LOW - 6) * (1 - share),
    ];
    const nodes = [];
    for (const share of [0, 0.5, 1]) nodes.push(svg('line', { x1: LEFT, x2: WIDE - 8, y1: y(share), y2: y(share), class: 'grid' }), svg('text', { x: LEFT - 5, y: y(share) + 4, 'text-anchor': 'end' }, percent(share)));
    for (const angle of [-180, -90, 0, 90, 180]) nodes.push(svg('text', { x: x(angle), y: HIGH - 6, 'text-anchor': angle === 180 ? 'end' : 'middle' }, `${angle}°`.replace('-', '−')));
    const best = labels.map((/** @type {string} */ label, /** @type {number} */ i) => ({ label, i, most: Math.max(...turns.map((/** @type {any} */ one) => one.probabilities[i])) })).sort((/** @type {any} */ a, /** @type {any} */ b) => b.most - a.most).slice(0, 4);
    best.forEach(({ label, i }, k) => {
      const line = turns.map((/** @type {any} */ one) => `${x(one.angle).toFixed(1)},${y(one.probabilities[i]).toFixed(1)}`).join(' ');
      const peak = turns.reduce((/** @type {any} */ top, /** @type {any} */ one) => (one.probabilities[i] > top.probabilities[i] ? one : top));
      const [top, below] = [y(peak.probabilities[i]), y(peak.probabilities[i]) + 14 + 11 * k];
      nodes.push(svg('polyline', { points: line, class: `line line-${k}` }), svg('text', { x: Math.min(WIDE - 60, Math.max(LEFT + 30, x(peak.angle))), y: below < HIGH - LOW ? Math.max(14, below) : top - 6, class: `name line-${k}`, 'text-anchor': 'middle' }, label));
    });
    this.curve.setAttribute('aria-label', _('Probabilities over the angle'));
    this.curve.replaceChildren(...nodes);
  }
}
