// What the chart is fed with: a LiveChart's value, as demos/widgets/live_chart.py makes it.
import { _ } from '../../widgets/lib/texts.js';

/** @typedef {import('./types').Run} Run */
/** @typedef {import('./types').Trained} Trained */

/** @param {number} share */
export const percent = (share) => `${(100 * share).toFixed(0)}\u202f%`;

/**
 * Return rows column by column.
 * @param {object[]} rows
 */
export function columns(rows) {
  const names = Object.keys(rows[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => /** @type {any} */ (row)[name] ?? null)]));
}

/**
 * @param {string} topic
 * @param {Record<string, object[]>} data
 * @param {Partial<Run>} more
 */
export function runOf(topic, data, more) {
  const packed = Object.fromEntries(Object.entries(data).map(([name, rows]) => [name, columns(rows)]));
  return JSON.stringify({ data: packed, params: {}, caption: '', conclusion: '', warning: '', start: null, topic, ...more });
}

/**
 * Return a row per cell of the confusion matrix; see demos/pictures/confusion.py.
 * @param {number[][]} matrix
 * @param {string} cell the chosen one, "0,1"
 */
export function confusionRows(matrix, cell) {
  return matrix.flatMap((line, truth) => {
    const total = line.reduce((sum, count) => sum + count, 0);
    return line.map((count, answer) => ({
      truth, answer, count, share: total ? count / total : null, right: truth === answer, chosen: cell === `${truth},${answer}`, sign: truth === answer ? '✓' : '',
    }));
  });
}

/**
 * Say how many of the held-out photos were right.
 * @param {Pick<Trained, 'right' | 'of' | 'accuracy' | 'low' | 'high'>} one
 */
export function scored({ right, of, accuracy, low, high }) {
  if (!of) return _('No photo was held out for a test: that takes five of a class.');
  return _('{right} of {of} held-out photos are right: {share}. With so few, the true share may lie anywhere from {low} to {high}.', {
    right, of, share: percent(accuracy), low: percent(low), high: percent(high),
  });
}

/**
 * @param {Trained} trained
 * @param {string[]} names
 * @param {string} cell
 */
export function trainingRun(trained, names, cell) {
  const caption = _('The loss and the share of right answers, step by step. Every fifth photo of a class was held out: the head never saw it.');
  return runOf('training', { run: trained.history, curves: trained.history, confusion: trained.of ? confusionRows(trained.confusion, cell) : [] }, {
    params: { class_names: names }, caption, conclusion: scored(trained), start: cell ? null : 0,
  });
}

/**
 * @param {{ photos: number, mean: number, deviation: number }[]} rows
 * @param {{ series: string, photos: number, mean: number, deviation: number }[]} examples
 */
export function fewRun(rows, examples) {
  const named = [...rows.map((row) => ({ ...row, series: 'own' })), ...examples];
  const few = named.map((row) => ({ ...row, low: Math.max(0, row.mean - row.deviation), high: Math.min(1, row.mean + row.deviation) }));
  return runOf('few', { run: few, few }, {
    caption: _('The share of right answers on all other photos, against the number of photos of each class. Bars: plus and minus one deviation over the draws. ImageNet knows cats and dogs already, 123 of its 1,000 classes: that is why so few are enough. On the bare pixels the same layer hardly learns anything.'),
  });
}

/** @param {Record<string, unknown>[]} rows */
export function tuningRun(rows) {
  return runOf('tuning', { run: rows.map((row) => ({ ...row, step: 0 })), tuning: rows }, {
    caption: _('The share of right answers on the held-out photos, for three ways to train; bars: 95 % intervals.'),
  });
}
