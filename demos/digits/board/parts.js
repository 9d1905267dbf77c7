// Numbers as they are written out.
import { MINUS, fixed } from '../../widgets/lib/numbers.js';

/** @param {string} tag @param {Record<string, any>} properties @param {...(Node | string)} children @returns {any} */
export function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

/** A share in per cent; never 100 where something is missing. @param {number} share */
export const percent = (share, digits = 1) => (share < 1 && share >= 1 - 0.5 * 10 ** (-digits - 2) ? `>${(100 - 10 ** -digits).toFixed(digits)}` : (100 * share).toFixed(digits));

/** With its sign, as a summand. @param {number} value */
export const summand = (value, digits = 2) => `${value < 0 ? MINUS : '+'} ${fixed(Math.abs(value), digits)}`;

/** With ^ in front of an exponent of ten. @param {string} text */
const power = (text) => text.replace(/e\+?/, '·10^').replaceAll('-', MINUS);

/** A probability or loss in a table. @param {number} value */
export const small = (value, digits = 4) => (value !== 0 && Math.abs(value) < 0.001 ? power(value.toExponential(2)) : fixed(value, digits));

/** As many digits as a calculator needs to come to the result. @param {number} value */
export const exact = (value) => (Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-4) ? power(value.toExponential(4)) : Number(value).toPrecision(5).replace('-', MINUS));

/** Nodes of a text in which ^ raises the number behind it, and _ lowers it. @param {string} text */
export const raised = (text) => text.split(/([\^_][\u2212\w.]+)/).map((part) => (/^[\^_]/.test(part) ? make(part[0] === '^' ? 'sup' : 'sub', { textContent: part.slice(1) }) : part));

/**
 * Return what is written so that it adds up: b + plus + minus = z, to the last digit.
 * @param {number} bias @param {number} plus @param {number} minus @param {number} z
 */
export function addsUp(bias, plus, minus, z, digits = 2) {
  const unit = 10 ** digits;
  const [a, b, sum] = [bias, plus, z].map((value) => Math.round(value * unit));
  return { bias: a / unit, plus: b / unit, minus: (sum - a - b) / unit, z: sum / unit };
}
