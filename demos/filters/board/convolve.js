// A filter slides over a picture; and several filters over its colours.
import { bytesOf } from '../../widgets/lib/base64.js';
import { _ } from '../../widgets/lib/texts.js';
import { coloured, levelsOf, painted } from '../../widgets/lib/colours.js';
import { make, shapeText, written } from '../../widgets/lib/make.js';
import { PixelView, zoomBar } from './pixels.js';
import { SIDE, floatsOf, rowsOf } from './state.js';
import { Strip } from './strip.js';
import { Windows } from './windows.js';

/** @typedef {import('./state').State} State */
/** @typedef {import('./types').Applied} Applied */

const CHANNELS = () => [_('red'), _('green'), _('blue')];

/**
 * Say which numbers are the ends of a picture's colours.
 * @param {HTMLElement} legend
 * @param {number} low
 * @param {number} high
 */
export function paintLegend(legend, low, high) {
  legend.hidden = false;
  legend.classList.toggle('signed', low < 0);
  legend.replaceChildren(make('span', '', written(low, 4)), make('i', 'fl-bar'), make('span', '', written(high, 4)));
}

/** What both topics of convolution share. */
class Sliding {
  /** @type {Applied | null} */
  answer = null;
  /** @type {Windows | null} */
  windows = null;
  /** @type {Float32Array | null} the numbers of the output; null while live */
  values = null;
  /** The number of the output that is looked at, as shares of its size. */
  point = { x: 0.5, y: 0.5 };
  chosen = 0; // which filter

  /** @param {State} state @param {string} topic */
  constructor(state, topic) {
    this.state = state;
    this.place = state.place(topic);
    this.strip = new Strip();
    this.formula = make('p', 'fl-formula');
    this.views = make('div', 'fl-views');
    this.input = new PixelView({ name: _('Point at a pixel: its patch is computed below. Plus and minus zoom.'), lens: state.lens, tallest: 232, over: (x, y) => this.#overInput(x, y) });
    this.place.append(this.views);
    this.player = state.player(this.place, {
      length: () => (this.values ? this.windows.rows * this.windows.columns : 0),
      show: (position) => this.#slide(position),
      seconds: 10,
      slowest: 2,
      stand: {
        first: () => Math.floor(this.windows.rows / 2) * this.windows.columns + Math.floor(this.windows.columns / 2),
        lead: (position) => this.lookAt(Math.floor(position / this.windows.columns), position % this.windows.columns),
      },
    });
    this.player.bar.append(zoomBar(state.root, state.lens));
    this.place.append(this.strip.node, this.formula);
  }

  /** @returns {PixelView[]} */
  get outputs() { return []; }

  get kernels() { return /** @type {number[][][]} */ ([]); } // [filter][channel]

  /** @param {Applied} answer @param {boolean} live */
  show(answer, live) {
    const { settings } = this.state;
    const same = this.windows && this.answer && this.answer.output_shape.join() === answer.output_shape.join();
    this.answer = answer;
    this.state.lens.of(answer.shape.slice(1));
    const pixels = bytesOf(answer.picture);
    this.windows = new Windows({ pixels, shape: answer.shape, k: answer.weight_shape[3], padding: settings.padding, stride: settings.stride, dilation: settings.dilation });
    this.values = live ? null : floatsOf(answer.output);
    this.levels = live ? bytesOf(answer.output) : null;
    if (!same) this.player.pause();
    this.showInput();
    this.showOutputs();
    const { windows } = this;
    const size = windows.formula(windows.height);
    this.formula.replaceChildren(
      make('span', '', _('Size, by rows and by columns:')), make('code', '', size),
      ...(windows.width === windows.height ? [] : [make('code', '', windows.formula(windows.width))]),
    );
    this.look();
  }

  showInput() {
    const { windows, answer } = this;
    const { room } = windows;
    const [width, height] = [windows.width + 2 * room, windows.height + 2 * room];
    const colours = new Uint8ClampedArray(4 * width * height);
    const colour = windows.channels === 3;
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const i = 4 * (y * width + x);
        for (let c = 0; c < 3; c += 1) colours[i + c] = (255 * windows.at(colour ? c : 0, y - room, x - room)) / answer.top;
        colours[i + 3] = 255;
      }
    }
    const texts = (/** @type {number} */ x, /** @type {number} */ y) => Array.from({ length: windows.channels }, (none, c) => String(windows.at(c, y - room, x - room)));
    this.input.show({ width, height, colours, texts }, this.inputName, shapeText([1, ...answer.shape]));
  }

