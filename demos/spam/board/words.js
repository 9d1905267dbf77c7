// Words become numbers: chips, the vector that lights up, and each number written out.
import { fixed, grouped } from '../../widgets/lib/numbers.js';
import { tells } from '../../widgets/lib/pictures.js';
import { _ } from '../../widgets/lib/texts.js';
import { cells, make } from './parts.js';

const WORDS = 1000; // of the vocabulary
const MOST = 40; // words with a row of their own

/** @param {import('./state').State} state */
export function listenToWords(state) {
  const chips = state.part('.spam-chips');
  const canvas = state.part('.spam-vector canvas');
  const caption = state.part('.spam-vector figcaption');
  const table = state.part('[data-name=numbers]');
  const part = (/** @type {string} */ name) => state.part(`[data-name=${name}]`);

  function paint() {
    const { predicted, kind } = state;
    if (state.settings.topic !== 'words' || !predicted) return;
    const { parts, unknown, vector } = predicted;
    const embedding = kind === 'embedding';
    const known = new Map(parts.map((one) => [one.word, one]));
    const words = embedding ? state.message.split(/\s+/).filter(Boolean) : wordsOf(state.message);
    chips.replaceChildren(...words.slice(0, 120).map((word) => {
      const one = known.get(word.toLowerCase());
      const lost = !embedding && !one;
      const chip = make('span', { className: `spam-chip${lost ? ' lost' : ''}`, translate: false, textContent: word });
      chip.setAttribute('role', 'listitem');
      if (lost) chip.title = _('not in the vocabulary');
      return chip;
    }), ...(words.length > 120 ? [make('span', { textContent: '…' })] : []));
    part('unknown').textContent = embedding
      ? _('A language model reads the whole message; no word has a place of its own among its numbers. Open “A language model”.')
      : unknown.length
        ? _('Dashed: {count} words that are not in the vocabulary. They count nothing, whatever they mean.', { count: unknown.length })
        : '';
    if (embedding) {
      const columns = 32;
      cells(canvas, vector ?? [], { count: 384, columns, cell: Math.min(14, Math.floor((canvas.parentElement.clientWidth || 380) / columns)) });
      caption.textContent = _('384 numbers, and all of them are at work: orange above 0, blue below.');
    } else {
      const columns = 50;
      const lit = new Map(parts.map((one) => [one.column, one.value]));
      cells(canvas, lit, { count: WORDS, columns, cell: Math.min(9, Math.floor((canvas.parentElement.clientWidth || 380) / columns)) });
      caption.textContent = _('1,000 numbers, one for each word of the vocabulary, the most frequent first: {lit} are not 0.', { lit: parts.length });
    }
    canvas.setAttribute('aria-label', caption.textContent);
    table.replaceChildren(...(embedding ? embeddingRows(vector) : rows(parts, kind)));
    part('formula').textContent = {
      counts: _('The number is how often the word stands in the message. The order of the words is lost.'),
      tfidf: _('TF, the term frequency, is here the count, as in scikit-learn. IDF = ln((1 + N) / (1 + n)) + 1: a word that stands in few of the N = {all} training messages counts more. The 1 in each bracket is as if one more message held every word; the last + 1, which scikit-learn adds, keeps words that stand everywhere. At last all are divided by the length of the vector, so that long messages do not shout.', { all: grouped(predicted.learned) }),
      embedding: _('The mean of what the tokens are after the third layer. Nobody has said what a single number means.'),
    }[kind];
  }

  /** @param {import('./types').Part[]} parts @param {string} kind @returns {Node[]} */
  function rows(parts, kind) {
    const length = Math.hypot(...parts.map((one) => one.count * one.idf));
    const head = kind === 'counts' ? [_('word'), _('count = number')] : [_('word'), _('count'), 'n', 'IDF', _('count · IDF'), `÷ ${fixed(length, 3)}`];
    const body = parts.slice(0, MOST).map((one) => {
      const cellsOf = kind === 'counts'
        ? [one.word, String(one.count)]
        : [one.word, String(one.count), String(one.in_spam + one.in_ham), fixed(one.idf, 3), fixed(one.count * one.idf, 3), fixed(one.value, 3)];
      return make('tr', {}, ...cellsOf.map((text, i) => make(i ? 'td' : 'th', { translate: i > 0, textContent: text, scope: i ? undefined : 'row' })));
    });
    const left = parts.length - MOST;
    if (left > 0) body.push(make('tr', {}, make('th', { textContent: `… ${_('{count} more', { count: left })}`, scope: 'row' }), ...head.slice(1).map(() => make('td'))));
    return [make('thead', {}, make('tr', {}, ...head.map((text) => make('th', { textContent: text, scope: 'col' })))), make('tbody', {}, ...body)];
  }

  /** @param {number[] | null} vector @returns {Node[]} */
  function embeddingRows(vector) {
    const first = (vector ?? []).slice(0, 12).map((number, i) => make('tr', {}, make('th', { textContent: `x${i + 1}`, scope: 'row' }), make('td', { textContent: fixed(number, 3) })));
    return [make('tbody', {}, ...first, make('tr', {}, make('th', { textContent: '…' }), make('td', { textContent: _('372 more') })))];
  }

  tells(canvas, () => {
    const { parts, vector } = state.predicted;
    return state.kind === 'embedding' ? (vector ?? []).map((value, i) => ({ place: i + 1, value })) : parts.map(({ word, column, value }) => ({ place: column + 1, word, value }));
  });
  state.on('answer', paint);
  state.on('settings', paint);
}

/** Return the words as the server cuts them: two letters or digits at least. @param {string} message */
export const wordsOf = (message) => message.match(/[\p{L}\p{N}_]{2,}/gu) ?? [];
