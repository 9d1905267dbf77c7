// The playground's page. Its parts share one state and tell each other what has happened.
import { listenToCompare } from './compare.js';
import { listenToControls } from './controls.js';
import { showCurves } from './curves.js';
import { showNetwork } from './network.js';
import { listenToPlane } from './points.js';
import { State } from './state.js';
import { showSurface } from './surface.js';
import { listenToTraining } from './training.js';
import { listenToWeights } from './weights.js';

/** @param {import('../../widgets/lib/widget').Widget} widget */
export default function mount({ element, props, watch }) {
  const state = new State(element, /** @type {import('./types').Props} */ (props));
  // In the order in which they hear of a change.
  listenToControls(state);
  const network = showNetwork(state);
  const comparison = listenToCompare(state);
  listenToPlane(state);
  showSurface(state);
  showCurves(state);
  listenToWeights(state);
  listenToTraining(state);

  function receive() {
    // A link sets the controls.
    const settings = { ...props.defaults, ...props.value };
    if (!props.value || JSON.stringify(settings) === JSON.stringify(state.settings)) return false;
    state.settings = settings;
    state.tell('change', {}, -1);
    comparison.paint();
    network.draw();
    return true;
  }

  function repaint() {
    state.canvases.mix();
    state.tell('colours');
    state.refresh();
  }

  // Alive at once: the first run starts when the chapter is opened.
  function begin() {
    if (!element.isConnected) return;
    const changed = receive();
    network.draw();
    if (changed || (!state.busy && !state.version)) state.tell('train', { more: false, start: 0 });
    else if (state.length) state.player.arrive();
  }

  watch('value', receive);
  // What was set by hand while a link was on its way.
  element.closest('.chapter')?.addEventListener('course:set', (/** @type {CustomEvent} */ event) => { if (element.isConnected) state.change(event.detail); });
  new MutationObserver(repaint).observe(document.body, { attributeFilter: ['class'] });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
  state.on('size', () => state.refresh());
  document.addEventListener('course:redraw', begin);
  setTimeout(begin);
}
