// A picture of something else, and on which device a network is fast.
import { bytesOf } from '../../widgets/lib/base64.js';
import { make } from '../../widgets/lib/make.js';
import { fixed, grouped } from '../../widgets/lib/numbers.js';
import { _ } from '../../widgets/lib/texts.js';
import { Bars, paintPicture, part, percent, pictureOf } from './draw.js';

const SETS = () => ({ 'CIFAR-10': _('test pictures of the ten things'), 'Fashion-MNIST': _('test pictures of the ten things'), noise: _('noise'), blots: _('blots of colour'), digits: _('digits'), photos: _('pieces of other photos'), tires: _('photos of tires'), cats_dogs: _('photos of cats and dogs') });

const BACKGROUNDS = () => ({ 'as in the data': _('as in the data'), white: _('white'), 'one colour': _('one colour'), 'uneven light': _('uneven light'), 'a photo': _('a photo') });

/** A share that may not have been measured. @param {number | null} share */
const measured = (share) => (share === null ? '–' : percent(share));

/** @param {string[]} head @param {string[][]} rows */
const table = (head, rows) => make('table', 'in-table', make('thead', '', make('tr', '', ...head.map((one) => make('th', '', one)))), make('tbody', '', ...rows.map((row) => make('tr', '', ...row.map((one) => make('td', '', one))))));

export class Unknown {
  /** @param {import('./state').State} state */
  constructor(state) {
    this.state = state;
    this.picture = pictureOf(_('The picture as the network is given it'), 'pixels large');
    this.bars = new Bars();
    this.told = make('p', 'in-verdict');
    this.far = make('p', 'in-told');
    this.measured = make('div', 'in-column');
    state.place('unknown').append(make('div', 'in-two narrow', part(_('What the network sees'), this.picture), part(_('What it answers'), this.bars.node, this.told, this.far)), this.measured);
  }

  /** @returns {[string, unknown[]]} */
  ask() { return ['inside_unknown', [this.state.image, this.state.settings.network, 0, 'base64']]; }

  /** @param {any} answer */
  show(answer) {
    paintPicture(this.picture, bytesOf(answer.seen), answer.shape);
    this.bars.show(answer.labels, answer.probabilities);
    const share = Math.max(...answer.probabilities);
    const told = { label: answer.labels[answer.probabilities.indexOf(share)], share: percent(share), least: percent(answer.least) };
    const far = answer.most === null ? {} : { distance: fixed(answer.distance, 2), most: fixed(answer.most, 2) };
    this.told.textContent = {
      '': _('Not refused: {label} with {share}. It knows ten words only, and has to use one.', told),
      background: _('Refused, whatever the probabilities: no piece of clothing was found in front of a plain background.'),
      unsure: _('Refused: {share} for {label} is less than {least}. “I do not know” is an answer, too.', told),
      unlike: _('Refused, in spite of {share} for {label}: its features are unlike those of all ten.', told),
    }[/** @type {import('./types').Doubt} */ (answer.doubt)];
    this.far.hidden = answer.most === null;
    this.far.textContent = answer.most === null ? '' : _('Distance of its features from those of the nearest label: {distance} standard deviations; 95 % of real pictures are within {most}.', far);
    this.told.classList.toggle('refused', answer.refused);
    const names = SETS();
    const rows = answer.measured.map((/** @type {any} */ row) => [names[row.set] ?? row.set, String(row.pictures), ...['auroc', 'distance_auroc'].map((name) => (row === answer.measured[0] || row[name] === null ? '–' : fixed(row[name], 3))), percent(row.confidence), percent(row.answered)]);
    this.measured.replaceChildren(part(_('Measured: do probability and distance tell such pictures from the ten things? (AUROC)'), table([_('pictures'), _('how many'), _('by probability'), _('by distance'), _('mean probability'), _('answered')], rows)));
    if (!answer.backgrounds.length) {
      this.measured.append(make('p', 'in-told', _('No plain background is asked for here: this network is given the middle square of a photo, with all that is in it.')));
      return;
    }
    const laid = BACKGROUNDS();
    const lines = answer.backgrounds.map((/** @type {any} */ row) => [laid[row.background] ?? row.background, String(row.pictures), percent(row.accuracy), ...['found', 'answered', 'right'].map((name) => measured(row[name]))]);
    this.measured.append(part(_('Measured: test pictures laid on such a background, as on a photo'), table([_('background'), _('how many'), _('right'), _('piece found'), _('answered'), _('right of these')], lines)));
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
    const told = [_('{count} weights take {weights}, the batch {batch}.', { count: grouped(parameters), weights: megabytes(bytes), batch: megabytes(batch) })];
    if (rows.length === 1) told.push(_('This server has no accelerator: on one, a batch costs hardly more than a picture, but a picture has to travel there and back.'));
    told.push(_('Weights that were saved on one device are loaded on another by torch.load(file, map_location="cpu"), see the code below.'));
    this.told.textContent = told.join(' ');
    if (!memory) return;
    /** @type {Record<string, string>} */
    const times = { before: _('before'), held: _('network and batch there'), del: _('after del'), empty_cache: _('after empty_cache()') };
    const held = memory.map((/** @type {any} */ row) => [times[row.when], megabytes(row.allocated), megabytes(row.reserved)]);
    this.measured.append(part(_('Memory of the card'), table([_('when'), _('held by tensors'), _('kept by torch')], held)));
  }
}
