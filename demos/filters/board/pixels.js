// A picture whose pixels can be looked at: near enough, each shows its number.
import { inkOn } from '../../widgets/lib/colours.js';
import { ARROWS } from '../../widgets/lib/keys.js';
import { clamp } from '../../widgets/lib/numbers.js';
import { cellOf, tells } from '../../widgets/lib/pictures.js';
import { _ } from '../../widgets/lib/texts.js';
import { make } from '../../widgets/lib/make.js';

const LARGEST_CELL = 88; // px, at the end of the zoom
const MARK = '#ffd23f'; // seen on dark and bright
const SMALLEST_TEXT = 7.5; // px

/**
 * @typedef {object} Shown what a view shows
 * @property {number} width
 * @property {number} height
 * @property {Uint8ClampedArray<ArrayBuffer>} colours RGBA, row by row
 * @property {(x: number, y: number) => string[]} texts the numbers of a pixel
 */
/** @typedef {{ x: number, y: number, w: number, h: number, colour?: string, dash?: boolean }} Mark */

/** Where several views look, and how near. */
export class Lens {
  zoom = 1;
  most = 1;
  x = 0.5; // the middle, as share of the picture
  y = 0.5;
  /** @type {Set<() => void>} */
  watchers = new Set();

  #size = '';

  /** Look at a picture of some size: another one is seen as a whole first. @param {number[]} sizes */
  of(sizes) {
    if (sizes.join() === this.#size) return;
    this.#size = sizes.join();
    this.most = 1;
    this.to(1);
  }

  changed() { for (const watcher of this.watchers) watcher(); }

  /** @param {number} zoom @param {{ x: number, y: number }} [around] stays where it is */
  to(zoom, around = this) {
    const next = clamp(zoom, 1, this.most);
    const kept = this.zoom / next;
    this.x = around.x + (this.x - around.x) * kept;
    this.y = around.y + (this.y - around.y) * kept;
    this.zoom = next;
    this.stay();
  }

  /** Keep the picture in view. */
  stay() {
    const half = 0.5 / this.zoom;
    this.x = clamp(this.x, half, 1 - half);
    this.y = clamp(this.y, half, 1 - half);
    this.changed();
  }
}

export class PixelView {
  /** @type {Shown | null} */
  shown = null;
  /** @type {Mark[]} */
  marks = [];
  revealed = Infinity; // so many pixels are drawn fully, row by row
  frame = 0;

  /**
   * @param {object} how
   * @param {string} how.name for screen readers
   * @param {Lens} [how.lens] shared with other views; without, nothing can be zoomed
   * @param {number} [how.tallest] px
   * @param {(x: number, y: number) => void} [how.over] a pixel is pointed at
   */
  constructor({ name, lens, tallest = 262, over }) {
    this.lens = lens;
    this.tallest = tallest;
    this.over = over;
    this.title = make('span', 'fl-title');
    this.code = make('code', 'fl-code');
    this.canvas = make('canvas', 'fl-canvas');
    this.legend = make('p', 'fl-legend');
    this.legend.hidden = true;
    this.node = make('figure', 'fl-view', make('figcaption', '', this.title, ' ', this.code), this.canvas, this.legend);
    this.small = document.createElement('canvas');
    this.canvas.setAttribute('role', lens || over ? 'application' : 'img');
    if (lens || over) this.canvas.tabIndex = 0;
    this.name = name;
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    lens?.watchers.add(() => this.draw());
    tells(this.canvas, () => this.#rows());
    if (lens || over) this.#listen();
  }

  /** @param {Shown} shown @param {string} title @param {string} code */
  show(shown, title, code = '') {
    this.shown = shown;
    this.title.textContent = title;
    this.code.textContent = code;
    this.canvas.setAttribute('aria-label', `${title} ${code}. ${this.name}`);
    const { width, height, colours } = shown;
    Object.assign(this.small, { width, height });
    this.small.getContext('2d').putImageData(new ImageData(colours, width, height), 0, 0);
    this.canvas.style.aspectRatio = `${width} / ${height}`;
    this.canvas.style.maxWidth = `${Math.round((this.tallest * width) / height)}px`;
    this.draw();
  }

  /** Every pixel with its numbers; where they are not known, its colour. */
  #rows() {
    const { width, height, texts, colours } = this.shown;
    return Array.from({ length: width * height }, (none, i) => {
      const [column, row] = [i % width, Math.floor(i / width)];
      const known = texts(column, row);
      const numbers = known.length ? known.map(cellOf) : [...colours.subarray(4 * i, 4 * i + 3)];
      return { row, column, ...Object.fromEntries(numbers.map((number, c) => [numbers.length > 1 ? `value ${c}` : 'value', number])) };
    });
  }

  /** @param {Mark[]} marks */
  mark(marks) {
    this.marks = marks;
    this.draw();
  }

