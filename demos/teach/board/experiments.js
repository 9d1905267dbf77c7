// Training, and what else one press tries with the photos.
import { grouped } from '../../widgets/lib/numbers.js';
import { saveBoard } from '../../widgets/lib/save.js';
import { _ } from '../../widgets/lib/texts.js';
import { paintHeat } from './ask.js';
import { button, make } from './cards.js';
import { taped } from './photos.js';
import { fewRun, percent, runOf, scored, trainingRun, tuningRun } from './runs.js';
import { IMAGENET, TIRES, packed } from './state.js';

/** @typedef {import('./state').State} State */

const METHODS = ['frozen', 'augmented', 'fine_tuned'];
const TRAP = { photos: 20, exchanged: 12 };
const MOST_TRIED = 20; // photos of each class, where there are enough
const OWN_TRAP = { fewest: 4, photos: 20, tested: 6 }; // of each class

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
    if (!['training', 'few', 'tuning'].includes(topic)) return;
    state.tell('picture', runs[topic] || runOf(topic, { run: [] }, {})); // never that of another topic
  }

  /** Say in a topic how many wait before this visitor. @param {(sentence: string) => void} say */
  const waits = (say) => (/** @type {import('../../widgets/lib/server').Told} */ { ahead }) => {
    if (ahead) say(ahead === 1 ? _('One other is computed first …') : _('{count} others are computed first …', { count: ahead }));
  };

  // ---------------------------------------------------------------- training
  let training = false;
  let again = false;

  /** @param {string[]} names @param {string[]} features @param {string} base */
  function teach(names, features, base) {
    const { head, hidden, steps, l2, learning_rate: rate, seed } = state.settings;
    return state.server.atOnce('teach_train', [names, features, head, hidden, steps, l2, rate, seed, base]);
  }

  async function train() {
    if (training) { again = true; return; }
    training = true;
    state.button('train').disabled = true;
    do {
      again = false;
      await state.attempt(async () => {
        const { samples, features } = await state.ready();
        const names = [...state.names];
        const answer = await teach(names, features, state.base);
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
    const tires = state.base === TIRES;
    root.dataset.trained = String(Boolean(one));
    if (!one) {
      const missing = tires ? [] : state.names.filter((_name, label) => !counts[label]);
      result.textContent = missing.length ? _('Give each class some photos first: {names} has none.', { names: missing.join(', ') })
        : _('Ready: press Train.');
      runs.training = '';
      return;
    }
    const { answer } = one;
    const count = one.samples.flat().length;
    result.textContent = tires && !count ? _('This is the tire model as it is: ask it. Then add photos of your garage and train.') : [
      _('Trained on {count} photos in {seconds} s.', { count: count - answer.of, seconds: answer.seconds.toFixed(2) }),
      scored(answer),
      tires && answer.of ? _('The tire model as it is: {before} of {of}.', { before: Math.round(answer.of * answer.history.find((row) => row.series === 'held_out').accuracy), of: answer.of }) : '',
    ].join(' ').trim();
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
    box.querySelector('div').replaceChildren(...behind.map((sample, i) => {
      const node = button('', () => state.tell('preview', sample), { className: 'teach-thumb' });
      node.setAttribute('aria-label', _('Photo {id}', { id: i + 1 }));
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
      const { rows } = await state.server.queued('teach_few', [state.names, features, state.settings.seed, state.base], waits(say));
      const last = rows.at(-1);
      const found = _('With {photos} of each class: {mean} right, give or take {deviation}.', { photos: last.photos, mean: percent(last.mean), deviation: percent(last.deviation) });
      say(last.photos < MOST_TRIED ? `${found} ${_('{most} take {needed} of each class: some must be left to test on.', { most: MOST_TRIED, needed: MOST_TRIED + 1 })}` : found);
      draw('few', fewRun(rows, state.props.examples));
    });
  }

  // ---------------------------------------------------------------- frozen or fine-tuned
  async function tune() {
    const say = sayIn('tuning');
    const bar = state.part('.teach-progress');
    await state.attempt(async () => {
      const most = Math.floor(state.props.limits.tuned / state.names.length);
      const photos = state.names.map((_name, label) => state.of(label).slice(0, most).map((sample) => sample.url));
      const done = [];
      bar.hidden = false;
      try {
        for (const [i, method] of METHODS.entries()) {
          /** @param {import('../../widgets/lib/server').Told} told */
          const told = ({ ahead, share = 0 }) => {
            bar.value = (i + share) / METHODS.length;
            if (ahead) waits(say)({ ahead });
            else say(_('{number} of {all}: {share}', { number: i + 1, all: METHODS.length, share: percent(share) }));
          };
          told({});
          const { rows, seconds } = await state.server.queued('teach_tune', [state.names, photos, method, state.settings.seed], told);
          done.push({ method, ...rows.at(-1), seconds });
          draw('tuning', tuningRun(done));
        }
      } finally {
        bar.hidden = true;
      }
      say(done.map(({ trained, seconds }) => _('{trained} parameters in {seconds} s', { trained: grouped(trained), seconds: seconds.toFixed(1) })).join(' · '));
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
      const answer = await fallInto(learn.names, learn.photos);
      say(_('Trained. Now the grounds are exchanged …'));
      const heading = _('What it says when the grounds are exchanged; press a photo to see where it looked');
      const found = await judge(learn.names, test.photos, answer.model, (some) => paintTrap(learn.photos, some, answer.model, heading));
      const right = rightOf(found);
      say(_('On the grounds it knows: {right} of {of} held-out photos right. On the exchanged grounds: {few} of {all}.', {
        right: answer.right, of: answer.of, few: right, all: found.length,
      }));
      root.dataset.trap = `${right}/${found.length}`;
    });
  }

  // The same with the visitor's own photos: one class gets a frame of warning tape.
  async function setOwnTrap() {
    const say = sayIn('shortcut');
    await state.attempt(async () => {
      const { fewest, photos, tested } = OWN_TRAP;
      const names = [...state.names];
      const each = names.map((_name, label) => state.of(label).map((sample) => sample.url));
      const poor = names.filter((_name, label) => each[label].length < fewest);
      if (poor.length) throw new Error(_('This takes {fewest} photos of each class; {names} has fewer. Add some under “Teach and ask”.', { fewest, names: poor.join(', ') }));
      say(_('Warning tape is put around every photo of {name} …', { name: names[0] }));
      // Every second photo is learned from, the others are for the test.
      const half = (/** @type {number} */ odd, /** @type {number} */ most) => each.map((of) => of.filter((_url, i) => i % 2 === odd).slice(0, most));
      const [learn, test] = [half(0, photos), half(1, tested)];
      const tape = (/** @type {string[][]} */ of, /** @type {(label: number) => boolean} */ which) => Promise.all(
        of.map((urls, label) => (which(label) ? Promise.all(urls.map(taped)) : urls)),
      );
      const learned = await tape(learn, (label) => label === 0);
      const { model } = await fallInto(names, learned);
      say(_('Trained. Now the tape goes to the others …'));
      const heading = _('What it says when the tape is around the others; press a photo to see where it looked');
      const found = await judge(names, await tape(test, (label) => label > 0), model, (some) => paintTrap(learned, some, model, heading));
      const kept = await judge(names, await tape(test, (label) => label === 0), model);
      const none = await judge(names, test, model);
      say(_('On photos that it has not seen, of {all} are right: {kept} with the tape as before, {none} without any, {few} with the tape around the others.', {
        all: found.length, kept: rightOf(kept), none: rightOf(none), few: rightOf(found),
      }));
      root.dataset.trap = [kept, none, found].map(rightOf).join(',') + `/${found.length}`;
    });
  }

  /** @typedef {{ url: string, name: string, said: string, right: boolean }} Found */

  /** Train on photos as they are. @param {string[]} names @param {string[][]} photos of each class */
  async function fallInto(names, photos) {
    const features = [];
    for (const urls of photos) features.push(packed((await state.featuresOf(urls, IMAGENET)).map((one) => ({ features: one }))));
    return teach(names, features, IMAGENET);
  }

  /**
   * Ask about photos, one of each class after the other.
   * @param {string[]} names
   * @param {string[][]} photos of each class
   * @param {string} model
   * @param {(found: Found[]) => void} told after each
   */
  async function judge(names, photos, model, told = () => {}) {
    /** @type {Found[]} */
    const found = [];
    const most = Math.max(...photos.map((of) => of.length));
    for (let i = 0; i < most; i += 1) {
      for (const [label, of] of photos.entries()) {
        if (i >= of.length) continue;
        const { probabilities } = await state.server.atOnce('teach_predict', [of[i], model]);
        const said = Object.keys(probabilities).reduce((a, b) => (probabilities[a] >= probabilities[b] ? a : b));
        found.push({ url: of[i], name: names[label], said, right: said === names[label] });
        told(found);
      }
    }
    return found;
  }

  /** @param {Found[]} found */
  const rightOf = (found) => found.filter((one) => one.right).length;

  /**
   * @param {string[][]} learned photos of each class
   * @param {Found[]} found
   * @param {string} model
   * @param {string} heading
   */
  function paintTrap(learned, found, model, heading) {
    trap.hidden = false;
    if (!trap.children.length || trap.dataset.model !== model) {
      trap.dataset.model = model;
      trap.replaceChildren(
        make('h3', { textContent: _('What it learned from') }),
        make('div', { className: 'teach-row' }, ...learned.flatMap((photos) => photos.slice(0, 6).map((url) => make('img', { src: url, alt: '' })))),
        make('h3', { textContent: heading }),
        make('div', { className: 'teach-found' }),
      );
      /** @type {HTMLElement} */ (trap.lastElementChild).dataset.picture = heading;
      saveBoard(trap);
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
  state.button('own-trap').addEventListener('click', setOwnTrap);
  state.on('samples', () => {
    runs.few = '';
    runs.tuning = '';
    if (state.base === TIRES && !state.samples.length) train(); // it knows tires already
  });
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
