// Where pictures come from: a photo that is chosen, dropped or pasted, the camera, the pad.
import { closeCamera, openCamera } from './camera.js';
import { keep, kept } from './keep.js';
import { drawn, opened, refusalOf, takeFiles } from './photos.js';
import { _ } from './texts.js';

const PERIOD = 33; // ms from one picture of the camera to the next, at least
const QUALITY = 0.9;

/**
 * @typedef {object} Taker what a board knows of its picture
 * @property {HTMLElement} root with buttons and a field as in filters/board/board.html
 * @property {string} chapter its slug
 * @property {number} side of what is sent [px]
 * @property {string} photo a data URL
 * @property {boolean} live whether it comes from the camera just now
 * @property {() => boolean} wantsPhoto whether a photo is what is looked at
 * @property {() => void} choosePhoto let the panel choose it
 */

/**
 * @param {Taker} state
 * @param {HTMLElement} element
 * @param {(live: boolean) => Promise<void>} ask
 */
export function listenToSources(state, element, ask) {
  const { root, side } = state;
  /** @param {string} selector @returns {any} */
  const part = (selector) => root.querySelector(selector);
  const video = part('video');
  const camera = part('[data-do=camera]');
  const hint = part('.source-hint');
  const field = part('[data-for=choose]');
  /** @type {MediaStream | null} */
  let stream = null;
  let looking = false;
  let times = /** @type {number[]} */ ([]);

  /** @param {string} url */
  function use(url) {
    state.photo = url;
    keep(state.chapter, 'photo', url);
    if (state.wantsPhoto()) ask(false);
    else state.choosePhoto();
  }

  /** @param {File} file */
  async function take(file) {
    stop();
    try {
      const bitmap = await opened(file, (sentence) => { hint.textContent = sentence; });
      use(drawn(bitmap, side).toDataURL('image/png'));
      bitmap.close();
      hint.textContent = '';
    } catch (error) {
      hint.textContent = refusalOf(error);
    }
  }

  const frame = () => drawn(Object.assign(video, { width: video.videoWidth, height: video.videoHeight }), side);

  async function start() {
    try {
      stream = await openCamera(video);
    } catch (error) {
      hint.textContent = error.message;
      return;
    }
    paint();
    look();
  }

  /** @param {boolean} keeping whether its last picture stays */
  function stop(keeping = false) {
    if (!stream) return;
    const last = keeping && video.videoWidth ? frame().toDataURL('image/png') : '';
    closeCamera(stream, video);
    stream = null;
    state.live = false;
    paint();
    if (last) use(last);
  }

  function paint() {
    camera.textContent = stream ? _('Stop, and keep this picture') : _('Live camera');
    camera.setAttribute('aria-pressed', String(Boolean(stream)));
    hint.textContent = '';
    times = [];
    delete root.dataset.rate;
  }

  // One picture at a time: the next is taken when the answer to the last is painted.
  async function look() {
    if (looking) return;
    looking = true;
    while (stream && root.isConnected && root.checkVisibility()) {
      const began = performance.now();
      if (video.videoWidth) {
        state.photo = frame().toDataURL('image/jpeg', QUALITY);
        state.live = true;
        if (!state.wantsPhoto()) state.choosePhoto();
        else await ask(true);
        times = [...times.slice(-19), performance.now()];
        if (times.length > 5) {
          const rate = ((times.length - 1) / (times.at(-1) - times[0])) * 1000;
          root.dataset.rate = rate.toFixed(1);
          hint.textContent = _('{rate} pictures a second: the camera’s goes to the server, torch’s answer is what is shown.', { rate: rate.toFixed(0) });
        }
      }
      await new Promise((resolve) => { setTimeout(resolve, Math.max(4, began + PERIOD - performance.now())); });
    }
    looking = false;
    stop(); // the chapter was left
  }

  state.photo = kept(state.chapter, 'photo');
  camera.hidden = !navigator.mediaDevices?.getUserMedia;
  camera.addEventListener('click', () => (stream ? stop(true) : start()));
  part('[data-do=choose]').addEventListener('click', () => field.click());
  takeFiles({ element, paper: root, inputs: [field], take });
  document.addEventListener('course:chapter', () => { if (stream && !root.checkVisibility()) stop(); });
  return { stop: () => { if (stream && !state.wantsPhoto()) stop(); } };
}
