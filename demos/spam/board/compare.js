// Three side by side: on the message, and on the same test messages with the same threshold.
import { _ } from '../../widgets/lib/texts.js';
import { make, percent, rates } from './parts.js';
import { KINDS } from './state.js';

/** @param {import('./state').State} state */
export function listenToComparing(state) {
  function paint() {
    const { corpus, compared, threshold } = state;
    if (state.settings.topic !== 'compare' || !corpus || !compared) return;
    const truth = [...corpus.spam].filter((_bit, i) => corpus.test[i] === '1').map((bit) => bit === '1');
    const head = [_('threshold {threshold}', { threshold }), _('your message'), _('accuracy'), _('sensitivity, recall'), _('specificity'), _('precision'), _('missed'), _('false alarms')];
    const row = (/** @type {string} */ name, /** @type {number[]} */ scores, /** @type {string} */ said, /** @type {string} */ className) => {
      const now = rates(scores.map((score) => score >= threshold), truth);
      const texts = [said, ...[now.accuracy, now.sensitivity, now.specificity, now.precision].map((one) => percent(one)), String(now.fn), String(now.fp)];
      return make('tr', { className }, make('th', { textContent: name, scope: 'row' }), ...texts.map((text) => make('td', { textContent: text })));
    };
    const rows = KINDS.map((kind) => {
      const share = compared.models[kind].spam;
      return row(state.props.kinds[kind], corpus.scores[kind], `${percent(share)} ${share >= threshold ? _('spam') : _('no spam')}`, kind === state.settings.features ? 'shown' : '');
    });
    const { leak } = state.settings;
    if (leak) rows.push(row(_('counts with the leak'), corpus.leak.masks, '–', 'mask'), row(_('the same, on messages without masks'), corpus.leak.cleaned, '–', 'mask'));
    state.part('[data-name=leak]').hidden = !leak;
    state.part('.spam-three').replaceChildren(make('thead', {}, make('tr', {}, ...head.map((text) => make('th', { textContent: text, scope: 'col' })))), make('tbody', {}, ...rows));
  }
  for (const event of ['answer', 'settings', 'figures', 'threshold']) state.on(event, paint);
}
