// The controls of a chapter. Raises 'input'.
import { MINUS } from './lib/numbers.js';
import { _ } from './lib/texts.js';

const PAUSE = 400; // ms

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
// What may become a number of the range with the next key.
const UNFINISHED = /^[-+]?(0*\.?0*|[\d.]+e[-+]?)$/i;
const DOCKED = matchMedia('(max-width: 640px)');

const decimals = (number) => (String(number).split('.')[1] || '').length;
const clamped = (knob, value) => Math.min(knob.high, Math.max(knob.low, value));

// 0.5, 1e-4; beside a slider with as many digits from step to step.
function written(knob, value) {
  const number = Number(Number(value).toPrecision(7));
  const plain = number !== 0 && Math.abs(number) < 1e-3 ? number.toExponential() : String(number);
  const steady = knob.slider && !knob.log && !plain.includes('e') && decimals(plain) <= decimals(knob.step);
  return steady ? number.toFixed(decimals(knob.step)) : plain;
}

// What was typed: a value, or what is wrong with it.
function read(knob, typed) {
  const text = typed.trim().replace(',', '.').replaceAll(MINUS, '-');
  const [value, unfinished] = [Number(text), UNFINISHED.test(text)];
  if (!NUMBER.test(text)) return { wrong: _('A number is needed.'), unfinished };
  const [low, high] = [knob.low, knob.high].map((end) => written({ ...knob, slider: false }, end).replaceAll('-', MINUS));
  if (value < knob.low || value > knob.high) return { wrong: _('Only from {low} to {high}.', { low, high }), unfinished };
  return knob.whole && !Number.isInteger(value) ? { wrong: _('A whole number is needed.') } : { value };
}

// 1, 2, 5, 10, …: the stops of a logarithmic slider.
function nextStop(knob, now, direction) {
  const stops = [];
  for (let power = Math.floor(Math.log10(knob.low)); power <= Math.ceil(Math.log10(knob.high)); power += 1) {
    for (const digit of [1, 2, 5]) stops.push(Number(`${digit}e${power}`));
  }
  const next = direction > 0 ? stops.find((stop) => stop > now * 1.0001) : stops.findLast((stop) => stop < now * 0.9999);
  return next === undefined ? now : clamped(knob, next);
}

// A field, with a slider or without; returns what shows a value in it.
function numberControl(row, knob, valueNow, set) {
  const [field, range, wrong] = ['.knob-field', '.knob-range', '.knob-wrong'].map((one) => row.querySelector(one));
  const say = (sentence, invalid = Boolean(sentence)) => {
    wrong.textContent = sentence;
    field.setAttribute('aria-invalid', String(invalid));
  };
  const paint = (value) => {
    if (range) {
      range.value = knob.log ? Math.log10(value) : value;
      range.setAttribute('aria-valuetext', written(knob, value));
    }
    if (document.activeElement === field || field.value === written(knob, value)) return;
    field.value = written(knob, value);
    say('');
  };
  field.addEventListener('input', () => {
    const { value, wrong: sentence, unfinished } = read(knob, field.value);
    say(unfinished ? '' : sentence ?? '');
    if (value !== undefined) set(value);
  });
  field.addEventListener('blur', () => {
    const { wrong: sentence } = read(knob, field.value);
    field.value = written(knob, valueNow());
    const stays = _('It stays at {value}.', { value: field.value });
    say(sentence ? `${sentence} ${stays}` : '', false);
  });
  row.querySelector('.knob-again')?.addEventListener('click', () => {
    const next = valueNow() + knob.step;
    set(next > knob.high ? knob.low : next);
  });
  if (!range) return paint;
  const [low, high] = knob.log ? [Math.log10(knob.low), Math.log10(knob.high)] : [knob.low, knob.high];
  Object.assign(range, { min: low, max: high, step: knob.log ? 'any' : knob.step });
  const move = (value) => {
    say('');
    set(value);
  };
  range.addEventListener('input', () => {
    // Two significant digits while dragging a logarithmic slider: 0.0013, not 0.00129734.
    const value = knob.log ? Number((10 ** range.value).toPrecision(2)) : Number(Number(range.value).toFixed(decimals(knob.step)));
    move(clamped(knob, knob.whole ? Math.round(value) : value));
  });
  range.addEventListener('keydown', (event) => {
    const direction = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!direction || !knob.log) return;
    event.preventDefault();
    move(nextStop(knob, valueNow(), direction));
  });
  return paint;
}

