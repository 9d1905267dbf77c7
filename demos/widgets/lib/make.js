// Elements, and squares of numbers.
import { MINUS } from './numbers.js';

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, className = '', ...children) {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
}

/**
 * A box that is saved as one picture, see pictures.js.
 * @param {string} className
 * @param {(Node | string)[]} children
 */
export function pictured(className, ...children) {
  const node = make('div', className, ...children);
  node.dataset.picture = '';
  return node;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {string} inner HTML of our own
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export const html = (tag, className, inner) => Object.assign(make(tag, className), { innerHTML: inner });

/** Write a number with as many digits as count. @param {number} value */
export function written(value, digits = 5) {
  if (!Number.isFinite(value)) return '–';
  const number = Number(value.toPrecision(digits));
  return (Math.abs(number) >= 1e6 || (number !== 0 && Math.abs(number) < 1e-4) ? number.toExponential(2) : String(number)).replaceAll('-', MINUS);
}

/** A number as a factor or a summand: in brackets below 0. @param {number} value */
export const factor = (value, digits = 5) => (value < 0 ? `(${written(value, digits)})` : written(value, digits));

/** The shape of a tensor as Python writes it. @param {number[]} sizes */
export const shapeText = (sizes) => `(${sizes.join(', ')}${sizes.length === 1 ? ',' : ''})`;

/** A grid of numbers; the same nodes are written again while its size stays. */
export class NumberGrid {
  /** @param {string} className */
  constructor(className = '') {
    this.node = make('div', `num-grid ${className}`);
    this.cells = /** @type {HTMLElement[]} */ ([]);
  }

  /**
   * @param {ArrayLike<number>} values row by row
   * @param {number} columns
   * @param {(cell: HTMLElement, i: number) => void} [dress] colours of a cell
   * @param {(value: number) => string} [write]
   */
  show(values, columns, dress, write = written) {
    if (this.cells.length !== values.length || this.columns !== columns) {
      this.columns = columns;
      this.node.style.setProperty('--columns', String(columns));
      this.cells = Array.from(values, () => make('span', 'num-cell'));
      this.node.replaceChildren(...this.cells);
    }
    this.cells.forEach((cell, i) => {
      const text = write(values[i]);
      if (cell.textContent !== text) cell.textContent = text;
      dress?.(cell, i);
    });
  }
}

// How much of the colour of a sign is mixed into a cell, at most [%]: with more, what is written there
// has a contrast below 4.5 in the dark.
const STRONGEST = 50;

/** Colour a cell by the sign of its number. @param {ArrayLike<number>} values @param {number} most */
export const bySign = (values, most) => (/** @type {HTMLElement} */ cell, /** @type {number} */ i) => {
  const share = Math.min(1, Math.abs(values[i]) / (most || 1));
  const end = values[i] < 0 ? 'var(--signed-low)' : 'var(--signed-high)';
  cell.style.background = `color-mix(in srgb, ${end} ${Math.round(STRONGEST * share)}%, var(--course-card))`;
};
