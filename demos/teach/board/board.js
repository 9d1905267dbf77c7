// The page of one's own classes. Raises 'expand' and 'input'.
import { listenToAsking } from './ask.js';
import { listenToCards } from './cards.js';
import { listenToExperiments } from './experiments.js';
import { listenToExport } from './export.js';
import { State, namesIn } from './state.js';

/** @param {import('../../widgets/lib/widget').Widget} widget */
export default async function mount({ element, props, trigger, watch }) {
  const root = element.querySelector('.teach');
  const state = new State(root, /** @type {any} */ (props));

  state.on('picture', (run) => {
    root.courseRun = run; // the chapter hands it to the chart
    trigger('input');
  });
  listenToAsking(state);
  listenToCards(state);
  listenToExperiments(state);
  listenToExport(state);

  // What was kept; a link's own names come first.
  const linked = () => new URLSearchParams(location.search).has('classes');
  const samples = await state.memory.samples();
  const [names, before] = [await state.memory.said('names'), await state.memory.said('base')];
  if (names && !linked()) state.rename(namesIn(names), before || state.base);
  state.samples = samples.filter((sample) => sample.label < state.names.length);
  state.checkFeatures();
  state.changed();
  state.lookAtAll();
  state.memory.onOther(() => { if (element.isConnected) state.reread(); });

  function receive() {
    const { classes = '', cell = '', base = state.base } = props.value ?? {};
    if (classes && (classes !== state.names.join(',') || base !== state.base)) {
      if (linked()) {
        state.names = namesIn(classes);
        state.base = base;
        state.samples = state.samples.filter((sample) => sample.label < state.names.length);
        state.checkFeatures();
        state.changed();
        state.lookAtAll();
      } else state.rename(state.names); // a task has set something up: the classes stay
    }
    if (cell !== root.dataset.cell) {
      root.dataset.cell = cell;
      state.tell('cell');
    }
  }

  watch('value', receive);
  root.addEventListener('settings', ({ detail }) => {
    state.settings = { ...state.settings, ...detail };
    root.dataset.topic = state.settings.topic;
    state.tell('settings');
  });
  const ask = () => { if (element.isConnected) trigger('expand'); };
  document.addEventListener('course:redraw', ask);
  setTimeout(ask);
  root.dataset.ready = 'true'; // for tests
}
