// Every layer's maps; one of them is computed by hand, where one points.
import { bytesOf } from '../../widgets/lib/base64.js';
import { halvesOf } from '../../widgets/lib/halves.js';
import { ARROWS } from '../../widgets/lib/keys.js';
import { make, shapeText, written } from '../../widgets/lib/make.js';
import { clamp } from '../../widgets/lib/numbers.js';
import { tells } from '../../widgets/lib/pictures.js';
import { _ } from '../../widgets/lib/texts.js';
import { Arithmetic } from './arithmetic.js';
import { FACTOR, GAP, columnsOf, mapAt } from './tiles.js';
import { Bars, paintPicture, part, percent, pictureOf, points } from './draw.js';

/** @typedef {import('./types').Inside} Inside */
/** @typedef {import('./types').OneMap} OneMap */
/** @typedef {import('./types').Layer} Layer */

// Small numbers are seen, too: a bright map would leave the others dark.
const SHADES = Uint8ClampedArray.from({ length: 256 }, (none, level) => 255 * (level / 255) ** 0.6);

/**
 * Paint maps beside each other.
 * @param {HTMLCanvasElement} canvas
 * @param {Layer} layer
 * @param {number} columns
 * @param {number} [chosen] is framed
 */
function paintMaps(canvas, layer, columns, chosen = -1) {
  const [maps, height = 1, width = 1] = layer.shape;
  const bytes = bytesOf(layer.maps);
  const rows = Math.ceil(maps / columns);
  const [high, wide] = [height + GAP, width + GAP];
  const small = document.createElement('canvas');
  Object.assign(small, { width: columns * wide, height: rows * high });
  const image = new ImageData(small.width, small.height);
  for (let map = 0; map < maps; map += 1) {
    const [top, left] = [Math.floor(map / columns) * high + GAP / 2, (map % columns) * wide + GAP / 2];
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const value = SHADES[bytes[(map * height + y) * width + x]];
        image.data.set([value, value, value, 255], 4 * ((top + y) * small.width + left + x));
      }
    }
  }
  small.getContext('2d').putImageData(image, 0, 0);
  Object.assign(canvas, { width: small.width * FACTOR, height: small.height * FACTOR });
  const brush = canvas.getContext('2d');
  brush.imageSmoothingEnabled = false;
  brush.drawImage(small, 0, 0, canvas.width, canvas.height);
  if (chosen < 0) return;
  brush.lineWidth = Math.max(4, (width * FACTOR) / 20);
  brush.strokeStyle = '#ffd23f';
  const [row, column] = [Math.floor(chosen / columns), chosen % columns];
  brush.strokeRect((column * wide + GAP / 4) * FACTOR, (row * high + GAP / 4) * FACTOR, (wide - GAP / 2) * FACTOR, (high - GAP / 2) * FACTOR);
}

export class Maps {
  /** @type {Inside | null} */
  answer = null;
  /** @type {OneMap | null} */
  one = null;
  point = { x: 0.5, y: 0.45 }; // where one points, as shares of a map
  asked = '';

