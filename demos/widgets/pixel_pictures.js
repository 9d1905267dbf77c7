// PixelPictures.
import { bytesOf } from './lib/base64.js';
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

  function colour(name) {
    // Any CSS colour as [red, green, blue].
    const swatch = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    swatch.fillStyle = getComputedStyle(host).getPropertyValue(name).trim();
    swatch.fillRect(0, 0, 1, 1);
    return swatch.getImageData(0, 0, 1, 1).data;
  }

  let palette = null;
  function paint() {
    palette ??= Object.fromEntries(['--chart-blue', '--chart-vermillion', '--course-card', '--chart-faint'].map((name) => [name, colour(name)]));
    const value = props.value ? JSON.parse(props.value) : {};
    figures.forEach(({ canvas, title, signed }, index) => {
      const coded = value.pictures?.[index] || '';
      const bytes = bytesOf(coded);
      const context = canvas.getContext('2d');
      const image = context.createImageData(props.side, props.side);
      for (let i = 0; i < props.side ** 2; i += 1) {
        const byte = bytes[i] ?? 0;
        const level = signed ? ((byte ^ 128) - 128) / 127 : byte / 255;
        const [low, high] = signed
          ? [palette['--course-card'], palette[level >= 0 ? '--chart-blue' : '--chart-vermillion']]
          : [[8, 10, 14], [255, 255, 255]];
        // The root lifts what is small.
        const share = signed ? Math.abs(level) ** 0.6 : level;
        for (let c = 0; c < 3; c += 1) image.data[4 * i + c] = low[c] + (high[c] - low[c]) * share;
        image.data[4 * i + 3] = 255;
      }
      context.putImageData(image, 0, 0);
      const label = `${title}: ${value.descriptions?.[index] || _('empty')}`;
      if (canvas.getAttribute('aria-label') !== label) canvas.setAttribute('aria-label', label);
    });
  }

  new MutationObserver(() => { palette = null; paint(); }).observe(document.body, { attributeFilter: ['class'] });
  watch('value', paint);
  paint();
}
