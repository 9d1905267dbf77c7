// PixelPictures.
import { paintPixels, paletteOf } from './lib/pixels.js';
import { _ } from './lib/texts.js';

/** @param {import('./lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  const host = element.querySelector('.pixels');
  const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });
  const figures = props.pictures.map(({ title, text, signed }) => {
    const figure = document.createElement('figure');
    const canvas = make('canvas', '', '');
    canvas.width = canvas.height = props.side;
    canvas.setAttribute('role', 'img');
    const words = make('p', '', '');
    words.append(make('span', '', text));
    if (signed) {
      for (const [name, sign, word] of [['for', '+', _('for it')], ['against', '−', _('against')]]) {
        const key = make('span', 'key', '');
        key.append(make('b', name, sign), word);
        words.append(key);
      }
    }
    figure.append(canvas, make('h3', '', title), words);
    host.append(figure);
    return { canvas, title, signed };
  });

  let palette = null;
  function paint() {
    palette ??= paletteOf(host);
    const value = props.value ? JSON.parse(props.value) : {};
    figures.forEach(({ canvas, title, signed }, index) => {
      paintPixels(canvas, value.pictures?.[index] || '', signed, palette);
      const label = `${title}: ${value.descriptions?.[index] || _('empty')}`;
      if (canvas.getAttribute('aria-label') !== label) canvas.setAttribute('aria-label', label);
    });
  }

  new MutationObserver(() => { palette = null; paint(); }).observe(document.body, { attributeFilter: ['class'] });
  watch('value', paint);
  paint();
}