  draw() { this.frame ||= requestAnimationFrame(() => { this.frame = 0; this.#paint(); }); }

  /** Where the picture lies on the canvas [device px]. */
  get place() {
    const { width, height } = this.shown;
    const zoom = this.lens?.zoom ?? 1;
    const cell = (this.canvas.width / width) * zoom;
    const [x, y] = this.lens ? [this.lens.x, this.lens.y] : [0.5, 0.5];
    return { cell, left: this.canvas.width / 2 - x * width * cell, top: this.canvas.height / 2 - y * height * cell };
  }

  #paint() {
    const { canvas, shown } = this;
    if (!shown || !canvas.clientWidth) return;
    const ratio = Math.min(3, window.devicePixelRatio || 1);
    const [wide, high] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientWidth * ratio * (shown.height / shown.width))];
    if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
    if (this.lens) {
      const most = Math.max(1, (LARGEST_CELL * shown.width) / canvas.clientWidth);
      if (most > this.lens.most) { this.lens.most = most; this.lens.changed(); }
    }
    const brush = canvas.getContext('2d');
    const { cell, left, top } = this.place;
    brush.clearRect(0, 0, wide, high);
    brush.imageSmoothingEnabled = cell < 1;
    const rest = this.revealed < shown.width * shown.height;
    brush.globalAlpha = rest ? 0.12 : 1;
    brush.drawImage(this.small, left, top, shown.width * cell, shown.height * cell);
    brush.globalAlpha = 1;
    if (rest) {
      const rows = Math.floor(this.revealed / shown.width);
      const part = this.revealed % shown.width;
      if (rows) brush.drawImage(this.small, 0, 0, shown.width, rows, left, top, shown.width * cell, rows * cell);
      if (part) brush.drawImage(this.small, 0, rows, part, 1, left, top + rows * cell, part * cell, cell);
    }
    if (cell / ratio >= 20) this.#write(brush, ratio);
    for (const { x, y, w, h, colour = MARK, dash = false } of this.marks) {
      const [at, to] = [[left + x * cell, top + y * cell], [w * cell, h * cell]];
      const width = Math.max(2, Math.min(3, cell / ratio / 10)) * ratio;
      brush.setLineDash(dash ? [4 * ratio, 3 * ratio] : []);
      // Dark around bright: seen on any picture. A small place gets room around it.
      const room = Math.max(0, 3 * ratio - Math.min(to[0], to[1]) / 2);
      for (const [ink, wider] of dash ? [[this.ink(colour), 0]] : [['rgb(0 0 0 / .55)', 2 * ratio], [this.ink(colour), 0]]) {
        brush.strokeStyle = /** @type {string} */ (ink);
        brush.lineWidth = width + /** @type {number} */ (wider);
        brush.strokeRect(at[0] - room, at[1] - room, to[0] + 2 * room, to[1] + 2 * room);
      }
    }
  }

  /** @param {CanvasRenderingContext2D} brush @param {number} ratio */
  #write(brush, ratio) {
    const { shown } = this;
    const { cell, left, top } = this.place;
    const [x0, y0] = [Math.max(0, Math.floor(-left / cell)), Math.max(0, Math.floor(-top / cell))];
    const [x1, y1] = [Math.min(shown.width, Math.ceil((this.canvas.width - left) / cell)), Math.min(shown.height, Math.ceil((this.canvas.height - top) / cell))];
    brush.textAlign = 'center';
    brush.textBaseline = 'middle';
    for (let y = y0; y < y1; y += 1) {
      for (let x = x0; x < x1; x += 1) {
        const i = y * shown.width + x;
        if (i >= this.revealed) return;
        const texts = shown.texts(x, y);
        const longest = Math.max(...texts.map((text) => text.length));
        const size = Math.min(cell * 0.36, (cell * 0.88) / (texts.length * 1.15), (cell * 1.55) / longest, 22 * ratio);
        if (size < SMALLEST_TEXT * ratio) continue;
        brush.fillStyle = inkOn(shown.colours.subarray(4 * i));
        brush.font = `${size}px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace`;
        texts.forEach((text, line) => brush.fillText(text, left + (x + 0.5) * cell, top + (y + 0.5) * cell + (line - (texts.length - 1) / 2) * size * 1.15));
      }
    }
  }

  /** @param {string} name of a colour of the style sheet */
  ink(name) { return name.startsWith('--') ? getComputedStyle(this.node).getPropertyValue(name) : name; }