  /** @param {import('./state').State} state */
  constructor(state) {
    this.state = state;
    this.flow = make('div', 'in-flow');
    this.flow.setAttribute('role', 'tablist');
    this.flow.setAttribute('aria-label', _('Layers, from the picture to the answer'));
    this.grid = make('canvas', 'in-grid');
    this.grid.tabIndex = 0;
    this.grid.setAttribute('role', 'application');
    tells(this.grid, () => this.#rows());
    this.title = make('p', 'in-told');
    this.bars = new Bars();
    this.told = make('p', 'in-told');
    this.worth = make('div', 'in-worth');
    this.arithmetic = new Arithmetic((x, y) => this.#look(x, y));
    const left = make('div', 'in-column', this.title, this.grid, this.worth);
    const right = make('div', 'in-column', part(_('What it answers'), this.bars.node, this.told));
    const place = state.place('maps');
    place.append(this.flow);
    this.player = state.player(place, { length: () => (this.answer?.layers.length ?? -1) + 1, show: (layer) => this.#choose(layer), seconds: 12, slowest: 1 });
    place.append(make('div', 'in-two', left, right), this.arithmetic.node);
    this.flow.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      this.#choose(this.layer + step);
      /** @type {HTMLElement} */ (this.flow.children[this.layer])?.focus();
    });
    this.grid.addEventListener('click', (event) => {
      const at = this.#at(event);
      if (!at) return;
      this.point = at;
      if (at.map !== this.unit) this.state.set({ unit: at.map });
      else this.#compute();
    });
    this.grid.addEventListener('pointermove', (event) => {
      const at = this.#at(event);
      if (at && at.map === this.unit) this.#look(at.x, at.y);
    });
    this.grid.addEventListener('keydown', (event) => {
      const step = ARROWS[event.key];
      if (!step) return;
      event.preventDefault();
      const [, height = 1, width = 1] = this.shown.shape;
      this.#look(clamp(this.point.x + step[0] / width, 0, 0.999), clamp(this.point.y + step[1] / height, 0, 0.999));
    });
  }

  /** All maps of the layer, in levels from 0 to 255 of its largest number; or the picture itself. */
  #rows() {
    const { shape, maps } = this.layer ? this.shown : { shape: this.answer.shape, maps: this.answer.seen };
    const [, height = 1, width = 1] = shape;
    const size = height * width;
    return [...bytesOf(maps)].map((level, i) => ({ map: Math.floor(i / size), row: Math.floor((i % size) / width), column: i % width, level }));
  }

  /** The layer that is looked at, 0 to the last. */
  get layer() { return Math.min(this.state.settings.layer, this.answer.layers.length); }

  get shown() { return this.answer.layers[Math.max(0, this.layer - 1)]; }

  get unit() { return Math.min(this.state.settings.unit, this.shown.shape[0] - 1); }

  /** @returns {[string, unknown[]]} */
  ask() {
    const { network, layer, unit, off } = this.state.settings;
    // Without one that is off, no layer and no map change what is asked.
    return ['fashion_inside', [this.state.image, network, off ? layer : 0, off ? unit : 0, off, 'base64']];
  }

  /** @param {number} layer */
  #choose(layer) { this.state.set({ layer: clamp(layer, 0, this.answer.layers.length) }); }

  /** @param {Inside} answer */
  show(answer) {
    const other = this.answer !== answer;
    this.answer = answer;
    if (other || !this.flow.children.length) this.#paintFlow();
    [...this.flow.children].forEach((step, i) => {
      step.setAttribute('aria-selected', String(i === this.layer));
      /** @type {HTMLElement} */ (step).tabIndex = i === this.layer ? 0 : -1;
    });
    if (!this.player.playing) this.player.position = this.layer;
    this.player.paint(this.layer ? this.shown.name : _('picture'));
    this.player.bar.querySelector('output').textContent = `${this.layer} / ${answer.layers.length}`;
    this.bars.show(answer.labels, answer.probabilities, answer.before);
    this.#tell();
    const { layer, shown } = this;
    this.grid.hidden = layer > 0 && shown.kind === 'linear';
    this.worth.hidden = true;
    if (layer === 0) {
      paintPicture(this.grid, bytesOf(answer.seen), answer.shape);
      this.grid.classList.add('one');
      this.title.textContent = _('The picture as the network is given it: {shape}.', { shape: shapeText([1, ...answer.shape]) });
      this.arithmetic.hide(_('Choose a layer above: each is computed from the one before it.'));
    } else {
      this.grid.classList.remove('one');
      if (shown.kind !== 'linear') paintMaps(this.grid, shown, columnsOf(shown.shape[0], shown.shape[2]), this.unit);
      this.title.textContent = this.#titleOf(shown);
      this.#compute();
    }
    this.grid.setAttribute('aria-label', [this.title.textContent, _('Click a map: it is computed below. Arrow keys move the place.')].join(' '));
  }

  /** @param {Layer} shown */
  #titleOf({ name, kind, shape, high }) {
    const told = { name, count: shape[0], size: `${shape[1]} × ${shape[2]}`, high: written(high, 3) };
    if (kind === 'conv') return _('{name}: {count} maps of {size}. Black is 0, white is {high}.', told);
    if (kind === 'pool') return _('{name}: of each 2 × 2 numbers the largest: {count} maps of {size}.', told);
    if (kind === 'sum') return _('{name}: what goes in plus what the two convolutions made of it: {count} maps of {size}.', told);
    if (kind === 'mean') return _('{name}: the mean of each map: {count} numbers.', told);
    return _('{name}: a number for each label, and their softmax.', told);
  }

