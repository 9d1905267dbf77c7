// Training, and what else one press tries with the photos.
import { _ } from '../../widgets/lib/texts.js';
import { paintHeat } from './ask.js';
import { button, make } from './cards.js';
import { fewRun, percent, scored, trainingRun, tuningRun } from './runs.js';
import { packed } from './state.js';

/** @typedef {import('./state').State} State */

const METHODS = ['frozen', 'augmented', 'fine_tuned'];
const TRAP = { photos: 20, exchanged: 12 };

/** @param {State} state */
export function listenToExperiments(state) {
  const { root } = state;
  const result = state.part('.teach-result');
  /** The chart's values by topic. @type {Record<string, string>} */
  const runs = {};

  /** @param {string} topic */
  const sayIn = (topic) => (/** @type {string} */ sentence) => { state.part(`.teach-act.in-topic-${topic} .teach-said`).textContent = sentence; };

  /** @param {string} topic @param {string} run */
  function draw(topic, run) {
    runs[topic] = run;
    show();
  }

  function show() {
    const { topic } = state.settings;
    if (!runs[topic]) return;
    root.dataset.picture = topic;
    state.tell('picture', runs[topic]);
  }

  // ---------------------------------------------------------------- training
  let training = false;
  let again = false;

  async function train() {
    if (training) { again = true; return; }
    training = true;
    state.button('train').disabled = true;
    do {
      again = false;
      await state.attempt(async () => {
        const { samples, features } = await state.ready();
        const { head, hidden, steps, l2, learning_rate: rate, seed } = state.settings;
        const names = [...state.names];
        const answer = await state.server.atOnce('teach_train', [names, features, head, hidden, steps, l2, rate, seed]);
        state.trained = { answer, names, samples };
        state.tell('trained');
      });
    } while (again);
    training = false;
    state.button('train').disabled = false;
  }

  function paint() {
    const one = state.trained;
    const counts = state.names.map((_name, label) => state.of(label).length);
    state.button('train').classList.toggle('due', !one && counts.every(Boolean));
    root.dataset.trained = String(Boolean(one));
    if (!one) {
      const missing = state.names.filter((_name, label) => !counts[label]);
      result.textContent = missing.length ? _('Give each class some photos first: {names} has none.', { names: missing.join(', ') })
        : _('Ready: press Train.');
      runs.training = '';
      return;
    }
    result.textContent = _('Trained on {count} photos in {seconds} s.', {
      count: one.samples.flat().length - one.answer.of, seconds: one.answer.seconds.toFixed(2),
    }) + ' ' + scored(one.answer);
    draw('training', trainingRun(one.answer, one.names, state.props.value?.cell ?? ''));
    paintCell();
  }

  // The pictures behind a cell of the confusion matrix: the browser has them.
  function paintCell() {
    const box = root.querySelector('.teach-cell');
    const [truth, said] = (state.props.value?.cell || 'none').split(',').map(Number);
    const one = state.trained;
    if (!one?.names[truth] || !one.names[said]) { box.hidden = true; return; }
    const behind = one.answer.held_out[truth].filter((_place, i) => one.answer.answers[truth][i] === said).map((place) => one.samples[truth][place]);
    box.hidden = false;
    box.querySelector('p').textContent = _('Really {truth}, answered {said}: {count}', { truth: one.names[truth], said: one.names[said], count: behind.length });
    box.querySelector('div').replaceChildren(...behind.map((sample) => {
      const node = button('', () => state.tell('preview', sample), { className: 'teach-thumb' });
      node.setAttribute('aria-label', _('Photo {id}', { id: sample.id }));
      node.append(make('img', { src: sample.url, alt: '' }));
      return node;
    }));
  }

  // ---------------------------------------------------------------- how few photos
  async function few() {
    const say = sayIn('few');
    await state.attempt(async () => {
      say(_('Training up to 25 times …'));
      const { features } = await state.ready();
      const { rows } = await state.server.queued('teach_few', [state.names, features, state.settings.seed]);
      const last = rows.at(-1);
      say(_('With {photos} of each class: {mean} right, give or take {deviation}.', { photos: last.photos, mean: percent(last.mean), deviation: percent(last.deviation) }));
      draw('few', fewRun(rows, state.props.examples));
    });
  }

  // ---------------------------------------------------------------- frozen or fine-tuned
  async function tune() {
    const say = sayIn('tuning');
    await state.attempt(async () => {
      const most = Math.floor(state.props.limits.tuned / state.names.length);
      const photos = state.names.map((_name, label) => state.of(label).slice(0, most).map((sample) => sample.url));
      const done = [];
      for (const [i, method] of METHODS.entries()) {
        const began = performance.now();
        const tick = setInterval(() => say(_('{number} of {all}: {seconds} s', { number: i + 1, all: METHODS.length, seconds: Math.round((performance.now() - began) / 1000) })), 500);
        try {
          const { rows, seconds } = await state.server.queued('teach_tune', [state.names, photos, method, state.settings.seed]);
          done.push({ method, ...rows.at(-1), seconds });
        } finally { clearInterval(tick); }
        draw('tuning', tuningRun(done));
      }
      say(done.map(({ trained, seconds }) => _('{trained} parameters in {seconds} s', { trained, seconds })).join(' · '));
    });
  }

  // ---------------------------------------------------------------- the shortcut
  const trap = state.part('.teach-trap');

  async function setTrap() {
    const say = sayIn('shortcut');
    await state.attempt(async () => {
      say(_('Drawing apples on grass and pears on wood …'));
      const [learn, test] = [
        await state.server.atOnce('teach_ready_made', ['shortcut', TRAP.photos, 0]),
        await state.server.atOnce('teach_ready_made', ['exchanged', TRAP.exchanged, 0]),
      ];
      const features = [];
      for (const photos of learn.photos) {
        const each = [];
        for (let at = 0; at < photos.length; at += state.props.limits.request) each.push(...await state.featuresOf(photos.slice(at, at + state.props.limits.request)));
        features.push(packed(each.map((one) => ({ features: one }))));
      }
      const { head, hidden, steps, l2, learning_rate: rate, seed } = state.settings;
      const answer = await state.server.atOnce('teach_train', [learn.names, features, head, hidden, steps, l2, rate, seed]);
      say(_('Trained. Now the grounds are exchanged …'));
      const found = [];
      for (let i = 0; i < TRAP.exchanged; i += 1) {
        for (const [label, photos] of test.photos.entries()) {
          const { probabilities } = await state.server.atOnce('teach_predict', [photos[i], answer.model]);
          const said = Object.keys(probabilities).reduce((a, b) => (probabilities[a] >= probabilities[b] ? a : b));
          found.push({ url: photos[i], name: test.names[label], said, right: said === test.names[label] });
          paintTrap(learn, found, answer.model);
        }
      }
      const right = found.filter((one) => one.right).length;
      say(_('On the grounds it knows: {right} of {of} held-out photos right. On the exchanged grounds: {few} of {all}.', {
        right: answer.right, of: answer.of, few: right, all: found.length,
      }));
      root.dataset.trap = `${right}/${found.length}`;
    });
  }

  /**
   * @param {{ names: string[], photos: string[][] }} learn
   * @param {{ url: string, name: string, said: string, right: boolean }[]} found
   * @param {string} model
   */
  function paintTrap(learn, found, model) {
    trap.hidden = false;
    if (!trap.children.length || trap.dataset.model !== model) {
      trap.dataset.model = model;
      trap.replaceChildren(
        make('h3', { textContent: _('What it learned from') }),
        make('div', { className: 'teach-row' }, ...learn.photos.flatMap((photos) => photos.slice(0, 6).map((url) => make('img', { src: url, alt: '' })))),
        make('h3', { textContent: _('What it says when the grounds are exchanged; press a photo to see where it looked') }),
        make('div', { className: 'teach-found' }),
      );
    }
    const box = trap.querySelector('.teach-found');
    found.slice(box.children.length).forEach((one) => {
      const heat = make('canvas', { hidden: true });
      const words = one.right ? _('✓ {said}', { said: one.said }) : _('✗ “{said}”', { said: one.said });
      const node = button('', async () => {
        if (!heat.hidden) { heat.hidden = true; return; }
        await state.attempt(async () => {
          const { heat: grid } = await state.server.queued('teach_explain', [one.url, model, null]);
          paintHeat(heat, grid);
          heat.hidden = false;
        });
      }, { className: one.right ? '' : 'wrong' });
      node.append(make('span', { className: 'teach-over' }, make('img', { src: one.url, alt: one.name }), heat), make('span', { textContent: words }));
      box.append(node);
    });
  }

  // ---------------------------------------------------------------- start
  state.button('train').addEventListener('click', train);
  state.button('few').addEventListener('click', few);
  state.button('tune').addEventListener('click', tune);
  state.button('trap').addEventListener('click', setTrap);
  state.on('samples', () => { runs.few = ''; runs.tuning = ''; });
  state.on('trained', paint);
  state.on('looked', () => { if (!state.trained) paint(); });
  state.on('cell', () => {
    if (state.trained) draw('training', trainingRun(state.trained.answer, state.trained.names, state.props.value?.cell ?? ''));
    paintCell();
  });
  let before = JSON.stringify(state.settings);
  state.on('settings', () => {
    const { topic, ...others } = state.settings;
    if (state.trained && before !== JSON.stringify(others)) train(); // a slider has moved
    before = JSON.stringify(others);
    if (topic === 'few' && !runs.few && state.props.examples.length) draw('few', fewRun([], state.props.examples));
    show();
  });
  paint();
}
