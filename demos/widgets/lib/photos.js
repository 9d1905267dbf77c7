// Photos, from a file to a small picture: a phone's photo of 8 MB leaves as 50 kB.
import { Server } from './server.js';
import { _ } from './texts.js';

/**
 * Return what tells a photo from others; `photo_drop.py` makes the same of it.
 * @param {string} url
 */
export const mark = (url) => `${url.length}:${url.slice(-24)}`;

/**
 * Return how much a picture is made smaller; 1 at most.
 * @param {{ width: number, height: number }} picture
 * @param {number} side of the longer side [px]
 * @param {{ shortest?: number, longest?: number }} limits a panorama keeps its height, within reason
 */
export function shrinkage({ width, height }, side, { shortest = 0, longest = Infinity } = {}) {
  const [short, long] = [width, height].sort((a, b) => a - b);
  return Math.min(1, longest / long, Math.max(side / long, shortest / short));
}

/**
 * Draw a picture on a canvas, smaller than it was.
 * @param {CanvasImageSource & { width: number, height: number }} source
 * @param {number} side
 * @param {{ shortest?: number, longest?: number }} [limits] see `shrinkage`
 * @param {HTMLCanvasElement} [canvas]
 */
export function drawn(source, side, limits, canvas = document.createElement('canvas')) {
  const shrink = shrinkage(source, side, limits);
  canvas.width = Math.max(1, Math.round(source.width * shrink));
  canvas.height = Math.max(1, Math.round(source.height * shrink));
  const brush = canvas.getContext('2d');
  brush.fillStyle = 'white'; // behind transparent pictures
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.imageSmoothingQuality = 'high';
  brush.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

// What begins a picture that the server takes, too; see models/images.py.
const EVERYWHERE = [/^\x89PNG/, /^\xff\xd8\xff/, /^RIFF[^]{4}WEBP/, /^GIF8[79]a/, /^BM/];
const HERE_AND_THERE = [/^[^]{4}ftyp(hei|hev|mif1|msf1|avi)/, /^II\*\0/, /^MM\0\*/]; // HEIC, AVIF, TIFF
const MOST = 20_000_000; // bytes that the server takes

const server = new Server('photos');

/** A sentence for the visitor. */
export class Refusal extends Error {}

/**
 * Open a file as a picture, upright; what this browser cannot decode, the server makes a JPEG of.
 *
 * Its beginning decides what it is, as for the server: a browser may know more formats.
 * @param {Blob} file
 * @param {(sentence: string) => void} [say] told when the server is asked, which may take a while
 */
export async function opened(file, say = () => {}) {
  const first = String.fromCharCode(...new Uint8Array(await file.slice(0, 12).arrayBuffer()));
  const is = (/** @type {RegExp[]} */ beginnings) => beginnings.some((beginning) => beginning.test(first));
  if (!is(EVERYWHERE) && !is(HERE_AND_THERE)) throw new TypeError('another format');
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch (error) {
    if (is(EVERYWHERE)) throw error;
  }
  say(_('This browser cannot show this kind of photo: the server makes a JPEG of it …'));
  return createImageBitmap(await elsewhere(file));
}

/**
 * Return what the server makes of a file, a small JPEG.
 * @param {Blob} file
 */
async function elsewhere(file) {
  if (file.size > MOST) throw new Refusal(_('This photo is larger than 20 MB: make it smaller first.'));
  const reader = new FileReader();
  const read = new Promise((resolve, reject) => { Object.assign(reader, { onload: resolve, onerror: reject }); });
  reader.readAsDataURL(new Blob([file], { type: 'image/heic' })); // its beginning decides there, too
  await read;
  const url = await server.atOnce('photo_preview', [reader.result]).catch((error) => { throw new Refusal(error.message); });
  return (await fetch(url)).blob();
}

/**
 * Say why a file could not be opened.
 * @param {unknown} error
 */
export const refusalOf = (error) => (error instanceof Refusal ? error.message
  : _('This file is not a PNG, JPEG, WebP, HEIC, AVIF, TIFF, GIF or BMP picture, or it is damaged: save it as JPEG first.'));

/**
 * Return what a field for files takes. A phone or tablet turns HEIC photos into JPEG unless told that
 * they are welcome; elsewhere the file chooser may not know that they are pictures.
 */
export const accepted = () => (matchMedia('(pointer: coarse)').matches ? 'image/*' : 'image/*,.heic,.heif');

/**
 * Return the first picture of a list of files; undefined if there is none.
 * @param {Iterable<File> | ArrayLike<File> | null | undefined} files
 */
export const firstPicture = (files) => Array.from(files ?? []).find(({ type }) => type.startsWith('image/') || !type);

/**
 * Call back with every file that is chosen, dropped on the paper, or pasted while it is in view.
 * @param {{ element: HTMLElement, paper: HTMLElement, inputs: HTMLInputElement[], take: (file: File) => void }} ways
 */
export function takeFiles({ element, paper, inputs, take }) {
  for (const input of inputs) {
    input.addEventListener('change', () => {
      if (input.files[0]) take(input.files[0]);
      input.value = ''; // choosing the same file again counts
    });
  }
  paper.addEventListener('dragover', (event) => { event.preventDefault(); paper.classList.add('dropping'); });
  paper.addEventListener('dragleave', () => paper.classList.remove('dropping'));
  paper.addEventListener('drop', (event) => {
    event.preventDefault();
    paper.classList.remove('dropping');
    if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  });
  document.addEventListener('paste', (event) => {
    const typing = document.activeElement?.closest('input:not([type=range], [type=radio], [type=file]), textarea, [contenteditable=true]');
    if (!element.isConnected || !paper.offsetParent || typing) return;
    const picture = firstPicture(event.clipboardData?.files);
    if (picture) { event.preventDefault(); take(picture); }
  });
}
