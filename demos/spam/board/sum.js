// What the neuron adds up: a waterfall whose end is the answer, and the words that speak most.
import { fixed, grouped } from '../../widgets/lib/numbers.js';
import { _ } from '../../widgets/lib/texts.js';
import { make, percent, waterfall } from './parts.js';

const MOST = 30; // words with a row of their own

/** @param {import('./state').State} state */
export function listenToSum(state) {
  const fall = state.part('.spam-fall');
  const sigma = state.part('.spam-sigma');

  function paint() {
    const { predicted, kind } = state;
    if (state.settings.topic !== 'sum' || !predicted) return;
    const known = predicted.parts.filter((one) => !state.struck.has(one.word));
    const shown = known.length > MOST ? [...known].sort((a, b) => Math.abs(b.product) - Math.abs(a.product)).slice(0, MOST) : known;
    const rest = known.filter((one) => !shown.includes(one)).reduce((sum, one) => sum + one.product, 0);
    const products = [...shown.map((one) => one.product), ...(known.length > MOST ? [rest] : [])];
    const rows = waterfall(predicted.bias, products);
    const ends = rows.flatMap(({ from, to }) => [from, to]);
    const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
    const scale = (/** @type {number} */ value) => (100 * (value - low)) / (high - low || 1);
    const line = (/** @type {Node} */ name, /** @type {{ from: number, to: number, shown: number }} */ { from, to, shown: said }, /** @type {string} */ how) => {
      const bar = make('i', { className: to >= from ? 'for' : 'against' });
      bar.style.left = `${Math.min(scale(from), scale(to))}%`;
      bar.style.width = `${Math.max(0.4, Math.abs(scale(to) - scale(from)))}%`;
      const zero = make('u');
      zero.style.left = `${scale(0)}%`;
      return make('div', { className: 'spam-step' }, name, make('div', { className: 'spam-bar' }, zero, bar), make('small', { textContent: how }), make('b', { textContent: `${said < 0 ? '' : '+'}${fixed(said, 3)}` }));
    };
    const waiting = kind === 'embedding' && !predicted.parts.length && state.message.trim();
    const first = kind === 'embedding' ? _('all the rest') : _('bias b');
    fall.replaceChildren(
      line(make('span', { className: 'spam-name', textContent: first }), rows[0], ''),
      ...shown.map((one, i) => line(button(one.word), rows[i + 1], how(one, kind))),
      ...(known.length > MOST ? [line(make('span', { className: 'spam-name', textContent: _('{count} more', { count: known.length - MOST }) }), rows.at(-1), '')] : []),
      ...[...state.struck].map((word) => make('div', { className: 'spam-step gone' }, button(word, true))),
    );
    const z = fixed(rows.reduce((sum, row) => sum + Math.round(1000 * row.shown), 0) / 1000, 3);
    sigma.textContent = waiting ? _('Each word is left out in turn …') : `z = ${z}     σ(z) = 1 / (1 + e^−z) = ${percent(predicted.spam, 2)}`;
    state.root.dataset.logit = z; // for tests
    state.part('[data-name=strike]').textContent = kind === 'embedding'
      ? _('A bar is how much z falls when the word is left out and the rest is read anew: occlusion. Since words depend on each other, that is no exact sum; what is left stands above. Press a word to strike it.')
      : _('Each number times the weight that the neuron has learned for its word, added to the bias. Press a word to strike it.');
    fall.classList.toggle('waiting', Boolean(waiting));
  }

  /** @param {import('./types').Part} one @param {string} kind */
  const how = (one, kind) => (kind === 'embedding' ? '' : `${kind === 'counts' ? one.value : fixed(one.value, 3)} · ${one.weight < 0 ? `(${fixed(one.weight, 3)})` : fixed(one.weight, 3)}`);

  /** @param {string} word @param {boolean} gone */
  function button(word, gone = false) {
    const one = make('button', { type: 'button', className: 'spam-name', translate: false, textContent: word, title: gone ? _('Put it back') : _('Strike it') });
    one.setAttribute('aria-pressed', String(gone));
    one.addEventListener('click', () => state.strike(word));
    return one;
  }

  function paintSpeakers() {
    const { topic, features, leak } = state.settings;
    const place = state.part('.spam-speak');
    if (topic !== 'sum' || !state.corpus) return;
    place.hidden = features === 'embedding' && !leak;
    const { words, totals } = state.corpus;
    const of = leak ? words.leak : words[features === 'tfidf' ? 'tfidf' : 'counts'];
    const masks = new Set(['gt', 'lt', 'amp']);
    const list = (/** @type {string} */ title, /** @type {import('./types').Speaker[]} */ some, /** @type {string} */ side) => make('div', { className: side }, make('h3', { textContent: title }), make(
      'table', { className: 'spam-table' },
      make('thead', {}, make('tr', {}, ...[_('word'), _('weight'), _('in spam'), _('in others')].map((text) => make('th', { textContent: text, scope: 'col' })))),
      make('tbody', {}, ...some.map((one) => make(
        'tr', { className: leak && masks.has(one.word) ? 'mask' : '' },
        make('th', { translate: false, textContent: one.word, scope: 'row' }), make('td', { textContent: fixed(one.weight, 2) }),
        make('td', { textContent: String(one.in_spam) }), make('td', { textContent: String(one.in_ham) }),
      ))),
    ));
    const often = _('In how many of {spam} spam messages and {ham} others of the training the word stands.', { spam: totals.spam, ham: grouped(totals.ham) });
    const note = leak
      ? `${_('Trained on the collection as it comes: “&lt;#&gt;” stands for hidden numbers in friends’ messages only, and becomes the words lt and gt. That says nothing about spam, and everything about who hid the numbers.')} ${often}`
      : often;
    place.replaceChildren(make('p', { className: 'spam-note', textContent: note }), list(_('These words speak for spam'), of.for, 'for'), list(_('These words speak against it'), of.against, 'against'));
  }

  state.on('answer', paint);
  for (const event of ['figures', 'settings']) state.on(event, () => { paint(); paintSpeakers(); });
}
