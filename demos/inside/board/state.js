// What all topics share: the settings, the picture, and how a setting is changed.
import { palette } from '../../widgets/lib/colours.js';
import { playerOf } from '../../widgets/lib/player.js';
import { Server } from '../../widgets/lib/server.js';

/** @typedef {import('./types').Settings} Settings */

/** Which control says the picture of a topic. @param {Settings} settings */
export const pictureKnob = ({ topic, network }) => (topic === 'unknown' ? 'stranger' : network === 'cifar' ? 'photo' : 'picture');

export class State {
  /** @type {Settings | null} */
  settings = null;

  sketch = ''; // strokes
  photo = ''; // data URL
  live = false;
  chapter = 'inside';
  side = 256; // px, of what is sent
  server = new Server('inside');

  /** @param {HTMLElement} root */
  constructor(root) { this.root = root; }

  /** @param {string} selector */
  part(selector) { return this.root.querySelector(selector); }

  /** @param {string} topic @returns {HTMLElement} */
  place(topic) { return this.part(`[data-of=${topic}]`); }

  get chosen() { return this.settings[pictureKnob(this.settings)]; }

  /** What the server gets as picture; "" if there is none yet. */
  get image() {
    if (this.chosen === 'photo') return this.photo;
    return this.chosen === 'sketch' ? this.sketch : this.chosen;
  }

  wantsPhoto() { return this.chosen === 'photo'; }

  choosePhoto() { this.set({ [pictureKnob(this.settings)]: 'photo' }); }

  /** Change settings, as a visitor would. @param {Partial<Settings>} changes */
  set(changes) { this.root.closest('.chapter').dispatchEvent(new CustomEvent('course:set', { detail: changes })); }

  /** @param {boolean} signed */
  palette(signed) { return palette(this.root, signed); }

  /**
   * Return a player for a topic.
   * @param {HTMLElement} place
   * @param {import('../../widgets/lib/player.js').Playing} how
   */
  player(place, how) {
    const bar = this.part('.in-player-of').content.firstElementChild.cloneNode(true);
    place.append(bar);
    return Object.assign(playerOf(bar, { alive: () => bar.isConnected && bar.checkVisibility(), ...how }), { bar });
  }
}
