// How every network of the course learned, from the baseline to the one that is shipped.
import { tells } from '../../widgets/lib/pictures.js';
import { make } from '../../widgets/lib/make.js';
import { fixed, grouped } from '../../widgets/lib/numbers.js';
import { _ } from '../../widgets/lib/texts.js';
import { part, svg } from './draw.js';

const [WIDE, HIGH, LEFT, LOW] = [430, 220, 44, 24];

/** @param {number} share */
const percent = (share, digits = 2) => `${fixed(100 * share, digits)}\u00a0%`;

/** @param {number[]} values */
const mean = (values) => values.reduce((one, other) => one + other, 0) / values.length;

export class Ladder {
  /** @param {import('./state').State} state */
  constructor(state) {
    this.state = state;
    this.table = make('table', 'in-table');
    this.curves = make('div', 'in-column');
    this.cifar = make('div', 'in-column');
    this.told = make('p', 'in-told');
    state.place('ladder').append(make('div', 'in-two', part(_('Fashion-MNIST: choose a network'), this.table, this.told), this.curves), this.cifar);
  }

  /** @returns {[string, unknown[]]} */
  ask() { return ['inside_ladder', []]; }

  /** @param {any} answer */
  show(answer) {
    this.answer = answer;
    const names = [...new Set(answer.ladder.map((/** @type {any} */ row) => row.model))];
    this.chosen ??= names.includes('cnn') ? 'cnn' : names[0];
    const head = make('tr', '', ...[_('network'), _('weights'), _('test'), _('spread'), _('train')].map((one) => make('th', '', one)));
    const rows = names.map((name) => {
      const of = answer.ladder.filter((/** @type {any} */ row) => row.model === name);
      const tests = of.map((/** @type {any} */ row) => row.test);
      const button = make('button', '', String(name));
      button.type = 'button';
      button.setAttribute('aria-pressed', String(name === this.chosen));
      button.addEventListener('click', () => { this.chosen = name; this.show(answer); });
      return make('tr', '', make('td', '', button), ...[grouped(of[0].parameters), percent(mean(tests)), tests.length > 1 ? `± ${fixed(50 * (Math.max(...tests) - Math.min(...tests)), 2)}` : '–', percent(mean(of.map((/** @type {any} */ row) => row.train)), 1)].map((one) => make('td', '', one)));
    });
    this.table.replaceChildren(make('thead', '', head), make('tbody', '', ...rows));
    const seeds = new Set(answer.ladder.map((/** @type {any} */ row) => row.seed)).size;
    const alike = seeds > 1 ? _('Mean of {seeds} trainings with other seeds, and half of what lies between the best and the worst.', { seeds }) : _('One training of each.');
    this.told.textContent = [alike, _('The gap between train and test is overfitting.')].join(' ');
    this.curves.replaceChildren(this.#plot(_('{name}: right answers after each epoch', { name: String(this.chosen) }), answer.curves.filter((/** @type {any} */ row) => row.model === this.chosen && row.seed === 0)));
    const cifar = [...new Set(answer.cifar_curves.map((/** @type {any} */ row) => row.model))];
    this.cifar.replaceChildren(part(_('CIFAR-10: five layers with Adam, and the residual network'), this.#short(answer.cifar_ladder), make('div', 'in-two even', ...cifar.map((name) => this.#plot(String(name), answer.cifar_curves.filter((/** @type {any} */ row) => row.model === name))))));
  }

  /** One training of each network. @param {any[]} trainings */
  #short(trainings) {
    const head = [_('network'), _('weights'), _('test'), _('train')];
    const rows = trainings.map(({ model, parameters, test, train }) => [model, grouped(parameters), percent(test), percent(train, 1)]);
    return make('table', 'in-table', make('thead', '', make('tr', '', ...head.map((one) => make('th', '', one)))), make('tbody', '', ...rows.map((row) => make('tr', '', ...row.map((one) => make('td', '', one))))));
  }

  /** @param {string} title @param {any[]} rows */
  #plot(title, rows) {
    const values = rows.flatMap((row) => [row.train_accuracy, row.validation_accuracy]);
    const [low, high] = [Math.floor(20 * Math.min(...values)) / 20, Math.ceil(20 * Math.max(...values)) / 20];
    const last = Math.max(...rows.map((row) => row.epoch), 2);
    const x = (/** @type {number} */ epoch) => LEFT + ((WIDE - LEFT - 70) * (epoch - 1)) / (last - 1);
    const y = (/** @type {number} */ share) => 8 + (HIGH - LOW - 8) * (1 - (share - low) / (high - low || 1));
    const nodes = [low, (low + high) / 2, high].flatMap((share) => [svg('line', { x1: LEFT, x2: WIDE - 70, y1: y(share), y2: y(share), class: 'grid' }), svg('text', { x: LEFT - 5, y: y(share) + 4, 'text-anchor': 'end' }, percent(share, 1))]);
    const ends = [];
    for (const [key, name, k] of [['train_accuracy', _('train'), 1], ['validation_accuracy', _('validation'), 0]]) {
      const line = rows.map((row) => `${x(row.epoch).toFixed(1)},${y(row[key]).toFixed(1)}`).join(' ');
      ends.push({ name, k, at: y(rows.at(-1)?.[key] ?? 0) });
      nodes.push(svg('polyline', { points: line, class: `line line-${k}` }));
    }
    const apart = Math.abs(ends[0].at - ends[1].at) < 14 ? 7 : 0;
    const upper = ends[0].at <= ends[1].at ? 0 : 1;
    ends.forEach(({ name, k, at }, i) => nodes.push(svg('text', { x: WIDE - 66, y: at + 4 + (i === upper ? -apart : apart), class: `name line-${k}` }, String(name))));
    nodes.push(svg('text', { x: LEFT, y: HIGH - 6 }, _('epoch 1 to {last}', { last })));
    const plot = svg('svg', { viewBox: `0 0 ${WIDE} ${HIGH}`, role: 'img', class: 'in-curve', 'aria-label': title }, ...nodes);
    tells(plot, () => rows);
    return part(title, plot);
  }
}
