// The pictures of the board: drawn once for new scores, and cheap to move along with the threshold.
import { clamp } from '../lib/numbers.js';
import { placeIn } from '../lib/place.js';

const SVG = 'http://www.w3.org/2000/svg';
let ids = 0;

/** @param {string} kind @param {Record<string, string | number>} attributes @param {string} text @returns {any} */
export function shape(kind, attributes = {}, text = '') {
  const node = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  if (text) node.textContent = text;
  return node;
}

/** Round numbers between two ends, about so many. @param {number} low @param {number} high @param {number} count */
export function ticks(low, high, count = 5) {
  const raw = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((one) => one * power >= raw) * power;
  const found = [];
  for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + step * 1e-9; tick += step) found.push(Number(tick.toPrecision(12)));
  return found;
}

const percent = (value) => `${Math.round(100 * value)}\u202f%`;
const plain = (value) => String(value).replace('-', '\u2212');

/**
 * A plot with two axes. `move` is called while a hand drags over it, `drop` when it lets go.
 * @typedef {object} Axes
 * @property {string} title
 * @property {string} x title of the axis
 * @property {string} y
 * @property {number} height [px]
 * @property {boolean} [shares] both axes from 0 to 100 %
 * @property {(x: number, y: number) => void} [move] in the units of the axes
 * @property {() => void} [drop]
 */
export class Plot {
  x = [0, 1];

  y = [0, 1];

  width = 0;

  /** @param {HTMLElement} host @param {Axes} axes */
  constructor(host, axes) {
    this.host = host;
    this.axes = axes;
    this.head = Object.assign(document.createElement('h3'), { textContent: axes.title });
    this.svg = shape('svg', { role: 'img', 'aria-label': axes.title, 'data-figure': '.tb-axes' });
    this.grid = shape('g', { class: 'tb-axes' });
    this.still = shape('g');
    this.moving = shape('g');
    this.svg.append(this.grid, this.still, this.moving);
    host.replaceChildren(this.head, this.svg);
    this.room = { left: 56, right: 10, top: 8, bottom: 40 };
    if (axes.move) this.#listen();
    new ResizeObserver(() => {
      if (host.clientWidth && Math.abs(host.clientWidth - this.width) > 1) this.resized?.();
    }).observe(host);
  }

  /** The rows that are drawn, and what their columns are called. @type {{ sets: Record<string, any[]>, headings: Record<string, string> }} */
  rows = { sets: {}, headings: {} };

  /** What the menu of lib/save.js saves. @param {string} foot @returns {import('../lib/save.js').Chart} */
  chart(foot) {
    return { heading: this.head.firstChild.textContent, host: this.host, drawn: this.svg, ...this.rows, legend: [], foot };
  }

  /** Called when the room has changed. @type {(() => void) | null} */
  resized = null;

