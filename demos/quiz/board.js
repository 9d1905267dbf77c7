// One QuizBoard: chooses, asks, marks and counts. Questions are files; nothing is asked of the server.
import { note } from '../widgets/lib/done.js';
import { csvText } from '../widgets/lib/export.js';
import { saveTable } from '../widgets/lib/files.js';
import { keep, kept } from '../widgets/lib/keep.js';
import { html, make } from '../widgets/lib/make.js';
import { MINUS, readNumber } from '../widgets/lib/numbers.js';
import { root } from '../widgets/lib/root.js';
import { _, language } from '../widgets/lib/texts.js';
import { loadVega } from '../widgets/lib/vega.js';
import { codeOf, drawn, filled, isRight, linked, listed, mixed, resultOf } from './lib.js';

const TEN = 10;

/** @param {import('../widgets/lib/widget').Widget} widget */
export default function mount({ element, props, watch }) {
  const part = (selector) => element.querySelector(selector);
  const section = part('.quiz');
  const chapters = props.menu.flatMap(([, inside]) => inside).filter(([, , names]) => names.length);
  const course = new Map(chapters.map(([slug, , names]) => [slug, names]));
  const titles = new Map(chapters.map(([slug, title]) => [slug, title]));
  const silent = () => window.courseHidden('quiz').includes('answers'); // a test: nobody is told
  let names = []; // full names of the questions that are asked
  let seed = 1;
  let now = 0; // which of them is shown
  let answers = {}; // full name → answer
  let open = {}; // full name → what is chosen, not yet checked
  let view = 'choose';

  // -------------------------------------------------------------- the questions
  const files = new Map(); // chapter → its questions by name, or their promise
  function fetched(slug) {
    if (!files.has(slug)) {
      const address = root() + props.questions.replace('{slug}', slug).replace('{language}', language);
      files.set(slug, fetch(address).then((response) => {
        if (!response.ok) throw new Error(String(response.status));
        return response.json();
      }).then(({ questions }) => new Map(questions.map((one) => [one.name, one]))));
      files.get(slug).catch(() => files.delete(slug));
    }
    return files.get(slug);
  }

  async function questionsOf(wanted) {
    const slugs = [...new Set(wanted.map((name) => name.split('.')[0]))];
    await Promise.all(slugs.map(fetched));
    const found = new Map();
    for (const slug of slugs) found.set(slug, await fetched(slug));
    return new Map(wanted.map((name) => [name, found.get(name.split('.')[0]).get(name.split('.')[1])]));
  }

  let questions = new Map();

  // -------------------------------------------------------------- what is shown
  function show(wanted) {
    view = wanted;
    for (const one of ['choose', 'run', 'result']) part(`.quiz-${one}`).hidden = one !== view;
  }

  function warn(text) {
    part('.quiz-warning').textContent = text;
    part('.quiz-warning').hidden = !text;
  }

  const boxes = () => [...element.querySelectorAll('.quiz-parts input[data-slug]')];
  const chosen = () => boxes().filter((box) => box.checked).flatMap((box) => course.get(box.dataset.slug).map((name) => `${box.dataset.slug}.${name}`));

  function paintChoice() {
    const count = chosen().length;
    const start = part('[data-do=start]');
    start.textContent = count ? _('Start: {count} questions', { count }) : _('Start');
    start.disabled = !count;
    const all = boxes().every((box) => box.checked);
    part('[data-do=all]').textContent = all ? _('Choose none') : _('Choose all');
  }

  part('.quiz-parts').append(...props.menu.map(([title, inside]) => {
    const list = inside.filter(([slug]) => course.has(slug)).map(([slug, name, asked]) => {
      const box = Object.assign(make('input'), { type: 'checkbox' });
      box.dataset.slug = slug;
      return make('label', 'option', box, name, make('span', 'quiz-count', String(asked.length)));
    });
    const legend = make('legend', '', title);
    return Object.assign(make('fieldset', '', legend, ...list), { hidden: !list.length });
  }));
  part('.quiz-parts').addEventListener('change', paintChoice);

  const isDone = (name) => answers[name] !== undefined;
  const rightly = (name) => isRight(questions.get(name), answers[name], seed);

  function paintNumbers() {
    part('.quiz-numbers').replaceChildren(...names.map((name, at) => {
      const state = !isDone(name) ? '' : silent() ? '•' : rightly(name) ? '✓' : '✗';
      const button = make('button', 'quiz-number', String(at + 1), make('span', 'quiz-mark', state));
      button.type = 'button';
      const said = { '': _('not answered'), '•': _('answered'), '✓': _('right'), '✗': _('wrong') }[state];
      button.setAttribute('aria-label', _('Question {number}: {state}', { number: at + 1, state: said }));
      if (at === now) button.setAttribute('aria-current', 'step');
      button.addEventListener('click', () => ask(at));
      return button;
    }));
  }

  // Each kind: lays out the field, and returns what reads it (undefined: nothing is chosen yet).
  const FIELDS = {
    choose(question, place, answer, locked) {
      const kind = question.several ? 'checkbox' : 'radio';
      const fieldset = make('fieldset', 'quiz-options', make('legend', '', question.several ? _('Choose all that are right') : _('Choose one')));
      const inputs = mixed(question.options.length, seed, question.name).map((index, at) => {
        const option = question.options[index];
        const input = Object.assign(make('input'), { type: kind, name: 'quiz-option', value: String(at + 1), checked: (answer ?? []).includes(at + 1), disabled: locked });
        const label = make('label', 'option', input, html('span', 'quiz-says', option.says));
        const box = make('div', 'quiz-option', label);
        if (locked && !silent()) {
          box.dataset.right = String(option.right);
          const told = option.right ? _('right') : _('wrong');
          box.append(make('p', 'quiz-told', make('b', '', `${option.right ? '✓' : '✗'} ${told}: `), html('span', '', option.why)));
        }
        fieldset.append(box);
        return input;
      });
      place.append(fieldset);
      return () => {
        const numbers = inputs.filter((input) => input.checked).map((input) => Number(input.value));
        return numbers.length ? numbers : undefined;
      };
    },
    compute(question, place, answer, locked) {
      const input = Object.assign(make('input', 'quiz-field'), { inputMode: 'decimal', autocomplete: 'off', maxLength: 30, disabled: locked });
      if (answer !== undefined) input.value = String(answer).replace('-', MINUS);
      place.append(make('label', 'quiz-number-field', make('span', '', _('Your answer')), input, make('span', '', question.unit), make('span', 'quiz-tolerance', question.tolerance ? `± ${question.tolerance}` : '')));
      return () => {
        const number = readNumber(input.value);
        return Number.isFinite(number) ? number : undefined;
      };
    },
    order(question, field, answer, locked) {
      const order = mixed(question.steps.length, seed, question.name);
      let stands = answer ?? order.map((index, at) => at + 1);
      let moved = answer !== undefined;
      const list = make('ol', 'quiz-steps');
      function paint(focus) {
        list.replaceChildren(...stands.map((step, at) => {
          const item = make('li', '', html('span', 'quiz-says', question.steps[order[step - 1]]));
          const way = (by, sign, said) => {
            const button = Object.assign(make('button', '', sign), { type: 'button', disabled: locked || !stands[at + by], title: said, ariaLabel: `${said}: ${item.textContent}` });
            button.dataset.way = String(by);
            button.addEventListener('click', () => {
              stands = stands.with(at, stands[at + by]).with(at + by, step);
              moved = true;
              paint([at + by, by]);
              changed();
            });
            return button;
          };
          if (locked && !silent()) item.dataset.right = String(order[step - 1] === at);
          item.append(way(-1, '↑', _('earlier')), way(1, '↓', _('later')));
          return item;
        }));
        if (!focus) return;
        const [place, by] = focus;
        const buttons = [...list.children[place].querySelectorAll('button')];
        (buttons.find((one) => one.dataset.way === String(by) && !one.disabled) ?? buttons.find((one) => !one.disabled))?.focus();
      }
      paint();
      field.append(list);
      return () => (moved ? stands : undefined);
    },
    fault(question, place, answer, locked) {
      const list = make('ol', 'quiz-lines');
      const inputs = question.code.map((text, at) => {
        const input = Object.assign(make('input'), { type: 'radio', name: 'quiz-line', value: String(at + 1), checked: answer === at + 1, disabled: locked, hidden: !text.trim() });
        const line = make('li', '', make('label', '', input, make('code', '', text || ' ')));
        if (locked && !silent() && question.line === at + 1) line.dataset.right = 'true';
        if (locked && !silent() && answer === at + 1 && question.line !== at + 1) line.dataset.right = 'false';
        list.append(line);
        return input;
      });
      const group = make('div', '', list);
      group.setAttribute('role', 'radiogroup');
      group.setAttribute('aria-label', _('In which line is the fault?'));
      place.append(group);
      return () => {
        const chosenLine = inputs.findIndex((input) => input.checked);
        return chosenLine < 0 ? undefined : chosenLine + 1;
      };
    },
  };

  let read = () => undefined;

  function changed() {
    const name = names[now];
    const answer = read();
    if (answer !== undefined) open[name] = answer;
    part('[data-do=check]').disabled = answer === undefined;
  }

  async function paintPicture(question) {
    const place = part('.quiz-picture');
    place.hidden = !question.picture;
    place.replaceChildren();
    if (!question.picture) return;
    const { vegaEmbed } = await loadVega(props.bundle);
    if (questions.get(names[now]) === question) await vegaEmbed(place, question.picture, { renderer: 'svg', actions: false });
  }

  function ask(at, { focus = true } = {}) {
    now = at;
    const name = names[at];
    const question = questions.get(name);
    const locked = isDone(name) && !silent();
    show('run');
    paintNumbers();
    part('.quiz-where').textContent = _('{chapter} · question {number} of {count}', { chapter: titles.get(name.split('.')[0]), number: at + 1, count: names.length });
    part('.quiz-asks').innerHTML = filled(question, question.asks, seed);
    part('.quiz-answer').replaceChildren();
    read = FIELDS[question.kind](question, part('.quiz-answer'), open[name] ?? answers[name], locked);
    paintPicture(question).catch((error) => warn(error.message));
    const [checks, goes] = [part('[data-do=check]'), part('[data-do=next]')];
    checks.textContent = silent() ? _('Answer') : _('Check');
    checks.hidden = locked;
    checks.disabled = read() === undefined;
    goes.hidden = !isDone(name);
    goes.textContent = names.some((one) => !isDone(one)) ? _('Next question') : _('Result');
    paintWhy(name, question);
    if (focus) part('.quiz-question').focus({ preventScroll: true });
    if (part('.quiz-question').getBoundingClientRect().top < 0) part('.quiz-question').scrollIntoView({ block: 'start' });
  }

  function paintWhy(name, question) {
    const why = part('.quiz-why');
    why.replaceChildren();
    if (!isDone(name)) return;
    if (silent()) { why.append(make('p', 'quiz-verdict', _('Your answer is noted; you may change it.'))); return; }
    const right = rightly(name);
    why.append(make('p', `quiz-verdict ${right ? 'right' : 'wrong'}`, right ? _('✓ Right.') : _('✗ Not quite.')));
    if (question.kind === 'order' && !right) why.append(make('ol', 'quiz-steps', ...question.steps.map((step) => html('li', '', step))));
    if (question.because) why.append(html('div', '', filled(question, question.because, seed)));
    if (question.kind === 'fault') why.append(make('pre', '', make('code', '', question.mended)));
    const link = Object.assign(make('a', '', _('See it on the page')), { href: `?${question.link}` });
    link.dataset.visit = '';
    why.append(make('p', 'quiz-see', link));
  }

  function check() {
    const name = names[now];
    const answer = read();
    if (answer === undefined) return;
    answers[name] = answer;
    delete open[name];
    keepAnswers();
    const [slug, own] = name.split('.');
    if (!silent()) note(slug, { quiz: { [own]: rightly(name) } });
    ask(now, { focus: false });
    part('[data-do=next]').focus({ preventScroll: true });
  }

  function next() {
    const left = [...names.keys()].map((step) => (now + 1 + step) % names.length).find((at) => !isDone(names[at]));
    if (left === undefined) result();
    else ask(left);
  }

  // -------------------------------------------------------------- the result
  const number = () => names.filter((name) => isDone(name) && rightly(name)).length;

  function result() {
    show('result');
    const given = names.filter(isDone).length;
    part('.quiz-score').textContent = silent()
      ? _('{given} of {count} answered', { given, count: names.length })
      : _('{right} of {count} right', { right: number(), count: names.length });
    part('.quiz-list').replaceChildren(...names.map((name, at) => {
      const state = !isDone(name) ? _('not answered') : silent() ? _('answered') : rightly(name) ? `✓ ${_('right')}` : `✗ ${_('wrong')}`;
      const words = html('span', '', filled(questions.get(name), questions.get(name).asks, seed)).textContent.trim();
      const button = Object.assign(make('button', '', words), { type: 'button' });
      button.addEventListener('click', () => ask(at));
      return make('li', '', make('span', '', state), button);
    }));
    part('.quiz-copied').textContent = '';
    part('.quiz-code').hidden = true;
    part('.quiz-result').focus({ preventScroll: true });
  }

  async function copy() {
    const text = codeOf({ n: part('.quiz-name input').value.trim(), q: linked(names, course), s: seed, a: Object.fromEntries(names.filter(isDone).map((name) => [name, answers[name]])) });
    const box = part('.quiz-code');
    box.value = text;
    box.hidden = false;
    try {
      await navigator.clipboard.writeText(text);
      part('.quiz-copied').textContent = _('Copied: send it to your teacher.');
    } catch {
      box.select();
      part('.quiz-copied').textContent = _('Copy the text below.');
    }
  }

  // -------------------------------------------------------------- results of a class
  let table = [];

  async function mark() {
    const lines = part('.quiz-class textarea').value.split(/\s+/).filter(Boolean).slice(0, 500);
    const known = (held) => held && held.s >= 1 && held.s <= props.seeds && listed(held.q, course).length
      && listed(held.q, course).every((name) => course.get(name.split('.')[0])?.includes(name.split('.')[1]));
    const rows = [];
    const results = lines.map((line) => ({ line, held: resultOf(line) }));
    // Whoever has answered other questions than most of the class is named as such.
    const sets = results.filter(({ held }) => known(held)).map(({ held }) => linked(listed(held.q, course), course));
    const usual = [...sets].sort((one, other) => sets.filter((each) => each === other).length - sets.filter((each) => each === one).length)[0];
    for (const { line, held } of results) {
      if (!known(held)) { rows.push([line.slice(0, 24), null, null, []]); continue; }
      const asked = listed(held.q, course);
      let found;
      try {
        found = await questionsOf(asked);
      } catch {
        part('.quiz-table').replaceChildren(_('The questions did not load: check the connection, and start again.'));
        return;
      }
      const marks = asked.map((name) => held.a[name] !== undefined && isRight(found.get(name), held.a[name], held.s));
      const who = linked(asked, course) === usual ? held.n || '–' : _('{name} (other questions)', { name: held.n || '–' });
      rows.push([who, marks.filter(Boolean).length, asked.length, marks]);
    }
    const most = Math.max(0, ...rows.map(([, , , marks]) => marks.length));
    const heads = [_('name'), _('right'), _('of'), ...Array.from({ length: most }, (none, at) => String(at + 1))];
    table = [heads, ...rows.map(([who, right, of, marks]) => [who, right ?? '', of ?? '', ...marks.map(Number)])];
    const cells = (/** @type {any[]} */ [who, right, of, marks]) => (right === null
      ? [make('td', '', who), Object.assign(make('td', '', _('not a code of a result')), { colSpan: 2 + most })]
      : [make('td', '', who), make('td', '', String(right)), make('td', '', String(of)), ...marks.map((one) => make('td', one ? 'right' : 'wrong', one ? '✓' : '✗'))]);
    const body = rows.map((row) => make('tr', '', ...cells(row)));
    const head = make('tr', '', ...heads.map((one) => make('th', '', one)));
    part('.quiz-table').replaceChildren(...(rows.length ? [make('table', '', make('thead', '', head), make('tbody', '', ...body))] : [_('There is no code yet.')]));
    part('[data-do=save]').hidden = !rows.length;
  }

  // -------------------------------------------------------------- the state
  function keepAnswers() {
    keep('quiz', 'answers', JSON.stringify({ q: linked(names, course), s: seed, a: answers, o: open, now }));
  }

  async function begin({ fresh = false } = {}) {
    const { questions: text, seed: drawnWith } = props.value;
    names = listed(text, course);
    seed = drawnWith;
    [answers, open, now] = [{}, {}, 0];
    warn('');
    for (const box of boxes()) box.checked = course.get(box.dataset.slug).every((name) => names.includes(`${box.dataset.slug}.${name}`));
    paintChoice();
    if (!names.length) { show('choose'); section.removeAttribute('aria-busy'); return; }
    section.setAttribute('aria-busy', 'true');
    try {
      questions = await questionsOf(names);
    } catch {
      warn(_('The questions did not load: check the connection, and start again.'));
      show('choose');
      section.removeAttribute('aria-busy');
      return;
    }
    try {
      const held = JSON.parse(kept('quiz', 'answers') || '{}');
      if (!fresh && held.q === linked(names, course) && held.s === seed) { answers = held.a; open = held.o; now = Math.min(held.now, names.length - 1); }
    } catch { /* nothing that could be read */ }
    ask(now, { focus: false });
    section.removeAttribute('aria-busy');
  }

  let last = '';
  function set(value) {
    props.value = { ...props.value, ...value };
    last = JSON.stringify(props.value);
    return begin({ fresh: true });
  }

  const otherSeed = () => (seed % props.seeds) + 1;
  const DO = {
    start: () => set({ questions: linked(chosen(), course) }),
    ten: () => { const other = 1 + Math.floor(Math.random() * props.seeds); return set({ questions: linked(drawn(course, TEN, other), course), seed: other }); },
    all: () => { const on = boxes().some((box) => !box.checked); for (const box of boxes()) box.checked = on; paintChoice(); },
    check, next, result, copy, mark,
    again: () => set({ seed: otherSeed() }),
    choose: () => set({ questions: '' }),
    back: () => ask(now),
    save: () => saveTable('quiz.csv', csvText(table)),
  };
  element.addEventListener('click', (event) => {
    const button = event.target.closest('[data-do]');
    if (button) DO[button.dataset.do]();
  });
  part('.quiz-answer').addEventListener('input', () => { changed(); keepAnswers(); });
  part('.quiz-answer').addEventListener('click', () => keepAnswers());
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target.closest('.quiz-answer input')) { event.preventDefault(); check(); }
  });

  watch('value', () => {
    const text = JSON.stringify(props.value);
    if (text !== last) { last = text; begin(); }
  });
  last = JSON.stringify(props.value);
  begin();
}
