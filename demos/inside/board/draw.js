// Small pictures and bars.
import { coloured, painted } from '../../widgets/lib/colours.js';
import { tells } from '../../widgets/lib/pictures.js';
import { make, pictured } from '../../widgets/lib/make.js';
import { MINUS, fixed } from '../../widgets/lib/numbers.js';

/** @param {number} share */
export const percent = (share) => `${fixed(100 * share, share > 0.9995 || share < 0.0005 ? 0 : 1)}\u00a0%`;

/** A difference of shares, with its sign, in percentage points. @param {number} share */
export const points = (share) => `${share < 0 ? MINUS : '+'}${fixed(Math.abs(100 * share), 1)}`;

/**
 * Paint bytes on a canvas, a pixel each; grey or three colours.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} bytes channel by channel
 * @param {number[]} shape (C, H, W)
 */
export function paintPicture(canvas, bytes, [channels, height, width]) {
  Object.assign(canvas, { width, height });
  const grey = new Uint8ClampedArray(4 * width * height);
  bytes.subarray(0, width * height).forEach((value, i) => grey.set([value, value, value, 255], 4 * i));
  const colours = channels === 3 ? coloured(bytes, width * height) : grey;
  canvas.getContext('2d').putImageData(new ImageData(colours, width, height), 0, 0);
}

/** @param {string} label for screen readers */
export function pictureOf(label, className = '') {
  const canvas = make('canvas', `in-picture ${className}`);
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', label);
  return canvas;
}

/**
 * Paint numbers with both signs, or from 0 on.
 * @param {HTMLCanvasElement} canvas
 * @param {number[][]} rows
 * @param {Uint8ClampedArray} table see `palette`
 * @param {number} most is the end of the colours
 */
export function paintSigned(canvas, rows, table, most) {
  const [height, width] = [rows.length, rows[0].length];
  Object.assign(canvas, { width, height });
  const levels = Uint8ClampedArray.from(rows.flat(), (value) => 127.5 + (127.5 * value) / (most || 1));
  canvas.getContext('2d').putImageData(new ImageData(painted(levels, table), width, height), 0, 0);
}

/** Bars of probabilities, by label; a mark says what they were before. */
export class Bars {
  /** @type {Record<string, unknown>[]} */
  #told = [];

  constructor() {
    this.node = pictured('in-bars');
    tells(this.node, () => this.#told);
    this.rows = /** @type {HTMLElement[]} */ ([]);
  }

  /** @param {string[]} labels @param {number[]} now @param {number[]} [before] */
  show(labels, now, before) {
    this.#told = labels.map((label, i) => ({ label, probability: now[i], ...(before && { before: before[i] }) }));
    const winner = now.indexOf(Math.max(...now));
    if (this.rows.length !== labels.length) {
      this.rows = labels.map(() => make('div', 'in-bar', make('span', 'in-label'), make('div', 'in-track', make('i'), make('b')), make('span', 'in-share')));
      this.node.replaceChildren(...this.rows);
    }
    this.rows.forEach((row, i) => {
      const [name, track, share] = row.children;
      name.textContent = labels[i];
      name.setAttribute('translate', 'no');
      const [bar, mark] = [...track.children].map((one) => /** @type {HTMLElement} */ (one));
      bar.style.width = `${100 * now[i]}%`;
      mark.hidden = !before || Math.abs(before[i] - now[i]) < 0.005;
      mark.style.left = `${100 * (before?.[i] ?? 0)}%`;
      share.textContent = percent(now[i]);
      row.classList.toggle('winner', i === winner);
    });
    this.node.dataset.winner = labels[winner]; // for tests
    this.node.dataset.share = String(now[winner]);
  }
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {(Node | string)[]} children
 */
export function svg(tag, attributes, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/** @param {string} title @param {(Node | string)[]} children */
export const part = (title, ...children) => make('div', 'in-part', make('p', 'in-title', title), ...children);
