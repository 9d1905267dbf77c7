// Ten outputs: one-hot, sigmoid and softmax, and the cross-entropy.
import { fixed } from '../../widgets/lib/numbers.js';
import { _ } from '../../widgets/lib/texts.js';
import { exact, make, percent, raised, small } from './parts.js';

const CURVE = { left: 30, right: 250, top: 8, bottom: 124, most: 10 };
const SVG = 'http://www.w3.org/2000/svg';

/** The row that is written out; null: the likeliest. @type {number | null} */
let chosen = null;

/** @param {import('./types').State} state */
export function showTen(state) {
  const { answer, settings } = state;
  const ten = answer.networks[settings.network];
  const trouble = answer.missing[settings.network] ?? '';
  const place = state.root.querySelector('[data-line=ten-trouble]');
  place.textContent = trouble;
  place.hidden = !trouble;
  if (!ten) return;
  const truth = Number(settings.truth);
  const best = ten.softmax.indexOf(Math.max(...ten.softmax));
  const shown = chosen ?? best;
  const table = state.part('table');
  [...table.tBodies[0].rows].forEach((row, digit) => {
    const y = digit === truth ? 1 : 0;
    const [p, s] = [ten.softmax[digit], ten.sigmoid[digit]];
    const write = (/** @type {string} */ name, /** @type {string} */ text) => row.querySelector(`[data-cell=${name}]`).replaceChildren(...raised(text));
    const bar = (/** @type {string} */ name, /** @type {number} */ share) => row.querySelector(`[data-cell=${name}]`).style.setProperty('--share', share.toFixed(4));
    write('y', String(y));
    write('z', fixed(ten.logits[digit], 2));
    write('e', exact(ten.exponentials[digit]));
    write('p', small(p));
    write('s', small(s));
    write('l', y ? small(ten.entropies[digit]) : '0');
    write('g', small(p - y));
    bar('p', p);
    bar('s', s);
    bar('g', p - y);
    row.querySelector('[data-cell=g]').classList.toggle('below', p < y);
    row.classList.toggle('truth', digit === truth);
    row.classList.toggle('shown', settings.topic === 'ten' && digit === shown);
  });
  const sums = { y: '1', e: exact(ten.total), p: '1', s: fixed(ten.sigmoid.reduce((sum, one) => sum + one, 0), 4), l: small(ten.entropies[truth]), g: '0' };
  for (const [name, text] of Object.entries(sums)) table.querySelector(`[data-sum=${name}]`).replaceChildren(...raised(text));

  const z = fixed(ten.logits[shown], 4);
  state.line('ten-softmax', ...raised(`softmax_${shown} = e^${z} / Σ e^z = ${exact(ten.exponentials[shown])} / ${exact(ten.total)} = `), make('b', {}, ...raised(small(ten.softmax[shown]))));
  state.line('ten-sigmoid', ...raised(`σ(z_${shown}) = 1 / (1 + e^${fixed(-ten.logits[shown], 4)}) = `), make('b', {}, ...raised(small(ten.sigmoid[shown]))));
  state.line('ten-note', _('Softmax shares out 100 %: one digit gains what the others lose. Sigmoids answer ten questions, each for itself: here they add up to {percent} %. Press a digit to see its numbers.', { percent: (100 * ten.sigmoid.reduce((sum, one) => sum + one, 0)).toFixed(0) }));

  state.line('entropy-loss', _('You drew a {truth}:', { truth }), ...raised(` L = −Σ y·ln p = −1·ln ${exact(ten.softmax[truth])} = `), make('b', {}, ...raised(small(ten.entropies[truth]))));
  state.line('entropy-questions', _('Ten yes-or-no questions instead (sigmoids, binary cross-entropy added up):'), ' ', make('b', {}, ...raised(small(ten.questions[truth], 3))));
  state.line('entropy-note', best === truth
    ? _('p − y is the gradient of each logit: a step of training pulls the {truth} up and pushes the other nine down, by as much as they are wrong. Press another digit: how dear is it to be wrong?', { truth })
    : _('It takes it for a {best} with {percent} %: being sure and wrong is dear. p − y is the gradient of each logit: a step of training would pull the {truth} up and push the {best} down.', { best, truth, percent: percent(ten.softmax[best]) }));
  curve(state, ten.softmax[truth], ten.entropies[truth]);
  state.root.dataset.said = String(best);
  state.root.dataset.loss = ten.entropies[truth].toFixed(4);
}

/** −ln p, and where the sketch lies on it. @param {import('./types').State} state @param {number} p @param {number} loss */
function curve(state, p, loss) {
  const { left, right, top, bottom, most } = CURVE;
  const x = (/** @type {number} */ share) => left + share * (right - left);
  const y = (/** @type {number} */ value) => bottom - (Math.min(most, value) / most) * (bottom - top);
  const node = (/** @type {string} */ tag, /** @type {Record<string, any>} */ attributes, text = '') => {
    const one = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, String(value));
    one.textContent = text;
    return one;
  };
  const points = Array.from({ length: 120 }, (_none, i) => Math.exp(-most * (1 - i / 119))).map((share) => `${x(share).toFixed(1)},${y(-Math.log(share)).toFixed(1)}`);
  const svg = state.part('curve');
  svg.setAttribute('aria-label', _('The loss −ln p is {loss} at p = {p}', { loss: small(loss), p: small(p) }));
  svg.replaceChildren(
    node('path', { d: `M${left} ${top}V${bottom}H${right}`, class: 'axis' }),
    node('polyline', { points: points.join(' '), class: 'line' }),
    node('circle', { cx: x(p), cy: y(loss), r: 6 }),
    ...[0, 0.5, 1].map((share) => node('text', { x: x(share), y: 138, 'text-anchor': 'middle' }, String(share))),
    ...[0, 5, 10].map((value) => node('text', { x: left - 6, y: y(value) + 4, 'text-anchor': 'end' }, String(value))),
    node('text', { x: right, y: 153, 'text-anchor': 'end' }, _('p of what you drew')),
    node('text', { x: left + 10, y: 20 }, 'L = −ln p'),
  );
}

/** @param {import('./types').State} state */
export function listenToTen(state) {
  for (const button of state.part('table').querySelectorAll('[data-row]')) {
    button.addEventListener('click', () => {
      if (state.settings.topic === 'entropy') { state.choose({ truth: button.dataset.row }); return; }
      chosen = Number(button.dataset.row);
      showTen(state);
    });
  }
}

/** Another sketch: its likeliest digit is written out. */
export const forget = () => { chosen = null; };

