// What each step of the preprocessing is worth: the sketch without it, and 10,000 digits without it.
import { _ } from '../../widgets/lib/texts.js';
import { make, percent } from './parts.js';

/** @param {import('./types').State} state */
export function showCost(state) {
  const { answer, measured, networks } = state;
  const keys = Object.keys(networks);
  const table = state.part('ways');
  const head = (/** @type {string} */ text, columns = 1) => make('th', { scope: columns > 1 ? 'colgroup' : 'col', colSpan: columns, textContent: text });
  if (!table.tHead.rows.length) {
    table.tHead.append(
      make('tr', {}, make('td', { colSpan: 2 }), head(_('your sketch is read as'), keys.length), head(_('10,000 test digits, right'), keys.length)),
      make('tr', {}, make('td', { colSpan: 2 }), ...keys.map((key) => head(networks[key])), ...keys.map((key) => head(networks[key]))),
    );
    table.tBodies[0].append(...answer.ways.map(({ way }) => make('tr', {}, make('td', {}, make('canvas', { width: 28, height: 28 })), make('th', { scope: 'row', textContent: state.ways[way] }), ...keys.map(() => make('td')), ...keys.map((key) => {
      const share = measured.ways[key][way];
      return make('td', { textContent: share === undefined ? '–' : `${percent(share, 2)}\u202f%` });
    }))));
  }
  const first = answer.ways[0].reads;
  answer.ways.forEach(({ seen, reads }, i) => {
    const row = table.tBodies[0].rows[i];
    state.paint(row.querySelector('canvas'), seen);
    keys.forEach((key, k) => {
      const [digit, share] = reads[key] ?? [null, 0];
      const cell = row.cells[2 + k];
      cell.replaceChildren(make('b', { textContent: reads[key] ? digit ?? '?' : '–' }), make('small', { textContent: reads[key] ? ` ${percent(share, 0)}\u202f%` : '' }));
      cell.classList.toggle('other', Boolean(reads[key]) && digit !== first[key][0]);
    });
  });
  const best = measured.ways.cnn ?? {};
  state.line('cost-note', best.tensors === undefined ? '' : _('MNIST’s own pictures are already as preprocessing makes them, so they stay as they are: the convolutional network reads {tensors} % of the tensors, and {predict} % through predict. Ten times as large and dark on a white page they are {enlarged} %.', {
    tensors: percent(best.tensors, 2), predict: percent(best.predict, 2), enlarged: percent(best.enlarged, 2),
  }));
  state.root.dataset.said = answer.ways.map(({ reads }) => reads.linear?.[0] ?? '-').join('');
}
