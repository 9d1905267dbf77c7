// Dropout scatters the answers; batch norm moves and stretches every channel.
import { tells } from '../../widgets/lib/pictures.js';
import { make, written } from '../../widgets/lib/make.js';
import { _ } from '../../widgets/lib/texts.js';
import { Bars, part, percent, svg } from './draw.js';

const [WIDE, ROW, LEFT] = [420, 20, 92]; // of the scatter
const [STEP_WIDE, STEP_HIGH] = [200, 110]; // of a step of the batch norm

const STEPS = () => ({
  convolution: _('after the convolution'),
  normalised: _('minus mean, by deviation'),
  'times γ plus β': _('times γ, plus β'),
  ReLU: _('after the ReLU'),
});

/** With which pictures the chosen one makes a batch. @type {() => Record<string, Record<string, string>>} */
const COMPANY = () => ({
  fashion: {
    mixed: _('Beside the picture 31 test pictures of all ten labels.'),
    alike: _('Beside the picture 31 test pictures of sandals.'),
  },
  cifar: {
    mixed: _('Beside the picture 31 pieces of six photos: CIFAR-10’s own belong to others.'),
    alike: _('Beside the picture 31 pieces of one photo of a flower: CIFAR-10’s own belong to others.'),
  },
});

/** @typedef {{ mean: number[], deviation: number[] }} Channels */

/**
 * Return a plot of mean and spread of every channel: discs, and beside them squares.
 * @param {string} title
 * @param {Channels} discs
 * @param {Channels} [squares]
 */
function channels(title, discs, squares) {
  const all = squares ? [discs, squares] : [discs];
  const ends = all.flatMap(({ mean, deviation }) => mean.flatMap((m, i) => [m - deviation[i], m + deviation[i]]));
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const y = (/** @type {number} */ value) => 6 + (STEP_HIGH - 12) * (1 - (value - low) / (high - low || 1));
  const wide = (STEP_WIDE - 40) / discs.mean.length;
  const marks = all.flatMap(({ mean, deviation }, k) => mean.flatMap((m, i) => {
    const x = 34 + wide * (i + (squares ? 0.3 + 0.4 * k : 0.5));
    const r = Math.min(2.2, wide / 3);
    const mark = k ? svg('rect', { x: x - r, y: y(m) - r, width: 2 * r, height: 2 * r, class: 'mean other' }) : svg('circle', { cx: x, cy: y(m), r, class: 'mean' });
    return [svg('line', { x1: x, x2: x, y1: y(m - deviation[i]), y2: y(m + deviation[i]), class: k ? 'spread other' : 'spread' }), mark];
  }));
  const plot = svg('svg', { viewBox: `0 0 ${STEP_WIDE} ${STEP_HIGH}`, role: 'img', class: 'in-curve', 'aria-label': title },
    svg('line', { x1: 34, x2: STEP_WIDE - 4, y1: y(0), y2: y(0), class: 'grid strong' }),
    ...[low, high].map((end) => svg('text', { x: 30, y: y(end) + 4, 'text-anchor': 'end' }, written(end, 2))),
    ...marks);
  tells(plot, () => all.flatMap(({ mean, deviation }, k) => mean.map((one, channel) => ({ ...(squares && { of: k ? '■' : '●' }), channel, mean: one, deviation: deviation[channel] }))));
  return part(title, plot);
}

export class Norms {
  /** @param {import('./state').State} state */
  constructor(state) {
    this.state = state;
    this.scatter = svg('svg', { role: 'img', class: 'in-curve', viewBox: `0 0 ${WIDE} ${10 * ROW + 22}` });
    tells(this.scatter, () => this.answer.passes.map((/** @type {number[]} */ shares, /** @type {number} */ i) => ({ pass: i + 1, ...Object.fromEntries(this.answer.labels.map((/** @type {string} */ label, /** @type {number} */ k) => [label, shares[k]])) })));
    this.dropped = make('p', 'in-told');
    this.steps = make('div', 'in-steps');
    this.normed = make('p', 'in-told');
    this.company = make('p', 'in-told');
    this.running = new Bars();
    this.batch = new Bars();
    state.place('norms').append(
      make('div', 'in-two', part(_('Dropout: 50 answers for one picture'), this.scatter, this.dropped), part(_('The same network while it learns: mean and variance of this batch'), this.batch.node, this.company)),
      part(_('Batch norm: mean and spread of every channel, step by step'), this.steps, this.normed),
    );
  }

