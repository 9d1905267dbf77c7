// The pictures of the chapter. Raises 'expand'.
import { mark } from '../../widgets/lib/photos.js';
import { arrived } from '../../widgets/lib/player.js';
import { saveBoard } from '../../widgets/lib/save.js';
import { _ } from '../../widgets/lib/texts.js';
import { Channels, Convolve } from './convolve.js';
import { Dense } from './dense.js';
import { Learning } from './learning.js';
import { Pooling } from './pooling.js';
import { Product } from './product.js';
import { listenToSources } from '../../widgets/lib/sources.js';
import { State } from './state.js';
import { Numbers } from './tensor.js';

/** @typedef {import('./types').Topic} Topic */

/** @param {import('../../widgets/lib/widget').Widget} widget */
export default function mount({ element, trigger }) {
  const root = element.querySelector('.filters');
  const chapter = element.closest('.chapter');
  const state = new State(root);
  /** @type {Record<string, () => Topic>} */
  const kinds = {
    numbers: () => new Numbers(state),
    product: () => new Product(state),
    convolve: () => new Convolve(state),
    channels: () => new Channels(state),
    pooling: () => new Pooling(state),
    learn: () => new Learning(state),
    dense: () => new Dense(state),
  };
  /** @type {Record<string, Topic>} */
  const topics = {};
  /** What was answered last, by topic. @type {Record<string, { asked: string, answer: unknown, live: boolean }>} */
  const answered = {};
  let asking = false;
  /** @type {boolean[]} */
  let waiting = [];

  // ---------------------------------------------------------------- what is impossible
  /** @param {string[]} names @param {string} sentence */
  function refuse(names, sentence) {
    const trouble = state.part('.fl-trouble');
    trouble.hidden = !sentence;
    trouble.textContent = sentence;
    for (const control of chapter.querySelectorAll('.impossible')) {
      control.classList.remove('impossible');
      control.querySelector('.knob-why')?.remove();
      for (const one of control.querySelectorAll('[aria-invalid=true]')) one.setAttribute('aria-invalid', 'false');
    }
    for (const name of names) {
      const control = chapter.querySelector(`[data-control=${name}]`);
      if (!control) continue;
      control.classList.add('impossible');
      control.append(Object.assign(document.createElement('p'), { className: 'knob-why', textContent: sentence }));
      for (const one of control.querySelectorAll('input')) one.setAttribute('aria-invalid', 'true');
    }
  }

  // ---------------------------------------------------------------- asking
  // One question at a time; of those that come meanwhile the newest.
  /** @param {boolean} live */
  async function ask(live = false) {
    waiting = [live];
    if (asking) return;
    asking = true;
    try {
      while (waiting.length) await once(/** @type {boolean} */ (waiting.pop()));
    } finally { // whatever went wrong: the next question is asked
      asking = false;
      root.setAttribute('aria-busy', 'false');
    }
  }

  /** @param {boolean} live */
  async function once(live) {
    const name = state.settings.topic;
    topics[name] ??= kinds[name]();
    const topic = topics[name];
    const [endpoint, values] = topic.ask(live);
    const empty = values[0] === '';
    state.part('.fl-empty').hidden = !empty;
    state.part('.fl-topics').hidden = empty;
    if (empty) {
      state.part('.fl-empty').textContent = state.settings.picture === 'sketch' ? _('Draw something on the pad: it is read while you draw.') : _('Choose a photo, drop or paste one here, or let the camera look.');
      refuse([], '');
      return;
    }
    const asked = JSON.stringify([endpoint, values]);
    if (answered[name]?.asked === asked) { refuse([], ''); arrived(root, topic.player); return; }
    if (!live) root.setAttribute('aria-busy', 'true');
    try {
      const answer = await state.server.atOnce(endpoint, values);
      answered[name] = { asked, answer, live };
      refuse([], '');
      topic.show(answer, live);
      arrived(root, topic.player);
      root.dataset.answered = String(Number(root.dataset.answered ?? 0) + 1); // for tests
    } catch (error) {
      state.said = error.message;
      refuse(live ? [] : topic.impossible(), error.message);
      state.part('.fl-topics').hidden = !answered[name]; // nothing to show yet
      if (live) await new Promise((resolve) => { setTimeout(resolve, 1000); });
    }
  }

  saveBoard(root);
  const sources = listenToSources(state, element, ask);

  /** The pad sends its next sketch when this one is answered. @param {string} sketch */
  const answerPad = (sketch) => chapter.querySelector('#filters-pad .sketch-pad')?.dispatchEvent(new CustomEvent('answered', { detail: JSON.stringify({ mark: mark(sketch) }) }));

  root.addEventListener('settings', async ({ detail: [settings, sketch] }) => {
    state.settings = settings;
    state.sketch = sketch ?? '';
    root.dataset.topic = settings.topic;
    const unused = ['product', 'dense'].includes(settings.topic) || (settings.topic === 'pooling' && settings.pooled === 'example');
    chapter.querySelector('.filters-pad').style.display = unused || settings.picture !== 'sketch' ? 'none' : '';
    sources.stop();
    await ask(state.live);
    answerPad(state.sketch);
  });

  // Colours are those of the page: light or dark.
  const repaint = () => {
    for (const [name, { answer, live }] of Object.entries(answered)) topics[name].show(answer, live);
  };
  new MutationObserver(repaint).observe(document.body, { attributeFilter: ['class'] });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
  const tell = () => { if (element.isConnected) trigger('expand'); };
  document.addEventListener('course:redraw', tell);
  setTimeout(tell);
}
