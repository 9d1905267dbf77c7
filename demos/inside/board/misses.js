// The confusion matrix of the test set, the very pictures behind it, and a quiz.
import { bytesOf } from '../../widgets/lib/base64.js';
import { make, pictured } from '../../widgets/lib/make.js';
import { _ } from '../../widgets/lib/texts.js';
import { paintPicture, percent, pictureOf } from './draw.js';

export class Misses {
  /** The cell that was chosen, by network: truth and answer. @type {Record<string, number[]>} */
  cells = {};
  /** @type {any} */
  shown = null;

  /** Whose counts the table shows. */
  painted = '';

  /** @param {import('./state').State} state */
  constructor(state) {
    this.state = state;
    this.table = make('table', 'in-confusion');
    this.title = make('p', 'in-told');
    this.gallery = pictured('in-gallery');
    this.gallery.tabIndex = 0; // it scrolls
    this.game = make('div', 'in-game');
    this.start = make('button', 'in-start', _('You or the network? Ten pictures'));
    this.start.dataset.do = 'play'; // the invitation presses it
    this.start.type = 'button';
    this.start.addEventListener('click', () => this.#play());
    this.pictures = make('div', 'in-column', this.title, this.gallery);
    this.foreign = make('p', 'in-told', _('CIFAR-10’s photos belong to others: they cannot be shown here, nor asked about in a quiz.'));
    state.place('misses').append(this.start, this.foreign, this.game, make('div', 'in-two', this.table, this.pictures));
    this.game.hidden = true;
  }

  /** @returns {[string, unknown[]]} */
  ask() {
    const { network } = this.state.settings;
    const [truth, guess] = this.cells[network] ?? [null, null]; // the server chooses the worst
    return ['inside_misses', [truth, guess, network, 'base64']];
  }

  /** @param {any} answer */
  show(answer) {
    this.shown = answer;
    if (this.painted !== answer.network) this.#paintTable();
    for (const cell of this.table.querySelectorAll('button')) cell.setAttribute('aria-pressed', String(cell.dataset.cell === `${answer.truth},${answer.answer}`));
    const { labels, truth, answer: guess, confusion, pictures, network } = answer;
    const clothes = network === 'fashion'; // the photos of the other data may not lie here
    this.start.hidden = !clothes;
    this.foreign.hidden = clothes;
    /** @type {HTMLElement} */ (this.state.root.closest('.chapter').querySelector('.invitation.in-topic-misses')).hidden = !clothes;
    if (!clothes) this.game.hidden = true;
    this.gallery.hidden = !clothes;
    const told = { count: confusion[truth][guess], truth: labels[truth], guess: labels[guess], shown: pictures.length };
    const some = clothes ? _('{count} of 1,000 × {truth} are read rightly. Some of them:', told) : _('{count} of 1,000 × {truth} are read rightly.', told);
    const taken = clothes ? _('{count} of 1,000 × {truth} are taken for {guess}:', told) : _('{count} of 1,000 × {truth} are taken for {guess}.', told);
    this.title.textContent = truth === guess ? some : told.count === 0 ? _('No {truth} is taken for {guess}.', told) : taken;
    this.gallery.replaceChildren(...pictures.map((/** @type {any} */ one) => this.#figure(one)));
  }

  /** @param {any} one */
  #figure(one) {
    const { labels } = this.shown;
    const canvas = pictureOf(labels[one.label], 'pixels');
    paintPicture(canvas, bytesOf(one.picture), [1, 28, 28]);
    const two = one.probabilities.map((/** @type {number} */ share, /** @type {number} */ i) => ({ share, i })).sort((/** @type {any} */ a, /** @type {any} */ b) => b.share - a.share).slice(0, 2);
    const caption = make('figcaption', '', ...two.map((/** @type {any} */ { share, i }) => make('span', '', `${labels[i]} ${percent(share)}`)));
    caption.setAttribute('translate', 'no');
    return make('figure', '', canvas, caption);
  }

  #paintTable() {
    const { labels, confusion, network } = this.shown;
    this.painted = network;
    const most = Math.max(...confusion.flatMap((/** @type {number[]} */ row, /** @type {number} */ i) => row.filter((none, j) => i !== j)));
    const head = make('tr', '', make('th', 'in-corner', _('truth ↓ answer →')), ...labels.map((/** @type {string} */ label) => make('th', 'in-top', make('span', '', label))));
    const rows = confusion.map((/** @type {number[]} */ row, /** @type {number} */ i) => make('tr', '', make('th', '', labels[i]), ...row.map((count, j) => {
      const button = make('button', i === j ? 'right' : '', count ? String(count) : '·');
      button.type = 'button';
      button.dataset.cell = `${i},${j}`;
      button.setAttribute('aria-label', _('{count} × {truth}, answered {guess}', { count, truth: labels[i], guess: labels[j] }));
      if (i !== j) button.style.setProperty('--share', String(Math.sqrt(count / most)));
      button.addEventListener('click', () => this.#choose(i, j));
      return make('td', '', button);
    })));
    for (const label of [...head.querySelectorAll('.in-top'), ...rows.flatMap((/** @type {Element} */ row) => [row.firstElementChild])]) label.setAttribute('translate', 'no');
    this.table.replaceChildren(make('thead', '', head), make('tbody', '', ...rows));
  }

  /** @param {number} truth @param {number} guess */
  async #choose(truth, guess) {
    this.cells[this.shown.network] = [truth, guess];
    this.show(await this.state.server.atOnce(...this.ask()));
  }

  async #play() {
    const { labels, pictures } = await this.state.server.atOnce('inside_quiz', [Math.floor(Math.random() * 9999), 'base64']);
    this.game.hidden = false;
    let at = 0;
    const score = { you: 0, network: 0 };
    const told = make('p', 'in-told');
    const place = make('div', 'in-question');
    const next = () => {
      const one = pictures[at];
      const canvas = pictureOf(_('Picture {number} of the quiz', { number: at + 1 }), 'pixels large');
      paintPicture(canvas, bytesOf(one.picture), [1, 28, 28]);
      const buttons = labels.map((/** @type {string} */ label, /** @type {number} */ i) => {
        const button = make('button', '', label);
        button.type = 'button';
        button.setAttribute('translate', 'no');
        button.addEventListener('click', () => answer(i));
        return button;
      });
      place.replaceChildren(canvas, make('div', 'in-choices', ...buttons));
    };
    /** @param {number} i */
    const answer = (i) => {
      const { label, probabilities } = pictures[at];
      const guess = probabilities.indexOf(Math.max(...probabilities));
      score.you += Number(i === label);
      score.network += Number(guess === label);
      at += 1;
      const truth = _('It is labelled {truth}; the network says {guess}, with {share}.', { truth: labels[label], guess: labels[guess], share: percent(probabilities[guess]) });
      told.textContent = [truth, _('You {you}, network {network} of {count}.', { ...score, count: at })].join(' ');
      this.state.root.dataset.score = `${score.you}:${score.network}:${at}`; // for tests
      if (at < pictures.length) next();
      else place.replaceChildren(make('p', 'in-told', _('Half of these pictures were ones that it misreads: over the whole test set it is right far more often. Would other people have answered like you?')));
    };
    this.game.replaceChildren(told, place);
    told.textContent = _('Which label would you give? Half of the pictures are ones that the network misreads.');
    next();
  }
}
