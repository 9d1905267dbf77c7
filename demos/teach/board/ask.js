// Ask the trained head: about a photo, or live while the camera looks.
import { closeCamera, openCamera } from '../../widgets/lib/camera.js';
import { accepted } from '../../widgets/lib/photos.js';
import { tells } from '../../widgets/lib/pictures.js';
import { saveBoard } from '../../widgets/lib/save.js';
import { _ } from '../../widgets/lib/texts.js';
import { Unanswered } from '../../widgets/lib/unanswered.js';
import { make, photosIn } from './cards.js';
import { SIDE, squareOf } from './photos.js';
import { percent } from './runs.js';
import { TIRES } from './state.js';

/** @typedef {import('./state').State} State */

const BURST = 12; // photos
const BURST_PAUSE = 160; // ms
const PERIOD = 66; // ms from one question to the next, at least: others want to ask, too
const COLOURS = ['blue', 'vermillion', 'green', 'purple', 'orange', 'sky'];

/** @param {number} label */
export const colourOf = (label) => `var(--chart-${COLOURS[label % COLOURS.length]})`;

/** @param {State} state */
export function listenToAsking(state) {
  const { root } = state;
  const [video, canvas, heat] = ['video', '.teach-asked', '.teach-heat'].map((one) => state.part(one));
  const answerBox = state.part('.teach-answer');
  const bars = state.part('.teach-bars');
  /** @type {MediaStream | null} */
  let stream = null;
  let asked = ''; // the photo that was asked about last
  let busy = false;
  let times = /** @type {number[]} */ ([]);
  const unanswered = new Unanswered('photo', () => state.part('.teach-ask'), () => {
    state.trouble(_('No answer came to this photo: check the connection, then choose it again.'));
  });

  // ---------------------------------------------------------------- an answer
  /** @param {import('./types').Answer} answer @param {boolean} live */
  function paint(answer, live) {
    const { names } = state.trained; // the keys of an object are in another order if they are numbers
    if (bars.dataset.names !== names.join()) {
      bars.dataset.names = names.join();
      bars.replaceChildren(...names.map((name, label) => {
        const bar = make('i');
        bar.style.background = colourOf(label);
        const row = make('div', { className: 'teach-bar' }, make('span', { textContent: name }), make('div', { className: 'teach-track' }, bar), make('b'));
        return row;
      }));
    }
    names.forEach((name, label) => {
      const [row, share] = [bars.children[label], answer.probabilities[name]];
      row.querySelector('i').style.transform = `scaleX(${share.toFixed(4)})`;
      row.querySelector('b').textContent = percent(share);
      row.classList.toggle('winner', name === answer.answer);
    });
    const verdict = state.part('.teach-verdict');
    const said = answer.answer ?? _('None of these');
    if (verdict.textContent !== said) verdict.textContent = said;
    root.dataset.answer = answer.answer ?? '';
    const near = state.nearest(answer.features);
    const why = state.base === TIRES ? whyOfTires(answer, near.length) : answer.answer === null
      ? _('It lies farther from your photos ({distance}) than they lie from each other ({farthest}): the bars mean little.')
      : _('Because it is like these photos of yours:');
    state.part('.teach-why').textContent = why.replace('{distance}', (answer.distance ?? 0).toFixed(2)).replace('{farthest}', (answer.farthest ?? 0).toFixed(2));
    const nearest = state.part('.teach-nearest');
    while (nearest.children.length > near.length) nearest.lastElementChild.remove();
    while (nearest.children.length < near.length) nearest.append(make('figure', {}, make('img', { alt: '' }), make('figcaption')));
    near.forEach(({ sample, distance }, i) => {
      const [image, caption] = nearest.children[i].children;
      if (image.src !== sample.url) image.src = sample.url;
      image.alt = state.trained.names[sample.label];
      caption.textContent = `${state.trained.names[sample.label]} · ${distance.toFixed(2)}`;
    });
    answerBox.hidden = false;
    state.button('explain').hidden = live;
  }

  /** @param {import('./types').Answer} answer @param {number} near photos that are shown */
  function whyOfTires(answer, near) {
    if (answer.answer === null) return _('The tire model takes this for no tire: the bars mean little.');
    return near ? _('The tire model, taught with your photos. The nearest of them:') : _('The tire model as it is: it has not seen a photo of yours.');
  }

  /** @param {string} url @param {boolean} live */
  async function ask(url, live) {
    if (!state.trained) return;
    const { model } = state.trained.answer;
    const answer = await state.server.atOnce('teach_predict', [url, model]);
    // In the meantime another photo may have been shown, or something else been taught.
    if (state.trained?.answer.model !== model || live !== Boolean(stream) || (!live && url !== asked)) return;
    unanswered.answered();
    paint(answer, live);
  }

  /** Show a photo and ask about it. @param {string} url */
  async function show(url) {
    stop();
    asked = url;
    const image = new Image();
    image.src = url;
    await image.decode();
    Object.assign(canvas, { width: SIDE, height: SIDE, hidden: false });
    canvas.getContext('2d').drawImage(image, 0, 0, SIDE, SIDE);
    canvas.setAttribute('aria-label', _('The photo that was asked about'));
    heat.hidden = true;
    state.part('.teach-hint').hidden = true;
    await state.attempt(async () => {
      if (!state.trained) throw new Error(_('Press Train first: nothing has been learned yet.'));
      unanswered.ask(true);
      try {
        await ask(url, false);
      } catch (error) {
        if (url === asked) unanswered.lose();
        throw error;
      }
    });
  }

  // ---------------------------------------------------------------- where it looked
  async function explain() {
    const about = asked;
    await state.attempt(async () => {
      const { name, heat: grid } = await state.server.queued('teach_explain', [about, state.trained.answer.model, null]);
      if (about !== asked) return;
      paintHeat(heat, grid);
      heat.hidden = false;
      state.part('.teach-why').textContent = _('Orange: what spoke for {name}; blue: what spoke against it. A grey patch was laid over each place.', { name });
    });
  }

  // ---------------------------------------------------------------- the camera
  async function start() {
    try {
      stream = await openCamera(video);
    } catch (error) {
      state.trouble(error.message);
      return;
    }
    Object.assign(video, { hidden: false });
    canvas.hidden = heat.hidden = true;
    state.part('.teach-hint').hidden = true;
    paintCamera();
    look();
  }

  function stop() {
    if (stream) { // what was said of the camera's picture went with it
      answerBox.hidden = true;
      state.part('.teach-hint').hidden = false;
    }
    closeCamera(stream, video);
    stream = null;
    video.hidden = true;
    paintCamera();
  }

  function paintCamera() {
    root.classList.toggle('live', Boolean(stream));
    state.button('live').textContent = stream ? _('Camera off') : _('Live camera');
    for (const one of root.querySelectorAll('.teach-record')) one.hidden = !stream;
  }

  const frame = () => squareOf(video, video.videoWidth, video.videoHeight);

  // One question at a time: the next frame is taken when the answer to the last has come.
  async function look() {
    if (busy) return;
    busy = true;
    while (stream && root.isConnected) {
      const began = performance.now();
      if (state.trained && video.videoWidth && root.offsetParent) {
        try {
          await ask(frame(), true);
          times = [...times.slice(-9), performance.now()];
          if (times.length > 4) root.dataset.rate = ((times.length - 1) / (times.at(-1) - times[0]) * 1000).toFixed(1);
        } catch (error) {
          state.trouble(error.message);
          await new Promise((resolve) => { setTimeout(resolve, 1000); });
        }
      }
      const rest = began + (state.trained ? PERIOD : 200) - performance.now();
      await new Promise((resolve) => { setTimeout(resolve, Math.max(5, rest)); });
    }
    if (stream) stop(); // the chapter was left
    busy = false;
  }

  let recording = false;
  /** @param {number} label */
  async function record(label) {
    if (recording) return;
    recording = true;
    const [urls, place] = [[], state.follow(label)];
    for (let i = 0; i < BURST && stream; i += 1) {
      urls.push(frame());
      state.part('.teach-kept').textContent = _('Recording {count} of {all}: move it a little.', { count: urls.length, all: BURST });
      await new Promise((resolve) => { setTimeout(resolve, BURST_PAUSE); });
    }
    recording = false;
    if (place() >= 0) await state.add(place(), urls);
  }

  // ---------------------------------------------------------------- start
  const secure = Boolean(navigator.mediaDevices?.getUserMedia);
  const phone = matchMedia('(pointer: coarse)').matches;
  state.button('live').hidden = !secure;
  state.part('.teach-insecure').hidden = secure;
  state.button('snap').hidden = !phone;
  state.button('live').addEventListener('click', () => (stream ? stop() : start()));
  state.button('explain').addEventListener('click', explain);
  state.part('[data-for=choose]').accept = accepted();
  for (const name of ['choose', 'snap']) {
    const field = state.part(`[data-for=${name}]`);
    state.button(name).addEventListener('click', () => field.click());
    field.addEventListener('change', async () => {
      const [url] = await photosIn(state, [...field.files].slice(0, 1));
      field.value = '';
      if (url) show(url);
    });
  }
  const view = state.part('.teach-view');
  view.addEventListener('dragover', (event) => event.preventDefault());
  view.addEventListener('drop', async (event) => {
    event.preventDefault();
    const [url] = await photosIn(state, [...event.dataTransfer.files].slice(0, 1));
    if (url) show(url);
  });
  saveBoard(answerBox);
  state.on('ask', show);
  state.on('record', record);
  state.on('drawn', paintCamera);
  state.on('trained', () => {
    answerBox.hidden = true;
    state.button('explain').hidden = true;
    if (state.trained && asked && !stream) show(asked);
  });
  document.addEventListener('course:chapter', () => { if (stream && !root.offsetParent) stop(); });
}

/**
 * Lay orange over what spoke for an answer, and blue over what spoke against it.
 * @param {HTMLCanvasElement} canvas
 * @param {number[][]} grid
 */
export function paintHeat(canvas, grid) {
  const size = grid.length;
  tells(canvas, () => grid.flatMap((values, row) => values.map((value, column) => ({ row, column, value }))));
  const small = Object.assign(document.createElement('canvas'), { width: size, height: size });
  const most = Math.max(...grid.flat().map(Math.abs)) || 1;
  const image = small.getContext('2d').createImageData(size, size);
  grid.flat().forEach((value, i) => {
    const colour = value > 0 ? [240, 130, 0] : [0, 114, 200];
    image.data.set([...colour, 215 * Math.min(1, Math.abs(value) / most)], 4 * i);
  });
  small.getContext('2d').putImageData(image, 0, 0);
  Object.assign(canvas, { width: SIDE, height: SIDE });
  const brush = canvas.getContext('2d');
  brush.imageSmoothingQuality = 'high';
  brush.drawImage(small, 0, 0, SIDE, SIDE);
}