// Radio buttons, checkboxes or a menu; returns what shows the chosen in them.
function optionsControl(box, several, set) {
  const menu = box.querySelector('select');
  if (menu) {
    menu.addEventListener('change', () => set(menu.value));
    return (value) => { menu.value = value; };
  }
  const inputs = [...box.querySelectorAll('input')];
  box.addEventListener('change', () => {
    const chosen = inputs.filter((one) => one.checked).map((one) => one.value);
    set(several ? chosen : chosen[0]);
  });
  return (value) => { for (const one of inputs) one.checked = several ? value.includes(one.value) : one.value === value; };
}

// On a phone: one row of chips, and below it the control that is chosen.
function dock(root, isHidden) {
  const chips = root.querySelector('.dock-chips');
  const items = [...root.querySelectorAll('.item')];
  const tabs = items.map((item) => {
    const name = item.querySelector('.knob-name').textContent.trim();
    const tab = Object.assign(document.createElement('button'), { type: 'button', textContent: name, tabIndex: -1 });
    tab.setAttribute('role', 'tab');
    tab.setAttribute('aria-controls', item.id);
    return tab;
  });
  // Beside a pad there is no dock: its switches come last.
  const docked = () => DOCKED.matches && !root.closest('.beside');
  let chosen = 0;
  const shown = () => items.map((_item, i) => i).filter((i) => !items[i].closest('[hidden]') && !isHidden(items[i].closest('.knob').dataset.knob));
  function paint() {
    chips.hidden = !docked() || !shown().length;
    root.classList.toggle('docked', docked());
    if (!shown().includes(chosen)) [chosen = 0] = shown();
    items.forEach((item, i) => {
      item.classList.toggle('now', i === chosen);
      tabs[i].hidden = !shown().includes(i);
      tabs[i].setAttribute('aria-selected', String(i === chosen));
      tabs[i].tabIndex = i === chosen ? 0 : -1;
    });
  }
  function choose(i) {
    chosen = i;
    paint();
    tabs[i].focus({ preventScroll: true });
    chips.scrollTo({ left: tabs[i].offsetLeft - chips.clientWidth / 3, behavior: 'smooth' });
  }
  tabs.forEach((tab, i) => tab.addEventListener('click', () => choose(i)));
  chips.addEventListener('keydown', (event) => {
    const known = shown();
    const to = { ArrowRight: known.indexOf(chosen) + 1, ArrowLeft: known.indexOf(chosen) - 1, Home: 0, End: known.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(known[(to + known.length) % known.length]);
  });
  chips.replaceChildren(...tabs);
  DOCKED.addEventListener('change', paint);
  // What else stays at the lower edge stands on top of it.
  new ResizeObserver(() => {
    const height = docked() ? root.offsetHeight : 0;
    root.closest('.chapter')?.style.setProperty('--dock-height', `${height}px`);
  }).observe(root);
  return paint;
}

// A line of text is sent when whoever types it pauses.
function textControl(box, set) {
  const field = box.querySelector('.knob-field');
  let pause = 0;
  field.addEventListener('input', () => {
    clearTimeout(pause);
    pause = window.setTimeout(() => set(field.value), PAUSE);
  });
  field.addEventListener('change', () => { clearTimeout(pause); set(field.value); });
  for (const example of box.querySelectorAll('.knob-examples button')) {
    example.addEventListener('click', () => { field.value = example.textContent; set(field.value); });
  }
  return (value) => { if (document.activeElement !== field) field.value = value; };
}

// A square of fields. A larger square has zeros around the numbers of a smaller one.
function gridControl(box, knob, valueNow, set) {
  const [place, wrong] = [box.querySelector('.grid-fields'), box.querySelector('.knob-wrong')];
  const [examples, sides] = ['.knob-examples button', '.grid-sides button'].map((one) => [...box.querySelectorAll(one)]);
  const put = (i, value) => set(valueNow().map((old, j) => (i === j ? value : old)));
  function fieldOf(i, side) {
    const field = Object.assign(document.createElement('input'), { type: 'text', className: 'knob-field', autocomplete: 'off', spellcheck: false });
    field.setAttribute('aria-label', _('row {row}, column {column}', { row: Math.floor(i / side) + 1, column: (i % side) + 1 }));
    field.addEventListener('focus', () => field.select());
    field.addEventListener('input', () => {
      const { value, wrong: sentence, unfinished } = read(knob.each, field.value);
      wrong.textContent = unfinished ? '' : sentence ?? '';
      field.setAttribute('aria-invalid', String(Boolean(wrong.textContent)));
      if (value !== undefined) put(i, value);
    });
    field.addEventListener('blur', () => {
      wrong.textContent = '';
      field.setAttribute('aria-invalid', 'false');
      field.value = written({ ...knob.each, slider: false }, valueNow()[i]).replaceAll('-', MINUS);
    });
    field.addEventListener('keydown', (event) => {
      const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!direction) return;
      event.preventDefault();
      const next = clamped(knob.each, Number((valueNow()[i] + direction * knob.each.step).toFixed(6)));
      field.value = String(next).replaceAll('-', MINUS);
      put(i, next);
    });
    return field;
  }
  examples.forEach((one, i) => one.addEventListener('click', () => set(knob.examples[i])));
  for (const one of sides) {
    one.addEventListener('click', () => {
      const [now, from, to] = [valueNow(), Math.sqrt(valueNow().length), Number(one.dataset.side)];
      const by = (from - to) / 2;
      set(Array.from({ length: to * to }, (none, i) => {
        const [row, column] = [Math.floor(i / to) + by, (i % to) + by];
        return Math.min(row, column) >= 0 && Math.max(row, column) < from ? now[row * from + column] : 0;
      }));
    });
  }
  return (values) => {
    const side = Math.sqrt(values.length);
    if (place.children.length !== values.length) {
      place.style.setProperty('--side', String(side));
      place.replaceChildren(...values.map((value, i) => fieldOf(i, side)));
    }
    values.forEach((value, i) => {
      const field = place.children[i];
      const text = written({ ...knob.each, slider: false }, value).replaceAll('-', MINUS);
      if (document.activeElement !== field && field.value !== text) field.value = text;
      field.dataset.sign = String(Math.sign(value));
    });
    sides.forEach((one) => one.setAttribute('aria-pressed', String(Number(one.dataset.side) === side)));
    examples.forEach((one, i) => one.setAttribute('aria-pressed', String(JSON.stringify(knob.examples[i]) === JSON.stringify(values))));
  };
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** @param {import('./lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  const root = element.querySelector('.panel');
  const chapter = element.closest('.chapter');
  const slug = chapter?.id.replace('chapter-', '');
  let settings = props.value;
  // Since something was moved in the picture, until the answer: whether a control was changed, which
  // the picture that comes with the answer does not know.
  let changedMeanwhile = null;

  const controls = props.controls.map((knob) => {
    const box = root.querySelector(`[data-knob="${knob.name}"]`);
    const set = (value) => change({ [knob.name]: value, ...knob.sets?.[value] });
    const paintKind = {
      number: () => numberControl(box, knob, () => settings[knob.name], set),
      bank: () => {
        const parts = [...box.querySelectorAll('.number')].map((row, i) => numberControl(
          row, knob.numbers[i], () => settings[knob.name][i], (value) => set(settings[knob.name].map((old, j) => (i === j ? value : old))),
        ));
        return (values) => values.forEach((value, i) => parts[i](value));
      },
      grid: () => gridControl(box, knob, () => settings[knob.name], set),
      switch: () => {
        const input = box.querySelector('input');
        input.addEventListener('change', () => set(input.checked));
        return (value) => { input.checked = value; };
      },
      text: () => textControl(box, set),
      some: () => optionsControl(box, true, set),
      choice: () => optionsControl(box, false, set),
      topic: () => optionsControl(box, false, set),
    }[knob.kind]();
    return { ...knob, box, paint: paintKind };
  });
  const byName = Object.fromEntries(controls.map((control) => [control.name, control]));
  const topic = controls.find((control) => control.kind === 'topic');
  const hidden = () => window.courseHidden?.(slug) ?? [];
  const paintDock = dock(root, (name) => hidden().includes(name));
  const ofTopic = document.createElement('style');

  // The topics stand above everything else of the chapter; a chapter that is sent again lost them.
  function placeTopics() {
    const place = topic && chapter?.querySelector('.topics-place');
    if (place && topic.box.parentElement !== place) place.replaceChildren(topic.box, ofTopic);
  }

  function paint() {
    for (const { name, box, when, among, paint: show } of controls) {
      // Of what is chosen elsewhere, one: that is what `Choice.offered` in knobs.py says.
      const offered = among && settings[among];
      show(!offered || offered.includes(settings[name]) ? settings[name] : offered[0]);
      if (offered) for (const one of box.querySelectorAll('input')) one.closest('.option').hidden = !offered.includes(one.value);
      box.hidden = !Object.entries(when).every(([other, values]) => [settings[other]].flat().some((one) => values.includes(one)));
    }
    if (topic && chapter) {
      const now = settings[topic.name];
      const other = chapter.dataset.topic !== now;
      chapter.dataset.topic = now;
      if (other) document.dispatchEvent(new Event('course:topic'));
      ofTopic.textContent = `#${chapter.id} [class*="in-topic-"]:not(.in-topic-${now}) { display: none !important; }`;
    }
    paintDock();
  }

  function change(changes) {
    if (Object.entries(changes).every(([name, value]) => same(value, settings[name]))) return;
    settings = { ...settings, ...changes };
    props.value = settings;
    chapter?.dispatchEvent(new CustomEvent('course:hand', { detail: changes }));
    if (topic && topic.name in changes) chapter?.dispatchEvent(new Event('course:chosen', { bubbles: true }));
    paint();
    if (Object.keys(changes).every((name) => byName[name].local)) return;
    if (changedMeanwhile !== null) changedMeanwhile = true;
    chapter?.dispatchEvent(new Event('course:change'));
    trigger('input');
  }

  // A handler or a link sets all controls or some of them.
  function receive() {
    if (!props.value || props.value === settings) return;
    const before = settings;
    settings = { ...settings, ...props.value };
    // What the link hides is not moved in the picture either.
    const fixed = changedMeanwhile === null ? [] : hidden().filter((name) => name in before && !same(before[name], settings[name]));
    for (const name of fixed) settings[name] = before[name];
    if (fixed.length || Object.keys(props.value).length < controls.length) props.value = settings;
    paint();
    const again = changedMeanwhile || fixed.length;
    changedMeanwhile = null;
    if (again) trigger('input');
  }

  watch('value', receive);
  chapter?.addEventListener('course:move', () => { changedMeanwhile ??= false; });
  // What another part of the chapter sets, as if by hand.
  chapter?.addEventListener('course:set', (event) => { if (element.isConnected) change(event.detail); });
  // What another script of the page wants to know.
  chapter?.addEventListener('course:settings', (event) => { if (element.isConnected) Object.assign(event.detail, settings); });
  document.addEventListener('course:redraw', () => { if (element.isConnected) placeTopics(); });
  placeTopics();
  paint();
}
