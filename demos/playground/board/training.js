// Training: when, with what, and what comes of the answer.
import { _ } from '../../widgets/lib/texts.js';
import { readChanges } from './compare.js';
import { locate, segmentOf, totalFrames } from './history.js';

/** @typedef {import('./types').Settings} Settings */

/**
 * Return how much a run has to compute, up to a factor.
 * @param {Settings} one
 */
export function work(one) {
  const batch = Math.min(one.batch_size, 250);
  return one.epochs * (1 + 250 / batch) * (2 + one.hidden.length) * (one.compare ? one.compare.split(';').length : 1);
}

/** @param {import('./state').State} state */
export function listenToTraining(state) {
  const { props, player } = state;
  const output = state.part('.pg-player output');
  const auto = state.part('.pg-auto');
  const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
  let timer = 0;
  /** @type {import('./types').Request | null} */
  let wanted = null; // the newest request that waits

  /** @param {Partial<Settings>} changes @param {number} later */
  function changed(changes, later) {
    clearTimeout(timer);
    if (state.empty) {
      wanted = null;
      state.button('train').classList.remove('due');
      if (state.trained || state.busy) state.clear();
      if (!state.settings.points) state.say(_('Click into the picture: each click is a point. Two are needed at least.'), true);
      return;
    }
    state.button('train').classList.add('due');
    if (later < 0) return;
    // To compare is to ask for a training: there is nothing else to see.
    if ('compare' in changes && state.comparing) { timer = setTimeout(() => ask({ more: false, start: 0 })); return; }
    // Starting over would throw away what was trained on step by step.
    const long = state.segments.length > 1 && !state.comparing && state.fits(state.segments.at(-1));
    if (long) { state.say(_('Press Train on to go on with the change, or Train anew to start over.'), true); return; }
    if (!auto.checked) { state.say(_('The settings have changed: press Train anew, or Train on.'), true); return; }
    const before = state.trained ? state.trained.seconds / work(state.trained.settings) : 0;
    if (before * work(state.settings) > 1.5) { state.say(_('This takes a while: press Train anew.'), true); return; }
    timer = setTimeout(() => ask({ more: false, start: null }), later);
  }

  /** @param {boolean} busy */
  function setBusy(busy) {
    state.busy = busy;
    state.root.setAttribute('aria-busy', String(busy));
    state.part('.pg-train span').textContent = busy ? _('Training …') : _('Train anew');
    state.tell('busy');
  }

  /** @param {import('./types').Request} request */
  async function ask(request) {
    clearTimeout(timer);
    wanted = request;
    if (state.busy) return;
    setBusy(true);
    while (wanted) {
      const { more, start } = wanted;
      wanted = null;
      const waiting = setTimeout(() => state.say(_('Others are training too: this run waits for its turn.'), true), 4000);
      try {
        const arrived = state.comparing ? await compare(state.settings) : await train(state.settings, more);
        if (arrived) {
          state.version += 1;
          arrive(start);
          state.say('');
        } else if (!state.empty) wanted ??= { more: false, start };
      } catch (error) {
        state.warn(error.message);
        state.say('');
      }
      clearTimeout(waiting);
    }
    setBusy(false);
  }

  // Both return whether their answer is still wanted.
  /** @param {Settings} asked */
  async function compare(asked) {
    const began = performance.now();
    /** @param {string} name @param {string} text */
    const valueOf = (name, text) => (name === 'batch_norm' ? text === 'true' : name in props.limits ? Number(text) : text);
    const changes = readChanges(asked.compare).map((pairs) => Object.fromEntries(pairs.map(([name, value]) => [name, valueOf(name, value)])));
    const answer = await state.server.queued('playground_compare', [asked, changes]);
    const arrived = await Promise.all(answer.runs.map(segmentOf));
    if (state.empty || state.settings.compare !== asked.compare) return false;
    state.runs = arrived;
    accept(answer.data, asked, (performance.now() - began) / 1000);
    state.warn(arrived.map((run, i) => run.note && _('Network {number}: {what}', { number: i + 1, what: run.note })).filter(Boolean).join(' '));
    return true;
  }

  /** @param {Settings} asked @param {boolean} more */
  async function train(asked, more) {
    const weights = more ? state.segments.at(-1)?.final : null;
    const answer = await state.server.queued('playground_train', [asked, weights]);
    const segment = await segmentOf(answer);
    if (state.empty || state.comparing) return false;
    state.runs = [];
    state.segments = weights ? [...state.segments.slice(-11), segment] : [segment];
    accept(answer.data, asked, answer.seconds);
    state.warn(answer.note);
    state.tell('close');
    return true;
  }

  /** @param {import('./types').Data} data @param {Settings} asked @param {number} seconds */
  function accept(data, asked, seconds) {
    state.data = { ...data, ...(asked.data === 'own' ? state.named : null) };
    state.trained = { settings: asked, seconds };
    state.button('train').classList.toggle('due', state.settings !== asked);
    state.tell('data');
  }

  // Show a new run: where a link leads, from its start if the visitor asked for it, else where the
  // visitor was.
  /** @param {number | null} start */
  function arrive(start) {
    const atEnd = player.position >= shownLast && !player.playing;
    state.tell('runs');
    const linked = player.led();
    if (typeof linked === 'number') player.scrub(linked);
    else if (start === null) player.show(atEnd ? player.last : player.position);
    else if (reducedMotion.matches) player.show(player.last);
    else { player.show(start); player.play(); }
  }

  let shownLast = 0; // the last position of what was shown before

  function paint() {
    shownLast = player.last;
    state.button('more').disabled = state.comparing || !state.segments.at(-1)?.final || !state.fits(state.segments.at(-1));
    if (!state.length) {
      output.textContent = '';
      player.paint('');
      delete state.root.dataset.epoch;
      return;
    }
    const longest = state.runs.length ? state.runs.reduce((a, b) => (b.length > a.length ? b : a)) : null;
    const [segment, frame] = longest ? [longest, player.position] : locate(state.segments, player.position);
    const last = longest ? longest.epochs.at(-1) : state.segments.at(-1).epochs.at(-1);
    const epoch = String(segment.epochs[frame]).padStart(String(last).length, '\u2007');
    const text = _('epoch {epoch} / {last}', { epoch, last });
    output.textContent = segment.byHand ? _('epoch {epoch} / {last}, by hand', { epoch, last }) : text;
    player.paint(text);
    state.root.dataset.frame = String(player.position);
    state.root.dataset.epoch = String(segment.epochs[frame]);
  }

  function listenToKeys() {
    state.root.addEventListener('keydown', (event) => {
      const typing = event.target.closest('input:not([type=range]):not([type=checkbox]), select, textarea');
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      const pressed = event.target.closest('button, summary, a, input[type=checkbox]');
      const range = event.target.closest('input[type=range]');
      if (event.key === ' ' && !pressed) { event.preventDefault(); player.toggle(); }
      if (!range && event.key === 'ArrowLeft') { event.preventDefault(); player.step(-1); }
      if (!range && event.key === 'ArrowRight') { event.preventDefault(); player.step(1); }
      if (!range && event.key.toLowerCase() === 't') ask({ more: false, start: 0 });
    });
  }

  state.button('train').addEventListener('click', () => ask({ more: false, start: 0 }));
  state.button('more').addEventListener('click', () => ask({ more: true, start: totalFrames(state.segments) }));
  listenToKeys();
  state.on('change', changed);
  state.on('train', ask);
  state.on('frame', paint);
}
