// One output: is it a 0?
import { fixed } from '../../widgets/lib/numbers.js';
import { _ } from '../../widgets/lib/texts.js';
import { addsUp, exact, make, percent, raised, small, summand } from './parts.js';

const TESTED = { all: 10000, zeros: 980 }; // MNIST's test set

/** @param {import('./types').State} state */
export function showZero(state) {
  const { answer, settings, measured } = state;
  for (const [name, signed] of /** @type {[string, boolean][]} */ ([['seen', false], ['weights', true], ['added', true]])) {
    state.paint(state.root.querySelector(`[data-picture=${name}]`), answer[name], signed);
  }
  const sum = addsUp(answer.bias, answer.plus, answer.minus, answer.z, 4);
  state.line('zero-z', _('z = bias + what speaks for it + what speaks against it'), ` = ${fixed(sum.bias, 4)} ${summand(sum.plus, 4)} ${summand(sum.minus, 4)} = `, make('b', { textContent: fixed(sum.z, 4) }));
  state.line('zero-p', ...raised(`p = σ(z) = 1 / (1 + e^${fixed(-answer.z, 4)}) = `), make('b', {}, ...raised(small(answer.p))));

  const scale = state.part('probability');
  scale.querySelector('i').style.transform = `scaleX(${answer.p})`;
  scale.querySelector('.db-mark').style.left = `${100 * settings.threshold}%`;
  scale.querySelector('em').textContent = _('threshold {threshold}', { threshold: fixed(settings.threshold, 2) });
  scale.classList.toggle('right-half', settings.threshold > 0.5);
  const said = answer.p >= settings.threshold;
  state.line('zero-verdict', said
    ? _('p is at least {threshold}: it says “0”.', { threshold: fixed(settings.threshold, 2) })
    : _('p is below {threshold}: it says “not 0”.', { threshold: fixed(settings.threshold, 2) }));
  state.root.dataset.said = said ? '0' : 'not 0';

  const zero = settings.zero === 'yes';
  const loss = answer.losses[zero ? 1 : 0];
  state.line('zero-loss', zero ? _('You drew a 0, y = 1:') : _('You drew no 0, y = 0:'), ...raised(zero
    ? ` L = −(1·ln p + 0·ln(1 − p)) = −ln ${exact(answer.p)} = `
    : ` L = −(0·ln p + 1·ln(1 − p)) = −ln ${exact(1 - answer.p)} = `), make('b', {}, ...raised(small(loss))));

  const at = Math.round(100 * settings.threshold);
  const [missed, alarms] = [measured.missed[at], measured.alarms[at]];
  state.line('zero-test', missed === undefined ? '' : _('Of 10,000 digits of strangers, with this threshold: {missed} of 980 zeros are missed, {alarms} of 9,020 others are called 0; {right} % are right. Always “not 0” is right in {never} %.', {
    missed, alarms, right: percent(1 - (missed + alarms) / TESTED.all, 2), never: percent(1 - TESTED.zeros / TESTED.all),
  }));
}

/** A press on the scale sets the threshold there. @param {import('./types').State} state */
export function listenToZero(state) {
  const scale = state.part('probability');
  const set = (/** @type {PointerEvent} */ event) => {
    const box = scale.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    state.choose({ threshold: Math.min(0.99, Math.max(0.01, Number(share.toFixed(2)))) });
  };
  scale.addEventListener('pointerdown', (/** @type {PointerEvent} */ event) => { scale.setPointerCapture(event.pointerId); set(event); });
  scale.addEventListener('pointermove', (/** @type {PointerEvent} */ event) => { if (scale.hasPointerCapture(event.pointerId)) set(event); });
}

