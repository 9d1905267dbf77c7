// The lessons of the digits. Raises 'expand'.
import { paintPixels, paletteOf } from '../../widgets/lib/pixels.js';
import { saveBoard } from '../../widgets/lib/save.js';
import { showCost } from './cost.js';
import { listenToNumber, showNumber } from './number.js';
import { forget, listenToTen, showTen } from './ten.js';
import { listenToZero, showZero } from './zero.js';

/** @type {Record<string, (state: import('./types').State) => void>} */
const SHOW = { zero: showZero, number: showNumber, ten: showTen, entropy: showTen, cost: showCost };

/** @param {import('../../widgets/lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  const root = element.querySelector('.digits-board');
  /** @type {import('../../widgets/lib/pixels.js').Palette | null} */
  let palette = null;
  /** @type {import('./types').State} */
  const state = {
    root,
    settings: null,
    answer: null,
    measured: props.measured,
    networks: props.networks,
    ways: props.ways,
    part: (name) => root.querySelector(`[data-part=${name}]`),
    line: (name, ...parts) => root.querySelector(`[data-line=${name}]`).replaceChildren(...parts),
    choose: (changes) => element.closest('.chapter').dispatchEvent(new CustomEvent('course:set', { detail: changes })),
    paint: (canvas, coded, signed = false) => paintPixels(canvas, coded, signed, palette ??= paletteOf(root)),
  };

  function paint() {
    const { answer, settings } = state;
    if (!answer || !settings) return;
    const trouble = root.querySelector('.db-trouble');
    const empty = root.querySelector('.db-empty');
    trouble.textContent = answer.trouble ?? '';
    trouble.hidden = !answer.trouble;
    empty.textContent = answer.empty ?? '';
    empty.hidden = !answer.empty;
    // Ten outputs and cross-entropy are two views of the same numbers.
    const fits = SHOW[answer.topic] && SHOW[answer.topic] === SHOW[settings.topic];
    root.querySelector('.db-topics').hidden = Boolean(answer.trouble || answer.empty);
    root.dataset.said = '';
    if (fits && !answer.empty) SHOW[settings.topic](state);
    root.setAttribute('aria-busy', String(!fits && !answer.trouble));
  }

  saveBoard(root);
  listenToZero(state);
  listenToNumber(state);
  listenToTen(state);
  watch('value', () => {
    state.answer = props.value ? JSON.parse(props.value) : null;
    forget();
    paint();
  });
  root.addEventListener('settings', (/** @type {CustomEvent} */ { detail }) => { state.settings = detail; paint(); });
  new MutationObserver(() => { palette = null; paint(); }).observe(document.body, { attributeFilter: ['class'] });
  const tell = () => { if (element.isConnected) trigger('expand'); };
  document.addEventListener('course:redraw', tell);
  setTimeout(tell);
}
