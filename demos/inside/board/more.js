// A picture of something else, and on which device a network is fast.
import { bytesOf } from '../../widgets/lib/base64.js';
import { make } from '../../widgets/lib/make.js';
import { fixed } from '../../widgets/lib/numbers.js';
import { _ } from '../../widgets/lib/texts.js';
import { Bars, paintPicture, part, percent, pictureOf } from './draw.js';

const SETS = () => ({ 'CIFAR-10': _('test pictures of the ten things'), 'Fashion-MNIST': _('test pictures of the ten things'), noise: _('noise'), blots: _('blots of colour'), digits: _('digits'), photos: _('pieces of other photos'), tires: _('photos of tires'), cats_dogs: _('photos of cats and dogs') });

/** @param {string[]} head @param {string[][]} rows */
const table = (head, rows) => make('table', 'in-table', make('thead', '', make('tr', '', ...head.map((one) => make('th', '', one)))), make('tbody', '', ...rows.map((row) => make('tr', '', ...row.map((one) => make('td', '', one))))));

export class Unknown {
  /** @param {import('./state').State} state */
  constructor(state) {
    this.state = state;
    this.picture = pictureOf(_('The picture as the network is given it'), 'pixels large');
    this.bars = new Bars();
    this.told = make('p', 'in-verdict');
    this.measured = make('div', 'in-column');
    state.place('unknown').append(make('div', 'in-two narrow', part(_('What the network sees'), this.picture), part(_('What it answers'), this.bars.node, this.told)), this.measured);
  }

  /** @returns {[string, unknown[]]} */
  ask() { return ['inside_unknown', [this.state.image, this.state.settings.network, 0, 'base64']]; }

  /** @param {any} answer */
  show(answer) {
    paintPicture(this.picture, bytesOf(answer.seen), answer.shape);
    this.bars.show(answer.labels, answer.probabilities);
    const share = Math.max(...answer.probabilities);
    const told = { label: answer.labels[answer.probabilities.indexOf(share)], share: percent(share), least: percent(answer.least) };
    this.told.textContent = answer.refused ? _('Refused: {share} for {label} is less than {least}. “I do not know” is an answer, too.', told) : _('Not refused: {label} with {share}. It knows ten words only, and has to use one.', told);
    this.told.classList.toggle('refused', answer.refused);
    const names = SETS();
    const rows = answer.measured.map((/** @type {any} */ row) => [names[row.set] ?? row.set, String(row.pictures), row === answer.measured[0] ? '–' : fixed(row.auroc, 3), percent(row.confidence), percent(row.answered)]);
    this.measured.replaceChildren(part(_('Measured: does the probability tell such pictures from the ten things?'), table([_('pictures'), _('how many'), 'AUROC', _('mean probability'), _('answered')], rows)));
  }
}

export class Device {
  /** @param {import('./state').State} state */
  constructor(state) {
    this.state = state;
    this.measured = make('div', 'in-column');
    this.told = make('p', 'in-told');
    const again = make('button', '', _('Measure again'));
    again.type = 'button';
    again.addEventListener('click', async () => { this.show(await state.server.atOnce(...this.ask())); });
    state.place('device').append(this.measured, this.told, again);
  }

  /** @returns {[string, unknown[]]} */
  ask() {
    const { network, size } = this.state.settings;
    return ['inside_device', [network, size]];
  }

  /** @param {any} answer */
  show({ rows, parameters, bytes, batch_bytes: batch, memory }) {
    const { size } = this.state.settings;
    /** @param {number} value */
    const megabytes = (value) => `${fixed(value / 1e6, 2)} MB`;
    const lines = rows.map((/** @type {any} */ row) => [row.device, `${fixed(row.one, 2)} ms`, `${fixed(row.batch, 2)} ms`, `${fixed(row.batch / size, 3)} ms`]);
    this.measured.replaceChildren(part(_('How long does a batch take, here and now?'), table([_('device'), _('one picture'), _('batch of {size}', { size }), _('of it, each picture')], lines)));
    const told = [_('{count} weights take {weights}, the batch {batch}.', { count: parameters.toLocaleString('en'), weights: megabytes(bytes), batch: megabytes(batch) })];
    if (rows.length === 1) told.push(_('This server has no accelerator: on one, a batch costs hardly more than a picture, but a picture has to travel there and back.'));
    if (memory) told.push(_('Memory of the accelerator: {held} with network and batch, {after} after del, {end} after empty_cache().', { held: megabytes(memory[0]), after: megabytes(memory[1]), end: megabytes(memory[2]) }));
    this.told.textContent = told.join(' ');
  }
}