  get inputName() { return _('Picture'); }

  showOutputs() {
    const { answer } = this;
    const [, height, width] = answer.output_shape;
    const size = height * width;
    this.outputs.forEach((view, o) => {
      const [low, high] = [answer.low[o], answer.high[o]];
      const levels = this.values ? levelsOf(this.values.subarray(o * size, (o + 1) * size), low, high) : this.levels.subarray(o * size, (o + 1) * size);
      const values = this.values;
      const texts = (/** @type {number} */ x, /** @type {number} */ y) => (values ? [written(values[o * size + y * width + x], 4)] : []);
      view.show({ width, height, colours: painted(levels, this.state.palette(low < 0)), texts }, this.nameOf(o), this.codeOf(o));
      paintLegend(view.legend, low, high);
    });
  }

  /** @param {number} o */
  nameOf(o) { return ''; }

  /** @param {number} o */
  codeOf(o) { return ''; }

  get at() {
    const { rows, columns } = this.windows;
    return { row: Math.min(rows - 1, Math.floor(this.point.y * rows)), column: Math.min(columns - 1, Math.floor(this.point.x * columns)) };
  }

  /** Look at the number at a place of the output. @param {number} row @param {number} column */
  lookAt(row, column) {
    const { rows, columns } = this.windows;
    this.point = { x: (column + 0.5) / columns, y: (row + 0.5) / rows };
    for (const view of this.outputs) view.revealed = Infinity;
    this.look();
  }

  look() {
    const { windows, values } = this;
    const { row, column } = this.at;
    const size = windows.rows * windows.columns;
    const position = row * windows.columns + column;
    if (!this.player.playing) this.player.position = position;
    this.player.paint(`${position + 1} / ${size}`);
    this.player.bar.querySelector('output').textContent = values ? `${position + 1} / ${size}` : '';
    const places = windows.places(row, column);
    const [top, left] = places[0];
    const { room, reach } = windows;
    const frame = room ? [{ x: room, y: room, w: windows.width, h: windows.height, colour: '--chart-vermillion', dash: true }] : [];
    const cells = windows.dilation > 1 ? places.map(([y, x]) => ({ x: x + room, y: y + room, w: 1, h: 1 })) : [];
    this.input.mark([...frame, ...cells, { x: left + room, y: top + room, w: reach, h: reach, dash: cells.length > 0 }]);
    this.outputs.forEach((view) => view.mark([{ x: column, y: row, w: 1, h: 1 }]));
    this.strip.node.hidden = !values;
    this.player.bar.hidden = !values;
    if (!values) return;
    const names = windows.channels === 3 ? CHANNELS() : [''];
    const parts = names.map((name, channel) => ({
      name,
      patch: places.map(([y, x]) => windows.at(channel, y, x)),
      kernel: this.kernels[this.chosen][channel],
      outside: places.map(([y, x]) => windows.outside(y, x)),
    }));
    this.strip.show(parts, values[this.chosen * size + position], this.answer.top);
  }

  /** @param {number} position */
  #slide(position) {
    const { columns, rows } = this.windows;
    const row = Math.floor(position / columns);
    this.point = { x: ((position % columns) + 0.5) / columns, y: (row + 0.5) / rows };
    for (const view of this.outputs) view.revealed = position + 1;
    this.look();
  }

  /** @param {number} x @param {number} y */
  #overInput(x, y) {
    const { row, column } = this.windows.nearest(y - this.windows.room, x - this.windows.room);
    this.player.pause();
    this.lookAt(row, column);
  }

  impossible() {
    const { padding, dilation } = this.state.settings;
    if (padding === 'reflect') return ['padding'];
    return dilation > 1 ? ['dilation'] : ['kernel'];
  }
}

