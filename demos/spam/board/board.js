// The page of the spam chapter. Raises 'expand' and 'input'.
import { grouped } from '../../widgets/lib/numbers.js';
import { saveBoard } from '../../widgets/lib/save.js';
import { language, _ } from '../../widgets/lib/texts.js';
import { listenToAttacks } from './attack.js';
import { listenToComparing } from './compare.js';
import { listenToInside } from './inside.js';
import { listenToMap } from './map.js';
import { lengthOf, make, percent } from './parts.js';
import { KINDS, State } from './state.js';
import { listenToSum } from './sum.js';
import { listenToWords } from './words.js';

/** @param {import('../../widgets/lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  const root = element.querySelector('.spam');
  const state = new State(root, /** @type {any} */ (props));
  const field = root.querySelector('.spam-write textarea');

  // ---------------------------------------------------------------- the message
  function paintField() {
    if (field.value !== state.message) field.value = state.message;
    const [count, most] = [lengthOf(state.message), state.props.limits.message];
    state.part('.spam-count').textContent = `${grouped(count)} / ${grouped(most)}`;
  }
  field.addEventListener('input', () => { state.write(field.value); paintField(); });
  field.addEventListener('blur', () => state.say());
  state.part('[data-do=restore]').addEventListener('click', () => { state.struck.clear(); state.ask(); });

  const chooser = state.part('[data-do=example]');
  const titles = { '2011': _('as in 2011'), today: _('as today') };
  state.props.examples.forEach((example, number) => {
    for (const tongue of ['en', 'de']) {
      const title = `${titles[example.era]} · ${tongue === 'en' ? 'English' : 'Deutsch'} · ${example.spam ? _('spam') : _('no spam')}`;
      let group = [...chooser.children].find((one) => one.label === title);
      if (!group) chooser.append(group = make('optgroup', { label: title }));
      const text = example[tongue];
      group.append(make('option', { translate: false, value: `${number} ${tongue}`, textContent: text.length > 60 ? `${text.slice(0, 58)} …` : text }));
    }
  });
  // Those in the language of the page come first.
  [...chooser.querySelectorAll('optgroup')].filter((one) => (one.label.includes('Deutsch')) !== (language === 'de')).forEach((one) => chooser.append(one));
  chooser.addEventListener('change', () => {
    const [number, tongue] = chooser.value.split(' ');
    chooser.value = '';
    if (tongue) state.take(state.props.examples[number][tongue]);
  });
  state.on('replace', paintField);

  // ---------------------------------------------------------------- what the three say
  function paintMeters() {
    if (!state.compared) return;
    const said = KINDS.map((kind) => state.compared.models[kind].spam);
    KINDS.forEach((kind, i) => {
      const meter = state.part(`.spam-meter[data-kind=${kind}]`);
      meter.querySelector('i').style.transform = `scaleX(${said[i].toFixed(4)})`;
      meter.querySelector('b').textContent = percent(said[i]);
      meter.classList.toggle('yes', said[i] >= 0.5);
      meter.classList.toggle('shown', ['words', 'sum'].includes(state.settings.topic) && kind === state.settings.features);
    });
    const yes = said.filter((share) => share >= 0.5).length;
    const sentences = [_('None of the three takes it for spam.'), _('One of the three takes it for spam.'), _('Two of the three take it for spam.'), _('All three take it for spam.')];
    const words = sentences[yes] + (state.predicted?.cut && state.kind === 'embedding' ? ` ${_('The language model has read its first 254 word pieces only.')}` : '');
    if (state.part('.spam-said').textContent !== words) state.part('.spam-said').textContent = words;
    state.part('[data-do=restore]').hidden = !state.struck.size;
    for (const kind of KINDS) root.dataset[kind] = state.compared.models[kind].spam.toFixed(4); // for tests
  }
  state.on('answer', paintMeters);
  state.on('settings', paintMeters);

  listenToWords(state);
  listenToSum(state);
  listenToComparing(state);
  listenToMap(state);
  listenToInside(state);
  listenToAttacks(state);
  saveBoard(root, 'in-topic-words in-topic-sum in-topic-map in-topic-inside in-topic-attack');

  // ---------------------------------------------------------------- start
  watch('value', () => {
    const message = props.value?.message ?? '';
    if (message === state.message || document.activeElement === field) return;
    state.write(message);
    paintField();
  });
  root.addEventListener('settings', ({ detail }) => state.set(detail));
  root.addEventListener('threshold', ({ detail }) => { if (detail?.threshold !== undefined) { state.threshold = detail.threshold; state.tell('threshold'); } });
  // Colours and sizes change: canvases are drawn anew.
  const redraw = () => state.tell('answer');
  new MutationObserver(redraw).observe(document.body, { attributeFilter: ['class'] });
  let width = 0;
  new ResizeObserver(() => { if (root.clientWidth !== width) { width = root.clientWidth; redraw(); } }).observe(root);
  paintField();
  const ask = () => { if (element.isConnected) trigger('expand'); };
  document.addEventListener('course:redraw', ask);
  setTimeout(ask);
  root.dataset.ready = 'true'; // for tests
}