  #paintFlow() {
    const { answer } = this;
    const picture = pictureOf(_('The picture'), 'pixels');
    paintPicture(picture, bytesOf(answer.seen), answer.shape);
    const steps = [make('button', 'in-step', picture, make('span', '', _('picture')), make('code', '', shapeText(answer.shape)))];
    answer.layers.forEach((layer) => {
      const thumb = make('canvas', 'in-thumb');
      if (layer.kind === 'linear') {
        const most = Math.max(...answer.probabilities);
        const bars = make('span', 'in-thumb bars', ...answer.probabilities.map((one) => { const bar = make('i'); bar.style.width = `${(100 * one) / most}%`; return bar; }));
        steps.push(make('button', 'in-step', bars, make('span', '', `${layer.name}, softmax`), make('code', '', shapeText(layer.shape))));
        return;
      }
      const columns = Math.ceil(Math.sqrt(layer.shape[0]));
      paintMaps(thumb, layer, columns);
      steps.push(make('button', `in-step ${layer.kind}`, thumb, make('span', '', layer.name), make('code', '', shapeText(layer.shape.filter((one, i) => i === 0 || one > 1)))));
    });
    steps.forEach((step, i) => {
      step.type = 'button';
      step.setAttribute('role', 'tab');
      step.addEventListener('click', () => this.#choose(i));
    });
    this.flow.replaceChildren(...steps);
  }

  #tell() {
    const { answer, state: { settings } } = this;
    const winner = answer.probabilities.indexOf(Math.max(...answer.probabilities));
    const before = answer.before.indexOf(Math.max(...answer.before));
    const told = { label: answer.labels[winner], share: percent(answer.probabilities[winner]) };
    if (settings.off && this.layer > 0 && this.shown.kind !== 'linear') {
      this.told.textContent = winner === before
        ? _('Without this map it still says {label}, by {points} points.', { ...told, points: points(answer.probabilities[winner] - answer.before[winner]) })
        : _('Without this map it says {label} instead of {other}.', { ...told, other: answer.labels[before] });
    } else {
      this.told.textContent = {
        '': _('It says {label}, with {share}.', told),
        background: _('{label} is likeliest, but that says nothing: no piece was found.', told),
        unsure: _('{label} is likeliest, but with less than {least} that counts as a shrug.', { ...told, least: percent(answer.least) }),
        unlike: _('{label} is likeliest, but the picture is unlike all that it has learned from: that counts as a shrug.', told),
      }[answer.doubt];
    }
  }

  /** Ask for the chosen map's numbers, once. */
  async #compute() {
    const { network, off } = this.state.settings;
    const values = [this.state.image, network, this.layer, this.unit, off, 'base64'];
    const asked = JSON.stringify(values);
    if (asked === this.asked) { if (this.one) this.#showOne(); return; }
    this.asked = asked;
    try {
      const one = await this.state.server.atOnce('inside_map', values);
      if (asked !== this.asked) return; // another was chosen meanwhile
      this.one = { ...one, numbers: halvesOf(bytesOf(one.input)) };
      this.#showOne();
    } catch { this.asked = ''; }
  }

  #showOne() {
    const { one } = this;
    this.arithmetic.show(/** @type {any} */ (one), this.point, this.answer.labels);
    this.#paintWorth();
    this.state.root.dataset.computed = `${one.name} ${one.unit}`; // for tests
  }

  /** What each map is worth: how far the answer falls without it. */
  #paintWorth() {
    const { drops, label, unit } = this.one;
    this.worth.hidden = !drops;
    if (!drops) return;
    const order = drops.map((drop, map) => ({ drop, map })).sort((a, b) => b.drop - a.drop).slice(0, 5);
    const buttons = order.map(({ drop, map }) => {
      const button = make('button', '', `${map}: ${points(-drop)}`);
      button.type = 'button';
      button.setAttribute('aria-pressed', String(map === unit));
      button.addEventListener('click', () => this.state.set({ unit: map }));
      return button;
    });
    this.worth.replaceChildren(make('span', '', _('Which maps matter most? Without them {label} falls by so many points:', { label })), ...buttons);
  }

  /** @param {number} x @param {number} y */
  #look(x, y) {
    this.point = { x, y };
    if (this.one && this.layer > 0) this.arithmetic.show(/** @type {any} */ (this.one), this.point, this.answer.labels);
  }

  /** Return the map below a pointer, and where in it. @param {MouseEvent} event */
  #at(event) {
    if (!this.answer || this.layer === 0 || this.shown.kind === 'linear') return null;
    const [maps, height, width] = this.shown.shape;
    const box = this.grid.getBoundingClientRect();
    return mapAt((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, { maps, height, width });
  }
}
