// What keys mean: where arrows lead, and which of them step a run while a chapter is presented.

/** Where an arrow key leads on the screen: across and down. @type {Record<string, [number, number]>} */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @typedef {'back' | 'forward' | 'play'} Button as the bar of player.js names it */

const BUTTONS = /** @type {Record<string, Button>} */ ({ ArrowLeft: 'back', ArrowRight: 'forward', ' ': 'play' });

/**
 * What has the focus, as far as it matters here.
 * @typedef {object} Focus
 * @property {string} tag in capitals
 * @property {string} [type] of an input
 * @property {string} [role]
 * @property {boolean} [editable]
 * @property {boolean} [checked]
 */

/**
 * Return which button of the player a key presses; undefined where it belongs to what has the focus:
 * a field or a slider, and for space what nothing else can tick.
 * @param {{ key: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean, shiftKey?: boolean }} event
 * @param {Focus} focus
 * @returns {Button | undefined}
 */
export function pressed(event, { tag, type = '', role = '', editable = false, checked = false }) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return undefined;
  const ticked = tag === 'INPUT' && ['checkbox', 'radio'].includes(type);
  if (editable || ['TEXTAREA', 'SELECT'].includes(tag) || role === 'slider' || (tag === 'INPUT' && !ticked)) return undefined;
  if (event.key === ' ' && ticked && !(type === 'radio' && checked)) return undefined;
  return BUTTONS[event.key];
}
