// The weights of a neuron, set by hand.
import { fixed, readNumber } from '../../widgets/lib/numbers.js';
import { _ } from '../../widgets/lib/texts.js';
import { segmentOf, totalFrames, weightOf } from './history.js';
import { sourceName, targetName } from './labels.js';

/** @param {import('./state').State} state */
export function listenToWeights(state) {
  const editor = state.part('.pg-editor');

  /** @param {number} layer @param {number} row @param {number | null} column */
  function open(layer, row, column) {
    const segment = state.segments.at(-1);
    if (!segment?.final || !state.fits(segment)) { state.say(_('Train the network first.')); return; }
    state.player.scrub(totalFrames(state.segments) - 1);
    const { features, hidden } = state.settings;
    const inputs = layer === 0 ? features.length : hidden[layer - 1];
    const fields = [
      [_('bias'), `${layer + 1}.bias.${row}`], [_('scale γ'), `${layer + 1}.scale.${row}`], [_('shift β'), `${layer + 1}.shift.${row}`],
      ...Array.from({ length: inputs }, (none, i) => [_('w from {source}', { source: sourceName(features, layer, i) }), `${layer + 1}.weight.${row}.${i}`]),
    ].filter(([, name]) => segment.index.has(name));
    const title = targetName(hidden, layer, row);
    editor.querySelector('b').textContent = title[0].toUpperCase() + title.slice(1);
    editor.querySelector('.pg-editor-rows').replaceChildren(...fields.map(([text, name]) => (
      field(text, name, weightOf(segment, segment.length - 1, name)))));
    editor.hidden = false;
    const chosen = column === null ? null : editor.querySelector(`[data-weight="${layer + 1}.weight.${row}.${column}"]`);
    (chosen ?? editor.querySelector('input')).focus({ preventScroll: false });
    chosen?.select();
  }

  /** @param {string} text @param {string} name @param {number} value */
  function field(text, name, value) {
    const line = document.createElement('label');
    const reach = Math.max(5, Math.ceil(Math.abs(value)) * 2);
    const range = Object.assign(document.createElement('input'), { type: 'range', min: String(-reach), max: String(reach), step: '0.01', value: String(value) });
    const typed = Object.assign(document.createElement('input'), { type: 'text', inputMode: 'text', value: fixed(value) });
    range.setAttribute('aria-label', _('{name} (slider)', { name: text }));
    typed.setAttribute('aria-label', text);
    typed.dataset.weight = name;
    range.addEventListener('input', () => { typed.value = fixed(Number(range.value)); set(name, Number(range.value)); });
    typed.addEventListener('input', () => {
      const number = readNumber(typed.value);
      const good = Math.abs(number) <= 1000;
      typed.setAttribute('aria-invalid', String(!good));
      if (!good) return;
      range.value = String(number);
      set(name, number);
    });
    line.append(Object.assign(document.createElement('span'), { textContent: text }), range, typed);
    return line;
  }

  // Never more than one request is on its way, and the newest value is always sent.
  let setting = false;
  /** @type {[string, number] | null} */
  let next = null;

  /** @param {string} name @param {number} value */
  async function set(name, value) {
    next = [name, value];
    if (setting) return;
    setting = true;
    while (next) {
      const [now, number] = next;
      next = null;
      const run = state.version;
      try {
        const history = await state.server.atOnce('playground_set_weight', [state.trained.settings, state.segments.at(-1).final, now, number]);
        const segment = await segmentOf(history);
        if (run !== state.version) break; // a new run has arrived meanwhile
        segment.byHand = true;
        if (state.segments.at(-1).byHand) state.segments.pop();
        state.segments.push(segment);
        state.tell('runs');
        state.player.show(state.player.last);
      } catch (error) { state.warn(error.message); }
    }
    setting = false;
  }

  const close = () => { editor.hidden = true; };
  state.button('close').addEventListener('click', close);
  state.on('edit', open);
  state.on('close', close);
}