  #listen() {
    const { move, drop } = this.axes;
    let held = false;
    const tell = (event) => {
      const [x, y] = placeIn(this.svg, event);
      const { left, right, top, bottom } = this.room;
      const across = clamp((x - left) / (this.width - left - right), 0, 1);
      const up = 1 - clamp((y - top) / (this.axes.height - top - bottom), 0, 1);
      move(this.x[0] + across * (this.x[1] - this.x[0]), this.y[0] + up * (this.y[1] - this.y[0]));
    };
    this.svg.classList.add('tb-drag');
    this.svg.addEventListener('pointerdown', (event) => {
      if (event.button) return;
      held = true;
      this.svg.setPointerCapture(event.pointerId);
      tell(event);
    });
    this.svg.addEventListener('pointermove', (event) => { if (held) tell(event); });
    for (const end of ['pointerup', 'pointercancel']) {
      this.svg.addEventListener(end, () => { if (held) { held = false; drop(); } });
    }
  }

  /** @param {number} value */
  px(value) {
    const { left, right } = this.room;
    return left + ((value - this.x[0]) / (this.x[1] - this.x[0])) * (this.width - left - right);
  }

  /** @param {number} value */
  py(value) {
    const { top, bottom } = this.room;
    return this.axes.height - bottom - ((value - this.y[0]) / (this.y[1] - this.y[0])) * (this.axes.height - top - bottom);
  }

  /** Draw the axes anew. @param {[number, number]} x @param {[number, number]} y @param {(value: number) => string} [label] of the y axis */
  frame(x, y, label = undefined) {
    this.width = this.host.clientWidth || this.width || 320;
    this.x = x;
    this.y = y;
    const { height, shares } = this.axes;
    this.svg.setAttribute('width', String(this.width));
    this.svg.setAttribute('height', String(height));
    this.svg.setAttribute('viewBox', `0 0 ${this.width} ${height}`);
    const [xs, ys] = [shares ? percent : plain, label ?? (shares ? percent : plain)];
    const nodes = [];
    for (const tick of ticks(x[0], x[1], this.width < 300 ? 3 : 5)) {
      nodes.push(shape('text', { x: this.px(tick), y: height - 24, 'text-anchor': 'middle' }, xs(tick)));
      nodes.push(shape('line', { x1: this.px(tick), x2: this.px(tick), y1: this.py(y[0]), y2: this.py(y[0]) + 4, class: 'tick' }));
    }
    for (const tick of ticks(y[0], y[1], 4)) {
      nodes.push(shape('line', { x1: this.px(x[0]), x2: this.px(x[1]), y1: this.py(tick), y2: this.py(tick) }));
      nodes.push(shape('text', { x: this.px(x[0]) - 6, y: this.py(tick) + 4, 'text-anchor': 'end' }, ys(tick)));
    }
    nodes.push(shape('text', { x: this.px((x[0] + x[1]) / 2), y: height - 5, 'text-anchor': 'middle', class: 'name' }, this.axes.x));
    const [middle, edge] = [this.py((y[0] + y[1]) / 2), 12];
    nodes.push(shape('text', { x: edge, y: middle, 'text-anchor': 'middle', class: 'name', transform: `rotate(-90 ${edge} ${middle})` }, this.axes.y));
    this.grid.replaceChildren(...nodes);
  }

  /** The path through points. @param {{ x: number, y: number }[]} points @param {boolean} steps */
  path(points, steps = false) {
    return points.map(({ x, y }, i) => {
      const [px, py] = [this.px(x).toFixed(1), this.py(y).toFixed(1)];
      return i === 0 ? `M${px} ${py}` : steps ? `H${px}V${py}` : `L${px} ${py}`;
    }).join('');
  }
}

/** A curve with a point that moves along it. */
export class Curve extends Plot {
  constructor(host, axes) {
    super(host, axes);
    this.line = shape('path', { class: 'tb-line' });
    this.area = shape('path', { class: 'tb-area' });
    this.guide = shape('path', { class: 'tb-guide' });
    this.mark = shape('circle', { r: 4, class: 'tb-mark' });
    this.still.append(this.area, this.line, this.guide, this.mark);
    this.halo = shape('circle', { r: 9, class: 'tb-halo' });
    this.dot = shape('circle', { r: 4, class: 'tb-dot' });
    this.moving.append(this.halo, this.dot);
  }

  /**
   * @param {{ x: number, y: number }[]} points
   * @param {{ x: [number, number], y: [number, number], guide?: { x: number, y: number }[], filled?: boolean, mark?: { x: number, y: number } | null, title?: string, label?: (value: number) => string }} how
   */
  feed(points, { x, y, guide = [], filled = false, mark = null, title = '', label = undefined }) {
    if (title) {
      this.head.textContent = title;
      this.svg.setAttribute('aria-label', title);
    }
    this.frame(x, y, label);
    this.rows = { sets: { run: points }, headings: { x: this.axes.x, y: this.axes.y } };
    this.line.setAttribute('d', this.path(points));
    const closed = filled && points.length
      ? [...points, { x: points[points.length - 1].x, y: y[0] }, { x: points[0].x, y: y[0] }] : [];
    this.area.setAttribute('d', closed.length ? `${this.path(closed)}Z` : '');
    this.guide.setAttribute('d', this.path(guide));
    this.mark.style.display = mark ? '' : 'none';
    if (mark) { this.mark.setAttribute('cx', this.px(mark.x)); this.mark.setAttribute('cy', this.py(mark.y)); }
  }

  /** @param {number | null} x @param {number | null} y */
  point(x, y) {
    const here = x !== null && y !== null;
    this.moving.style.display = here ? '' : 'none';
    if (here) this.moving.setAttribute('transform', `translate(${this.px(x).toFixed(1)} ${this.py(y).toFixed(1)})`);
  }
}