  /** Return the pixel below a pointer, and where that is as shares of the picture. @param {MouseEvent} event */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const { cell, left, top } = this.place;
    const x = (((event.clientX - box.left) / box.width) * this.canvas.width - left) / cell;
    const y = (((event.clientY - box.top) / box.height) * this.canvas.height - top) / cell;
    const { width, height } = this.shown;
    return { column: clamp(Math.floor(x), 0, width - 1), row: clamp(Math.floor(y), 0, height - 1), x: x / width, y: y / height };
  }

  #listen() {
    const { canvas, lens } = this;
    const down = new Map(); // pointers on the picture
    let moved = false;
    const point = (/** @type {MouseEvent} */ event) => {
      const { column, row } = this.at(event);
      this.focus = { column, row };
      this.over?.(column, row);
    };
    canvas.addEventListener('pointerdown', (event) => {
      if (!this.shown) return;
      down.set(event.pointerId, event);
      moved = false;
      if (lens && lens.zoom > 1) { try { canvas.setPointerCapture(event.pointerId); } catch { /* it is gone */ } }
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!this.shown) return;
      const before = down.get(event.pointerId);
      if (before && lens) {
        const others = [...down.values()].filter(({ pointerId }) => pointerId !== event.pointerId);
        const { cell } = this.place;
        const scale = this.canvas.width / this.canvas.getBoundingClientRect().width / cell;
        if (others.length) {
          const span = (/** @type {PointerEvent} */ one) => Math.hypot(one.clientX - others[0].clientX, one.clientY - others[0].clientY) || 1;
          lens.to(lens.zoom * (span(event) / span(before)), this.at(event));
          moved = true;
        } else if (lens.zoom > 1) {
          const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
          moved ||= Math.hypot(dx, dy) > 3;
          if (moved) {
            lens.x -= (dx * scale) / this.shown.width;
            lens.y -= (dy * scale) / this.shown.height;
            lens.stay();
          }
        }
        if (moved) down.set(event.pointerId, event);
      }
      if (!moved && (event.pointerType === 'mouse' || before)) point(event);
    });
    const up = (/** @type {PointerEvent} */ event) => {
      if (event.type === 'pointerup' && !moved && this.shown) point(event);
      down.delete(event.pointerId);
      if (!down.size) moved = false;
    };
    canvas.addEventListener('pointerup', up);
    canvas.addEventListener('pointercancel', up);
    canvas.addEventListener('lostpointercapture', up);
    canvas.addEventListener('pointerleave', up);
    if (lens) {
      lens.watchers.add(() => { canvas.style.touchAction = lens.zoom > 1 ? 'none' : 'pan-y'; canvas.classList.toggle('near', lens.zoom > 1); });
      canvas.addEventListener('wheel', (event) => {
        // The wheel alone scrolls the page, until one has come nearer.
        if (!this.shown || (!event.ctrlKey && lens.zoom === 1)) return;
        event.preventDefault();
        lens.to(lens.zoom * Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), this.at(event));
      }, { passive: false });
      canvas.addEventListener('dblclick', (event) => {
        if (this.shown) lens.to(lens.zoom > lens.most * 0.7 ? 1 : lens.zoom * 4, this.at(event));
      });
    }
    canvas.addEventListener('keydown', (event) => {
      const step = ARROWS[event.key];
      if (!this.shown || event.ctrlKey || event.metaKey || event.altKey) return;
      if (step && this.over) {
        const { column = Math.floor(this.shown.width / 2), row = Math.floor(this.shown.height / 2) } = this.focus ?? {};
        const [right, bottom] = [this.shown.width - 1, this.shown.height - 1]; // the picture before may have been larger
        this.focus = { column: clamp(Math.min(column, right) + step[0], 0, right), row: clamp(Math.min(row, bottom) + step[1], 0, bottom) };
        this.over(this.focus.column, this.focus.row);
        if (lens && lens.zoom > 1) { lens.x = (this.focus.column + 0.5) / this.shown.width; lens.y = (this.focus.row + 0.5) / this.shown.height; lens.stay(); }
      } else if (lens && '+-='.includes(event.key)) lens.to(lens.zoom * (event.key === '-' ? 1 / 1.5 : 1.5));
      else return;
      event.preventDefault();
    });
  }
}

/**
 * Return the bar that moves a lens.
 * @param {HTMLElement} root whose template it is
 * @param {Lens} lens
 */
export function zoomBar(root, lens) {
  /** @type {HTMLElement} */
  const bar = root.querySelector('.fl-zoom-of').content.firstElementChild.cloneNode(true);
  const range = bar.querySelector('input');
  const paint = () => {
    range.value = String(lens.most > 1 ? Math.log(lens.zoom) / Math.log(lens.most) : 0);
    range.setAttribute('aria-valuetext', _('{times} times', { times: lens.zoom.toFixed(1) }));
    bar.hidden = lens.most <= 1.3;
  };
  range.addEventListener('input', () => lens.to(lens.most ** Number(range.value)));
  bar.querySelector('[data-do=in]').addEventListener('click', () => lens.to(lens.zoom * 1.8));
  bar.querySelector('[data-do=out]').addEventListener('click', () => lens.to(lens.zoom / 1.8));
  lens.watchers.add(paint);
  paint();
  return bar;
}
