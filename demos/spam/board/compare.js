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
    const rows = KINDS.map((kind) => {
      const now = rates(corpus.scores[kind].map((score) => score >= threshold), truth);
      const share = compared.models[kind].spam;
      const texts = [`${percent(share)} ${share >= threshold ? _('spam') : _('no spam')}`, ...[now.accuracy, now.sensitivity, now.specificity, now.precision].map((one) => percent(one)), String(now.fn), String(now.fp)];
      return make('tr', { className: kind === state.settings.features ? 'shown' : '' }, make('th', { textContent: state.props.kinds[kind], scope: 'row' }), ...texts.map((text) => make('td', { textContent: text })));
    });
    state.part('.spam-three').replaceChildren(make('thead', {}, make('tr', {}, ...head.map((text) => make('th', { textContent: text, scope: 'col' })))), make('tbody', {}, ...rows));
  }
  for (const event of ['answer', 'settings', 'figures', 'threshold']) state.on(event, paint);
}