export class Convolve extends Sliding {
  /** @param {State} state */
  constructor(state) {
    super(state, 'convolve');
    this.output = new PixelView({ name: _('Point at a number: what it is made of is written below.'), lens: state.lens, tallest: 232, over: (x, y) => { this.player.pause(); this.lookAt(y, x); } });
    this.views.append(this.input.node, this.output.node);
  }

  get outputs() { return [this.output]; }

  get kernels() { return [[this.state.settings.kernel]]; }

  nameOf() { return _('Filtered'); }

  codeOf() { return shapeText([1, ...this.answer.output_shape]); }

  /** @param {boolean} live @returns {[string, unknown[]]} */
  ask(live) {
    const { kernel, padding, stride, dilation } = this.state.settings;
    return ['filter_apply', [this.state.image, rowsOf(kernel), padding, stride, dilation, SIDE, live ? 'levels' : 'base64']];
  }
}

export class Channels extends Sliding {
  /** @type {PixelView[]} */
  maps = [];

  /** @param {State} state */
  constructor(state) {
    super(state, 'channels');
    this.colours = CHANNELS().map((name) => new PixelView({ name, lens: state.lens, tallest: 120 }));
    this.mapsPlace = make('div', 'fl-maps');
    this.told = make('p', 'fl-told');
    this.views.append(make('div', 'fl-column', this.input.node, make('div', 'fl-three', ...this.colours.map((one) => one.node))), this.mapsPlace);
    this.formula.before(this.told);
  }

  get outputs() { return this.maps; }

  get kernels() { return this.answer.weight.map((filter) => filter.map((rows) => rows.flat())); }

  /** @param {number} o */
  nameOf(o) { return this.names[o]; }

  codeOf() { return shapeText(this.answer.output_shape.slice(1)); }

  /** @param {boolean} live @returns {[string, unknown[]]} */
  ask(live) {
    const { filters, own, mix, padding, stride, dilation } = this.state.settings;
    return ['filter_channels', [this.state.image, filters, own, mix, padding, stride, dilation, SIDE, live ? 'levels' : 'base64']];
  }

  /** @param {Applied} answer @param {boolean} live */
  show(answer, live) {
    const { filters } = this.state.settings;
    const panel = this.state.root.closest('.chapter');
    this.names = filters.map((name) => panel.querySelector(`[data-control=filters] input[value=${name}] + span`)?.textContent ?? name);
    while (this.maps.length > filters.length) this.maps.pop().node.remove();
    while (this.maps.length < filters.length) {
      const o = this.maps.length;
      const view = new PixelView({ name: _('Point at a number: what it is made of is written below.'), lens: this.state.lens, tallest: 220, over: (x, y) => { this.player.pause(); this.chosen = o; this.lookAt(y, x); } });
      this.maps.push(view);
      this.mapsPlace.append(view.node);
    }
    this.chosen = Math.min(this.chosen, filters.length - 1);
    super.show(answer, live);
    const [, height, width] = answer.shape;
    const pixels = bytesOf(answer.picture);
    this.colours.forEach((view, c) => {
      const only = [0, 1, 2].map((one) => one === c);
      view.show({ width, height, colours: coloured(pixels, height * width, only), texts: (x, y) => [String(pixels[(c * height + y) * width + x])] }, CHANNELS()[c]);
    });
    const [out, channels, k] = answer.weight_shape;
    this.told.textContent = _('weight {shape}: {out} filters, each reads {channels} channels, and has a square of {k} × {k} numbers for each of them: {product} = {count} numbers in all.', {
      shape: shapeText(answer.weight_shape), out, channels, k, product: answer.weight_shape.join(' · '), count: answer.parameters,
    });
  }

  look() {
    super.look();
    this.maps.forEach((view, o) => view.node.classList.toggle('chosen', o === this.chosen && this.maps.length > 1));
  }

  impossible() {
    const { padding } = this.state.settings;
    return [padding === 'reflect' ? 'padding' : 'dilation'];
  }
}
