// Small pictures painted pixel by pixel.
import { bytesOf } from './base64.js';

/** @typedef {Record<string, ArrayLike<number>>} Palette */

/**
 * Any CSS colour as red, green and blue.
 * @param {Element} host
 * @param {string} name of a custom property
 */
function colour(host, name) {
  const swatch = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  swatch.fillStyle = getComputedStyle(host).getPropertyValue(name).trim();
  swatch.fillRect(0, 0, 1, 1);
  return swatch.getImageData(0, 0, 1, 1).data;
}

/** The colours of the page, light or dark. @param {Element} host @returns {Palette} */
export const paletteOf = (host) => Object.fromEntries(['--chart-blue', '--chart-vermillion', '--course-card', '--chart-faint'].map((name) => [name, colour(host, name)]));

/**
 * Paint a square picture: a byte a pixel, as `to_bytes` of pixel_pictures.py packs them.
 * @param {HTMLCanvasElement} canvas as many pixels wide and high as the picture
 * @param {string} coded "" is empty
 * @param {boolean} signed below 0 vermillion, above blue; else from black to white
 * @param {Palette} palette
 */
export function paintPixels(canvas, coded, signed, palette) {
  const bytes = bytesOf(coded);
  const context = canvas.getContext('2d');
  const image = context.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < canvas.width * canvas.height; i += 1) {
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
}
