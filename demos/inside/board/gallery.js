// What all maps of a layer look for, as small pictures: filters, or parts of training pictures.
import { bytesOf } from '../../widgets/lib/base64.js';
import { halvesOf } from '../../widgets/lib/halves.js';
import { make, pictured } from '../../widgets/lib/make.js';
import { _ } from '../../widgets/lib/texts.js';
import { paintPicture, paintSigned, part } from './draw.js';

/** @typedef {import('./types').GalleryAnswer} GalleryAnswer */

/**
 * Return a filter of colours as bytes: grey is 0.
 * @param {Float32Array} filter
 */
export function coloursOf(filter) {
  const most = Math.max(...filter.map(Math.abs)) || 1;
  return Uint8Array.from(filter, (weight) => Math.round(127.5 + (127.5 * weight) / most));
}

export class Gallery {
  /** What is shown, as it was asked for. */
  asked = '';
  /** @type {GalleryAnswer | null} */
  answer = null;
  /** What comes from noise, one below the other. @type {ImageBitmap | null} */
  sheet = null;

  /** @param {import('./state').State} state */
  constructor(state) {
    this.state = state;
    this.tiles = pictured('in-tiles');
    this.node = part('', this.tiles);
    this.title = /** @type {HTMLElement} */ (this.node.firstElementChild);
  }

  /** @param {number} layer @param {string[]} names of the maps @param {number} unit */
  async show(layer, names, unit) {
    const values = [this.state.settings.network, layer, 'base64'];
    const asked = JSON.stringify(values);
    if (asked !== this.asked) {
      this.asked = asked;
      try {
        const answer = await this.state.server.atOnce('inside_gallery', values);
        const sheet = answer.kind === 'wants' ? await createImageBitmap(new Blob([bytesOf(answer.pictures)])) : null;
        if (asked !== this.asked) return; // another layer was chosen meanwhile
        [this.answer, this.sheet] = [answer, sheet];
      } catch { this.asked = ''; return; }
    }
    if (this.answer) this.#paint(this.answer, names, unit);
  }

  /** @param {GalleryAnswer} answer @param {string[]} names @param {number} chosen */
  #paint(answer, names, chosen) {
    const { kind, of, shape: [maps, ...shape], pictures } = answer;
    const told = { count: maps, name: of };
    this.title.textContent = {
      filters: shape[0] === 1 ? _('The {count} filters of {name} as pictures: blue counts for, orange against', told) : _('The {count} filters of {name} as pictures, in the colours that they look for', told),
      patches: _('All {count} of {name}: the part of a training picture that excites each most', told),
      wants: _('All {count} of {name}: what each looks for, from noise. CIFAR-10’s photos belong to others, so those that excite it most cannot be shown here.', told),
    }[kind];
    const numbers = kind === 'filters' ? halvesOf(bytesOf(pictures)) : bytesOf(pictures);
    const size = shape.reduce((product, one) => product * one, 1);
    this.tiles.replaceChildren(...Array.from({ length: maps }, (none, unit) => {
      const canvas = make('canvas', 'pixels');
      const one = numbers.slice(unit * size, (unit + 1) * size);
      if (kind === 'filters' && shape[0] === 1) {
        const rows = Array.from({ length: shape[1] }, (nothing, row) => [...one.subarray(row * shape[2], (row + 1) * shape[2])]);
        paintSigned(canvas, rows, this.state.palette(true), Math.max(...one.map(Math.abs)));
      } else if (this.sheet) {
        Object.assign(canvas, { width: shape[2], height: shape[1] });
        canvas.getContext('2d').drawImage(this.sheet, 0, -unit * shape[1]);
      } else paintPicture(canvas, kind === 'filters' ? coloursOf(/** @type {Float32Array} */ (one)) : /** @type {Uint8Array} */ (one), shape);
      const button = make('button', 'in-tile', canvas);
      button.type = 'button';
      button.title = names[unit];
      button.setAttribute('aria-label', names[unit]);
      button.setAttribute('aria-pressed', String(unit === chosen));
      button.addEventListener('click', () => this.state.set({ unit }));
      return button;
    }));
    this.state.root.dataset.gallery = `${of} ${maps}`; // for tests
  }
}
