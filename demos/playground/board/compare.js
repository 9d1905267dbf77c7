// Up to four networks side by side: the same points, shape and seed; what differs is chosen here.
import { fixed } from '../../widgets/lib/numbers.js';
import { tells } from '../../widgets/lib/pictures.js';
import { _ } from '../../widgets/lib/texts.js';
import { GRID, drawMark, traceBoundary } from './canvases.js';
import { STOPS } from './controls.js';
import { ownFrame } from './history.js';
import { label, percent } from './labels.js';
import { EXTENT } from './places.js';

/** What differs in one network: names and values. @typedef {[string, string][]} Pairs */

/** @type {Record<string, string[]>} */
const VALUES = {
  optimizer: ['sgd', 'momentum', 'rmsprop', 'adam'], learning_rate: ['0.003', '0.03', '0.3', '3'], activation: ['tanh', 'relu', 'sigmoid', 'linear'],
  initialisation: ['pytorch', 'xavier', 'he', 'zeros'], batch_size: ['1', '10', '50', '1000'], loss: ['bce', 'mse'], batch_norm: ['false', 'true'],
  dropout: ['0', '0.1', '0.3', '0.5'], l1: ['0', '0.001', '0.01', '0.1'], l2: ['0', '0.001', '0.01', '0.1'],
};
/** Colours and dashes of the networks. */
export const SERIES = ['--chart-blue', '--chart-vermillion', '--chart-green', '--chart-purple'];
export const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

/**
 * "optimizer:sgd;optimizer:adam" → [[['optimizer', 'sgd']], [['optimizer', 'adam']]]
 * @param {string} text
 * @returns {Pairs[]}
 */
export const readChanges = (text) => text.split(';').map((one) => (
  one.split(',').filter(Boolean).map((item) => /** @type {[string, string]} */ (item.split(':')))));

/** @param {Pairs[]} changes */
export const writeChanges = (changes) => changes.map((pairs) => pairs.map((pair) => pair.join(':')).join(',')).join(';');

/** @param {Pairs} pairs */
export const titleOf = (pairs) => pairs.map(([name, value]) => `${label(name)} ${label(value)}`).join(', ') || _('unchanged');

/** @param {Pairs[]} changes */
const namesIn = (changes) => [...new Set(changes.flatMap((pairs) => pairs.map(([name]) => name)))];

/** @param {string} colour @param {number[]} dash */
function lineOf(colour, dash) {
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  line.setAttribute('viewBox', '0 0 36 8');
  line.setAttribute('aria-hidden', 'true');
  const stroke = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  stroke.setAttribute('d', 'M0 4H36');
  stroke.setAttribute('stroke-dasharray', dash.join(' '));
  stroke.style.stroke = `var(${colour})`;
  line.append(stroke);
  return line;
}