  /** @returns {[string, unknown[]]} */
  ask() {
    const { dropout, seed, conv, batch, company, network } = this.state.settings;
    return ['inside_norms', [this.state.image, dropout, seed, conv, batch, company, network]];
  }

  /** @param {any} answer */
  show(answer) {
    this.answer = answer;
    const { labels, passes } = answer;
    const x = (/** @type {number} */ share) => LEFT + (WIDE - LEFT - 10) * share;
    const nodes = [0, 0.5, 1].flatMap((share) => [
      svg('line', { x1: x(share), x2: x(share), y1: 2, y2: 10 * ROW, class: 'grid' }),
      svg('text', { x: x(share), y: 10 * ROW + 15, 'text-anchor': share === 1 ? 'end' : 'middle' }, percent(share)),
    ]);
    labels.forEach((/** @type {string} */ label, /** @type {number} */ i) => {
      const y = ROW * (i + 0.5);
      nodes.push(svg('text', { x: LEFT - 6, y: y + 4, 'text-anchor': 'end' }, label));
      passes.forEach((/** @type {number[]} */ row, /** @type {number} */ k) => nodes.push(svg('circle', { cx: x(row[i]).toFixed(1), cy: (y + ((k * 7) % 11) - 5).toFixed(1), r: 2.6, class: 'dot' })));
      nodes.push(svg('line', { x1: x(answer.answer[i]), x2: x(answer.answer[i]), y1: y - 8, y2: y + 8, class: 'cursor' }));
    });
    this.scatter.replaceChildren(...nodes);
    this.scatter.setAttribute('aria-label', _('Probabilities of 50 passes for each label'));
    const winner = answer.answer.indexOf(Math.max(...answer.answer));
    const of = passes.map((/** @type {number[]} */ row) => row[winner]);
    const held = passes.filter((/** @type {number[]} */ row) => row.indexOf(Math.max(...row)) === winner).length;
    this.dropped.textContent = _('Off (the line): {label} with {share}. On, between {low} and {high}; {held} of 50 passes say the same.', { label: labels[winner], share: percent(answer.answer[winner]), low: percent(Math.min(...of)), high: percent(Math.max(...of)), held });
    if (!answer.trained) this.dropped.textContent += ` ${_('It has learned without dropout: nothing has taught it to do with fewer features.')}`;
    this.batch.show(labels, answer.answer_batch, answer.answer);
    this.company.textContent = COMPANY()[answer.network][this.state.settings.company];
    this.#paintSteps();
  }

  #paintSteps() {
    const { norm, name, gamma, beta, running, batch } = this.answer;
    const names = STEPS();
    const none = gamma.map(() => 0);
    this.steps.replaceChildren(
      channels(_('Mean and spread: ● remembered, ■ of this batch'), running, batch),
      channels(_('Learned: ● γ, ■ β'), { mean: gamma, deviation: none }, { mean: beta, deviation: none }),
      ...norm.map((/** @type {any} */ one) => channels(names[one.step], one)),
    );
    const span = (/** @type {number[]} */ all) => ({ low: written(Math.min(...all), 2), high: written(Math.max(...all), 2) });
    const learned = _('{name} has {count} channels; γ goes from {low} to {high},', { name, count: gamma.length, ...span(gamma) });
    this.normed.textContent = [learned, _('β from {low} to {high}: both are learned, so that the network can undo what normalising does.', span(beta))].join(' ');
  }
}
