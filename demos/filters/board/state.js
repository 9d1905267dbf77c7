// What all topics share: the settings, the picture, and where one looks.
import { bytesOf } from '../../widgets/lib/base64.js';
import { playerOf } from '../../widgets/lib/player.js';
import { Server } from '../../widgets/lib/server.js';
import { Lens } from './pixels.js';
import { palette } from '../../widgets/lib/colours.js';

/** @typedef {import('./types').Settings} Settings */

export const SIDE = 160; // px, of what is sent

export class State {
  /** @type {Settings | null} */
  settings = null;

  sketch = ''; // strokes
  photo = ''; // data URL
  said = ''; // the newest refusal
  live = false;
  chapter = 'filters';
  side = SIDE;
  lens = new Lens();
  server = new Server('filters');

  /** @param {HTMLElement} root */
  constructor(root) { this.root = root; }

  /** @param {string} selector */
  part(selector) { return this.root.querySelector(selector); }

  /** @param {string} topic @returns {HTMLElement} */
  place(topic) { return this.part(`[data-of=${topic}]`); }

  /** What the server gets as picture; "" if there is none yet. */
  get image() {
    const { picture } = this.settings;
    if (picture === 'photo') return this.photo;
    return picture === 'sketch' ? this.sketch : picture;
  }

  wantsPhoto() { return this.settings.picture === 'photo'; }

  choosePhoto() { this.choose('picture', 'photo'); }

  /** @param {boolean} signed */
  palette(signed) { return palette(this.root, signed); }

  /**
   * Return a player for a topic.
   * @param {HTMLElement} place
   * @param {import('../../widgets/lib/player.js').Playing} how
   */
  player(place, how) {
    const bar = this.part('.fl-player-of').content.firstElementChild.cloneNode(true);
    place.append(bar);
    return Object.assign(playerOf(bar, { alive: () => bar.isConnected && bar.checkVisibility(), ...how }), { bar });
  }

  /** Choose something in the panel, as a visitor would. @param {string} name @param {string} value */
  choose(name, value) {
    const input = this.root.closest('.chapter').querySelector(`[data-control=${name}] input[value=${value}]`);
    if (input && !input.checked) input.click();
  }
}

/** @param {string} text base 64 of float32 */
export const floatsOf = (text) => new Float32Array(bytesOf(text).buffer);

/** Rows of a square. @param {number[]} numbers */
export function rowsOf(numbers) {
  const side = Math.sqrt(numbers.length);
  return Array.from({ length: side }, (none, row) => numbers.slice(row * side, (row + 1) * side));
}