/** @param {import('./state').State} state */
export function listenToCompare(state) {
  const { props, canvases } = state;
  const image = new ImageData(GRID, GRID);
  const cards = state.part('.pg-cards');

  // What a link hides is the same in all networks.
  const comparable = () => Object.keys(VALUES).filter((name) => !state.isHidden(name));

  /** @param {string} name */
  const startWith = (name) => state.change({ compare: writeChanges(VALUES[name].map((value) => [[name, value]])) });

  /** @param {number} index @param {string} name @param {string} value */
  function setValue(index, name, value) {
    const changes = readChanges(state.settings.compare);
    if (value === '' && changes.length > 2) changes.splice(index, 1);
    else if (value !== '') changes[index] = [[name, value]];
    state.change({ compare: writeChanges(changes) });
  }

  /** @param {number} i @param {Pairs | null} pairs @param {number} count @param {string} name */
  function choice(i, pairs, count, name) {
    const value = pairs?.[0]?.[1] ?? '';
    const field = document.createElement('select');
    field.setAttribute('aria-label', _('Network {number}: {what}', { number: i + 1, what: label(name) }));
    const known = props.choices[name] ?? STOPS[name]?.map(String) ?? VALUES[name];
    if (!pairs || count > 2) field.add(new Option(pairs ? _('leave out') : _('one more …'), ''));
    for (const option of new Set([...known, ...(value ? [value] : [])])) field.add(new Option(label(option), option));
    field.value = value;
    field.disabled = state.isHidden('compare') || state.isHidden(name);
    field.addEventListener('change', () => setValue(i, name, field.value));
    return field;
  }

  function paint() {
    const on = state.comparing;
    state.root.classList.toggle('comparing', on);
    state.button('compare').setAttribute('aria-pressed', String(on));
    state.part('.pg-compare').hidden = !on;
    state.part('.pg-network').hidden = on;
    state.part('.pg-result').hidden = on;
    if (!on) {
      return;
    }
    const changes = readChanges(state.settings.compare);
    const names = namesIn(changes);
    const single = names.length === 1;
    const select = state.part('.pg-differs select');
    select.replaceChildren(...comparable().map((name) => new Option(label(name), name)));
    if (names.length > 1) select.add(new Option(names.map(label).reduce((first, second) => _('{first} and {second}', { first, second })), ''));
    select.value = names.length > 1 ? '' : names[0];
    select.disabled = state.isHidden('compare');
    state.part('.pg-values').replaceChildren(...(single && changes.length < 4 ? [choice(changes.length, null, changes.length, names[0])] : []));
    cards.style.setProperty('--cards', changes.length);
    cards.replaceChildren(...changes.map((pairs, i) => {
      const card = document.createElement('figure');
      const head = document.createElement('figcaption');
      const title = single ? choice(i, pairs, changes.length, names[0]) : Object.assign(document.createElement('b'), { textContent: titleOf(pairs) });
      head.append(lineOf(SERIES[i], DASHES[i]), title);
      const box = Object.assign(document.createElement('div'), { className: 'pg-plane small' });
      for (const name of ['pg-surface', 'pg-boundary', 'pg-points']) box.append(Object.assign(document.createElement('canvas'), { className: name, width: GRID, height: GRID }));
      card.append(head, box, Object.assign(document.createElement('p'), { className: 'pg-now' }));
      return card;
    }));
    paintCards();
  }

  function paintCards() {
    if (!state.runs.length) {
      const text = state.busy ? _('Training …') : _('Not trained yet.');
      for (const note of state.parts('.pg-now')) if (note.textContent !== text) note.textContent = text;
    }
    state.runs.forEach((run, i) => {
      const card = cards.children[i];
      if (!card) return;
      const now = Math.min(state.player.position, run.length - 1);
      const start = ownFrame(run.surface, now) * GRID * GRID;
      canvases.paintLevels(card.querySelector('.pg-surface').getContext('2d'), image, run.surface.array, start);
      const canvas = card.querySelector('.pg-boundary');
      const { ratio } = canvases.scaled(canvas);
      const context = canvas.getContext('2d');
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.strokeStyle = canvases.colour('--course-ink');
      context.lineWidth = ratio;
      traceBoundary(context, run.surface.array, start, GRID);
      const values = { loss: fixed(run.train_loss[now]), accuracy: percent(run.train_accuracy[now]), test: percent(run.test_accuracy[now]), epoch: run.diverged };
      const text = run.diverged !== null && now === run.length - 1
        ? _('loss {loss}, accuracy {accuracy}, test {test}: overflowed in epoch {epoch}', values)
        : _('loss {loss}, accuracy {accuracy}, test {test}', values);
      const note = card.querySelector('.pg-now');
      if (note.textContent !== text) note.textContent = text;
    });
  }

  function paintPoints() {
    if (!state.runs.length) return;
    const colours = [canvases.colour('--chart-orange'), canvases.colour('--chart-blue')];
    const train = state.data.points.filter((point) => point.split === 'train');
    for (const canvas of state.parts('.pg-cards .pg-points')) {
      const { ratio } = canvases.scaled(canvas);
      const context = canvas.getContext('2d');
      context.clearRect(0, 0, canvas.width, canvas.height);
      const size = (train.length > 60 ? 2.4 : 4) * ratio;
      for (const { x, y, label: one } of train) {
        const [left, top] = [((x + EXTENT) / (2 * EXTENT)) * canvas.width, ((EXTENT - y) / (2 * EXTENT)) * canvas.width];
        drawMark(context, left, top, one, size, colours[one], canvases.colour('--course-card'), 0.7 * ratio);
      }
    }
  }

  tells(cards, () => state.runs.map((run, i) => {
    const now = Math.min(state.player.position, run.length - 1);
    return { of: titleOf(readChanges(state.settings.compare)[i]), epoch: run.epochs[now], loss: run.train_loss[now], accuracy: run.train_accuracy[now], 'test loss': run.test_loss[now], 'test accuracy': run.test_accuracy[now] };
  }));
  state.button('compare').addEventListener('click', () => {
    if (state.comparing) state.change({ compare: '' });
    else if (comparable().length) startWith(comparable()[0]);
  });
  state.part('.pg-differs select').addEventListener('change', (/** @type {Event} */ event) => {
    const name = event.target.value;
    if (name) startWith(name);
  });
  paint();
  state.on('change', (changes) => {
    if (!('compare' in changes)) return;
    state.player.pause();
    state.runs = [];
    paint();
    state.tell('runs');
    state.refresh();
  });
  state.on('busy', () => { if (state.comparing) paintCards(); });
  state.on('frame', paintCards);
  state.on('data', paintPoints);
  state.on('colours', paintPoints);
  state.on('size', paintPoints);
  return { paint };
}
