// The pictures of the chapter. Raises 'expand'.
import { mark } from '../../widgets/lib/photos.js';
import { arrived } from '../../widgets/lib/player.js';
import { saveBoard } from '../../widgets/lib/save.js';
import { listenToSources } from '../../widgets/lib/sources.js';
import { _ } from '../../widgets/lib/texts.js';
import { Counts } from './counts.js';
import { Ladder } from './ladder.js';
import { Maps } from './maps.js';
import { Misses } from './misses.js';
import { Device, Unknown } from './more.js';
import { Norms } from './norms.js';
import { State } from './state.js';
import { Wants } from './wants.js';

/** @typedef {import('./types').Topic} Topic */

/** @param {import('../../widgets/lib/widget').Widget} widget */
export default function mount({ element, trigger }) {
  const root = element.querySelector('.inside');
  const chapter = element.closest('.chapter');
  const state = new State(root);
  /** @type {Record<string, () => Topic>} */
  const kinds = {
    maps: () => new Maps(state),
    counts: () => new Counts(state),
    wants: () => new Wants(state),
    norms: () => new Norms(state),
    misses: () => new Misses(state),
    ladder: () => new Ladder(state),
    unknown: () => new Unknown(state),
    device: () => new Device(state),
  };
  /** @type {Record<string, Topic>} */
  const topics = {};
  /** What was answered last, by topic. @type {Record<string, { asked: string, answer: unknown }>} */
  const answered = {};
  let asking = false;
  let waiting = false;

  /** @param {string} sentence */
  function refuse(sentence) {
    const trouble = state.part('.in-trouble');
    trouble.hidden = !sentence;
    trouble.textContent = sentence;
  }

  /** Say where no piece of clothing was found. @param {any} answer */
  function warn(answer) {
    const warning = state.part('.in-warning');
    warning.hidden = answer?.found ?? true;
    if (!warning.hidden) warning.textContent = _('No piece of clothing was found here. Lay it on a plain background, such as a sheet or a table, that is seen all around it: what the network answers now is worth nothing.');
  }

  // One question at a time; of those that come meanwhile the newest.
  async function ask() {
    waiting = true;
    if (asking) return;
    asking = true;
    try {
      while (waiting) {
        waiting = false;
        await once();
      }
    } finally { // whatever went wrong: the next question is asked
      asking = false;
      root.setAttribute('aria-busy', 'false');
    }
  }

  async function once() {
    const name = state.settings.topic;
    topics[name] ??= kinds[name]();
    const topic = topics[name];
    const [endpoint, values] = topic.ask();
    const empty = values[0] === '';
    state.part('.in-empty').hidden = !empty;
    state.part('.in-topics').hidden = empty;
    if (empty) {
      state.part('.in-empty').textContent = state.wantsPhoto() ? _('Choose a photo, drop or paste one here, or let the camera look.') : _('Draw something on the pad: it is read while you draw.');
      refuse('');
      warn(null);
      return;
    }
    const asked = JSON.stringify([endpoint, values]);
    if (answered[name]?.asked === asked) {
      refuse('');
      warn(answered[name].answer);
      topic.show(answered[name].answer);
      arrived(root, topic.player);
      return;
    }
    if (!state.live) root.setAttribute('aria-busy', 'true');
    try {
      const answer = await state.server.atOnce(endpoint, values);
      answered[name] = { asked, answer };
      refuse('');
      warn(answer);
      topic.show(answer);
      arrived(root, topic.player);
      root.dataset.answered = String(Number(root.dataset.answered ?? 0) + 1); // for tests
    } catch (error) {
      refuse(error.message);
      warn(null);
      state.part('.in-topics').hidden = !answered[name]; // nothing to show yet
      if (state.live) await new Promise((resolve) => { setTimeout(resolve, 1000); });
    }
  }

  saveBoard(root);
  const sources = listenToSources(state, element, ask);

  /** The pad sends its next sketch when this one is answered. @param {string} sketch */
  const answerPad = (sketch) => chapter.querySelector('#inside-pad .sketch-pad')?.dispatchEvent(new CustomEvent('answered', { detail: JSON.stringify({ mark: mark(sketch) }) }));

  root.addEventListener('settings', async ({ detail: [settings, sketch] }) => {
    state.settings = settings;
    state.sketch = sketch ?? '';
    root.dataset.topic = settings.topic;
    const looks = ['maps', 'counts', 'norms', 'unknown'].includes(settings.topic);
    chapter.querySelector('.inside-pad').style.display = looks && state.chosen === 'sketch' ? '' : 'none';
    sources.stop();
    await ask();
    answerPad(state.sketch);
  });

  // Colours are those of the page: light or dark.
  const repaint = () => {
    for (const [name, { answer }] of Object.entries(answered)) topics[name].show(answer);
  };
  new MutationObserver(repaint).observe(document.body, { attributeFilter: ['class'] });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
  const tell = () => { if (element.isConnected) trigger('expand'); };
  document.addEventListener('course:redraw', tell);
  setTimeout(tell);
}
