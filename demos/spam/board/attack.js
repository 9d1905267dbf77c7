// Attack and drift: the message changed, single rules, messages of today, many messages at once.
import { csvText } from '../../widgets/lib/export.js';
import { saveTable } from '../../widgets/lib/files.js';
import { grouped } from '../../widgets/lib/numbers.js';
import { language, _ } from '../../widgets/lib/texts.js';
import { HARMLESS, lengthOf, make, misspelled, percent, portions, rates } from './parts.js';
import { KINDS } from './state.js';

/** @param {string[]} texts */
const heads = (texts) => make('thead', {}, make('tr', {}, ...texts.map((text) => make('th', { textContent: text, scope: 'col' }))));

/** @param {import('./state').State} state */
export function listenToAttacks(state) {
  const names = KINDS.map((kind) => state.props.kinds[kind]);
  /** @type {(string | number)[][]} */
  let table = [];

  /** A cell with a probability. @param {number} share */
  const said = (share) => make('td', { className: share >= 0.5 ? 'yes' : '', textContent: percent(share) });

  // ---------------------------------------------------------------- the same message, changed
  async function attack() {
    const text = state.message;
    if (!text.trim()) return;
    const example = state.props.examples.find(({ en, de }) => [en, de].includes(text));
    const phishing = state.props.examples.filter(({ era, spam }) => era === 'today' && spam);
    const rows = [
      [_('as it is'), text],
      [_('misspelled: fr33, W1N'), misspelled(text)],
      [_('with ten harmless words'), `${text} ${HARMLESS}`],
      ...(example ? [[text === example.en ? _('in German') : _('in English'), text === example.en ? example.de : example.en]] : []),
      [_('instead: phishing of today'), phishing[text.length % phishing.length][language === 'de' ? 'de' : 'en']],
    ].filter(([, changed]) => lengthOf(changed) <= state.props.limits.message);
    const { rows: answers } = await state.server.atOnce('spam_batch', [rows.map(([, changed]) => changed)]);
    if (text !== state.message) return;
    state.part('.spam-attacks').replaceChildren(heads([_('message'), ...names]), make('tbody', {}, ...rows.map(([name, changed], i) => {
      const take = make('button', { type: 'button', textContent: name });
      take.addEventListener('click', () => { state.take(changed); });
      return make('tr', {}, make('th', { scope: 'row' }, take, make('small', { translate: false, textContent: changed, dir: 'auto' })), ...KINDS.map((kind) => said(answers[i][kind])));
    })));
  }
  state.on('rest', () => attack().catch((error) => state.trouble(error.message)));

  // ---------------------------------------------------------------- one rule alone
  /** @type {Set<string>} */
  const chosen = new Set(['digit']);
  function paintRules() {
    const { corpus } = state;
    if (state.settings.topic !== 'attack' || !corpus) return;
    const truth = [...corpus.spam].map((bit) => bit === '1');
    const bits = Object.fromEntries(Object.entries(corpus.rules).map(([name, text]) => [name, [...text].map((bit) => bit === '1')]));
    const row = (/** @type {Node} */ name, /** @type {boolean[]} */ flags) => {
      const now = rates(flags, truth);
      return make('tr', {}, make('th', { scope: 'row' }, name), ...[now.sensitivity, 1 - now.specificity, now.accuracy, now.precision].map((share) => make('td', { textContent: percent(share) })));
    };
    const rows = Object.entries(state.props.rules).map(([name, title]) => {
      const box = make('input', { type: 'checkbox', checked: chosen.has(name) });
      box.addEventListener('change', () => {
        if (box.checked) chosen.add(name); else chosen.delete(name);
        paintRules();
      });
      return row(make('label', {}, box, title), bits[name]);
    });
    const all = truth.map((_truth, i) => chosen.size > 0 && [...chosen].every((name) => bits[name][i]));
    rows.push(row(make('span', { textContent: _('all that are ticked, together') }), all));
    rows.at(-1).className = 'shown';
    state.part('.spam-rules').replaceChildren(heads([_('“Spam, if it …”'), _('of spam: it holds'), _('of others'), _('accuracy'), _('precision')]), make('tbody', {}, ...rows));
    const share = truth.filter(Boolean).length / truth.length;
    state.part('[data-name=rules]').textContent = _('On all {count} messages, without repeats. Whoever always says “no spam” is right in {share}.', { count: grouped(truth.length), share: percent(1 - share) });
  }

  // ---------------------------------------------------------------- then and today
  let tested = false;
  function paintDrift() {
    const { corpus } = state;
    if (state.settings.topic !== 'attack' || !corpus || !tested) return;
    const groups = ['2011', 'today'].flatMap((era) => ['en', 'de'].map((tongue) => ({ era, tongue })));
    const rows = groups.map(({ era, tongue }) => {
      const some = corpus.examples.filter((one) => one.era === era && one.language === tongue);
      const counts = KINDS.map((kind) => rates(some.map((one) => one[kind] >= 0.5), some.map((one) => one.spam)));
      const title = `${era === '2011' ? _('as in 2011') : _('as today')}, ${tongue === 'en' ? 'English' : 'Deutsch'}`;
      return make('tr', {}, make('th', { textContent: title, scope: 'row' }), ...counts.map((now) => make('td', {}, make('b', { textContent: percent(now.accuracy, 0) }), make('small', { textContent: _('{fn} of {all} missed, {fp} false alarms', { fn: now.fn, all: now.tp + now.fn, fp: now.fp }) }))));
    });
    const test = KINDS.map((kind) => rates(corpus.scores[kind].map((score) => score >= 0.5), [...corpus.spam].filter((_bit, i) => corpus.test[i] === '1').map((bit) => bit === '1')));
    rows.unshift(make('tr', { className: 'shown' }, make('th', { textContent: _('the collection’s own test'), scope: 'row' }), ...test.map((now) => make('td', {}, make('b', { textContent: percent(now.accuracy) })))));
    const place = state.part('.spam-drift');
    place.hidden = state.part('[data-name=rough]').hidden = false;
    place.replaceChildren(heads(['', ...names]), make('tbody', {}, ...rows));
    const today = corpus.examples.filter((one) => one.era === 'today' && one.spam && one.language === (language === 'de' ? 'de' : 'en'));
    state.part('.spam-list').replaceChildren(...today.map((one) => {
      const open = make('button', { type: 'button', translate: false, textContent: one.text, dir: 'auto', title: _('Take this message') });
      open.addEventListener('click', () => { state.take(one.text); });
      return make('li', {}, open, make('span', { textContent: KINDS.map((kind) => percent(one[kind], 0)).join(' · ') }));
    }));
  }
  state.part('[data-do=drift]').addEventListener('click', () => { tested = true; paintDrift(); });

  // ---------------------------------------------------------------- many at once
  const many = state.part('.spam-batch textarea');
  const note = state.part('[data-name=batch]');
  const download = state.part('[data-do=download]');
  state.part('[data-do=batch]').addEventListener('click', async () => {
    const lines = many.value.split(/\r?\n/).map((/** @type {string} */ line) => line.trim()).filter(Boolean);
    const most = state.props.limits.batch;
    if (!lines.length || lines.length > most) {
      note.textContent = lines.length ? _('These are {count} messages: at most {most} are read at once.', { count: lines.length, most }) : _('Paste some messages first, one a line.');
      return;
    }
    note.textContent = _('Reading …');
    try {
      const rows = [];
      for (const part of portions(lines, state.props.limits.characters)) {
        rows.push(...(await state.server.atOnce('spam_batch', [part])).rows);
        if (rows.length < lines.length) note.textContent = _('{done} of {count} messages …', { done: rows.length, count: lines.length });
      }
      table = [['message', ...KINDS], ...rows.map((/** @type {any} */ row, /** @type {number} */ i) => [lines[i], ...KINDS.map((kind) => Number(row[kind].toFixed(4)))])];
      note.textContent = _('{count} messages; taken for spam: {each}.', { count: rows.length, each: KINDS.map((kind, k) => `${names[k]} ${rows.filter((/** @type {any} */ row) => row[kind] >= 0.5).length}`).join(', ') });
      download.hidden = false;
      state.part('.spam-rows table').replaceChildren(heads([_('message'), ...names]), make('tbody', {}, ...rows.map((/** @type {any} */ row, /** @type {number} */ i) => make('tr', {}, make('th', { scope: 'row', translate: false, textContent: lines[i], dir: 'auto' }), ...KINDS.map((kind) => said(row[kind]))))));
    } catch (error) {
      note.textContent = error.message;
    }
  });
  download.addEventListener('click', () => saveTable('spam.csv', csvText(table)));

  for (const event of ['figures', 'settings']) state.on(event, () => { paintRules(); paintDrift(); });
}