/** Both classes over their scores, yes upwards and no downwards; what is answered wrongly is pale. */
export class Scores extends Plot {
  constructor(host, axes) {
    super(host, axes);
    ids += 1;
    const clip = (name) => {
      const [path, box] = [shape('clipPath', { id: `tb-${name}-${ids}` }), shape('rect', { y: 0, height: axes.height })];
      path.append(box);
      this.svg.append(path);
      return box;
    };
    this.above = clip('above');
    this.below = clip('below');
    const group = (name, clipped) => {
      const node = shape('g', { class: `tb-bars ${name}`, ...(clipped ? { 'clip-path': `url(#tb-${clipped}-${ids})` } : {}) });
      this.still.append(node);
      return node;
    };
    this.groups = { yes: [group('yes pale', ''), group('yes', 'above')], no: [group('no pale', ''), group('no', 'below')] };
    this.names = shape('g', { class: 'tb-names' });
    this.zero = shape('line', { class: 'tb-zero' });
    this.still.append(this.zero, this.names);
    this.line = shape('line', { class: 'tb-threshold', y1: this.room.top, y2: axes.height - this.room.bottom });
    this.grip = shape('circle', { r: 9, class: 'tb-halo' });
    this.dot = shape('circle', { r: 4, class: 'tb-dot' });
    this.moving.append(this.line, this.grip, this.dot);
  }

  /** @param {{ left: number, right: number, yes: number, no: number }[]} bins @param {[string, string]} names of yes and no */
  feed(bins, names) {
    this.rows = { sets: { run: bins }, headings: { left: `${this.axes.x} ≥`, right: `${this.axes.x} <`, yes: names[0], no: names[1] } };
    const most = (kind) => Math.max(1, ...bins.map((bin) => bin[kind]));
    // The name of a class needs room, also where there are few of it.
    const [up, down] = [Math.max(most('yes'), most('no') / 3), Math.max(most('no'), most('yes') / 3)];
    const ends = /** @type {[number, number]} */ ([bins[0].left, bins[bins.length - 1].right]);
    this.frame(ends, [-1.08 * down, 1.08 * up], (value) => String(Math.abs(value)));
    const zero = this.py(0);
    for (const [kind, groups] of Object.entries(this.groups)) {
      const bars = () => bins.filter((bin) => bin[kind]).map((bin) => {
        const end = this.py(kind === 'yes' ? bin.yes : -bin.no);
        const x = this.px(bin.left) + 0.5;
        return shape('rect', { x, width: Math.max(1, this.px(bin.right) - x - 0.5), y: Math.min(zero, end), height: Math.max(1, Math.abs(end - zero)) });
      });
      for (const group of groups) group.replaceChildren(...bars());
    }
    for (const [name, value] of Object.entries({ x1: this.px(ends[0]), x2: this.px(ends[1]), y1: zero, y2: zero })) this.zero.setAttribute(name, String(value));
    this.names.replaceChildren(
      shape('text', { x: this.px(ends[0]) + 6, y: this.room.top + 14, class: 'yes' }, names[0]),
      shape('text', { x: this.px(ends[1]) - 6, y: this.axes.height - this.room.bottom - 6, class: 'no', 'text-anchor': 'end' }, names[1]),
    );
  }

  /** @param {number} threshold */
  cut(threshold) {
    const at = clamp(this.px(threshold), this.px(this.x[0]), this.px(this.x[1]));
    this.above.setAttribute('x', String(at));
    this.above.setAttribute('width', String(Math.max(0, this.width - at)));
    this.below.setAttribute('x', '0');
    this.below.setAttribute('width', String(at));
    this.moving.setAttribute('transform', `translate(${at.toFixed(1)} 0)`);
    for (const dot of [this.grip, this.dot]) dot.setAttribute('cy', String(this.py(0)));
  }
}

/** How often yes was right, by how sure the model was: hollow as it came, full at the temperature. */
export class Reliability extends Plot {
  constructor(host, axes) {
    super(host, axes);
    this.guide = shape('path', { class: 'tb-guide' });
    this.before = shape('g', { class: 'tb-hollow' });
    this.now = shape('g', { class: 'tb-full' });
    this.still.append(this.guide, this.before, this.now);
  }

  /** @param {{ said: number | null, right: number | null, count: number }[]} bins @param {any} group @param {number} all */
  #dots(bins, group, all) {
    const known = bins.filter(({ count }) => count);
    group.replaceChildren(
      shape('path', { d: this.path(known.map(({ said, right }) => ({ x: said, y: right }))) }),
      ...known.map(({ said, right, count }) => shape('circle', { cx: this.px(said), cy: this.py(right), r: 3 + 14 * Math.sqrt(count / all) })),
    );
  }

  /** @param {any[]} before @param {any[]} now */
  feed(before, now) {
    this.frame([0, 1], [0, 1]);
    this.rows = { sets: { before, now }, headings: { said: this.axes.x, right: this.axes.y } };
    this.guide.setAttribute('d', this.path([{ x: 0, y: 0 }, { x: 1, y: 1 }]));
    const all = before.reduce((sum, { count }) => sum + count, 0) || 1;
    this.#dots(before, this.before, all);
    this.#dots(now, this.now, all);
  }
}
