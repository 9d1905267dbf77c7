// One output from 0 to 9, and why not.
import { fixed } from '../../widgets/lib/numbers.js';
import { _ } from '../../widgets/lib/texts.js';
import { make, percent, small } from './parts.js';

/** @param {import('./types').State} state */
export function showNumber(state) {
  const { answer, settings, measured } = state;
  const truth = Number(settings.truth);
  const line = state.part('line');
  line.querySelector('div').style.left = `${Math.min(101, Math.max(-1, (100 * answer.number) / 9))}%`;
  line.querySelector('div').dataset.said = fixed(answer.number, 2);
  for (const button of line.querySelectorAll('button')) button.setAttribute('aria-pressed', String(button.dataset.truth === settings.truth));
  const near = Math.min(9, Math.max(0, Math.round(answer.number)));
  state.line('number-said', _('The one output says {number}. The nearest digit is a {near}.', { number: fixed(answer.number, 2), near }));
  state.line('number-loss', _('You drew a {truth}:', { truth }), ` L = (ŷ − y)² = (${fixed(answer.number, 4)} − ${truth})² = `, make('b', { textContent: small(answer.errors[truth], 3) }));

  const bars = [...state.part('shares').children];
  const { shares } = answer;
  bars.forEach((bar, digit) => {
    const share = shares?.[digit] ?? 0;
    bar.querySelector('i').style.transform = `scaleY(${share.toFixed(4)})`;
    bar.querySelector('b').textContent = shares && share >= 0.0005 ? `${percent(share)}\u202f%` : '';
  });
  if (shares) {
    const [first, second] = shares.map((share, digit) => ({ share, digit })).sort((a, b) => b.share - a.share);
    state.line('number-mean', _('Mean of the digits, each as often as it is likely:'), ` ${fixed(first.share, 3)}·${first.digit} + ${fixed(second.share, 3)}·${second.digit} + … = `, make('b', { textContent: fixed(answer.mean, 2) }), '. ', _('The squared error teaches to answer such a mean.'));
  }
  const own = measured.numbers[truth];
  state.line('number-test', own ? _('Of 10,000 digits of strangers, those that are a {truth} get {mean} on average; rounded, {right} % of them are right.', { truth, mean: fixed(own.mean, 2), right: percent(own.right) }) : '');
  state.root.dataset.said = String(near);
}

/** @param {import('./types').State} state */
export function listenToNumber(state) {
  for (const button of state.part('line').querySelectorAll('button')) button.addEventListener('click', () => state.choose({ truth: button.dataset.truth }));
}
