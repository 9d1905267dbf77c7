// ClassBars.
import { tells } from './lib/pictures.js';
import { saveBoard } from './lib/save.js';
import { Slots } from './lib/slots.js';
import { _ } from './lib/texts.js';

/** @param {import('./lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  const root = element.querySelector('.class-bars');
  const part = (name) => root.querySelector(`.bars-${name}`);
  const make = (tag, className = '', text = '') => Object.assign(document.createElement(tag), { className, textContent: text });
  const write = (node, text) => { if (node.textContent !== text) node.textContent = text; };

  const panels = props.panels.map(({ title, subtitle }, index) => {
    const panel = make('section', 'bars-panel');
    const head = make('div', 'bars-head');
    const heading = make('h3', '', title);
    heading.append(make('small', '', subtitle));
    const verdict = make('div', 'bars-verdict');
    const winner = make('b');
    verdict.append(winner);
    verdict.setAttribute('aria-hidden', 'true');
    head.append(heading, verdict);
    const rows = make('div', 'bars-rows');
    rows.setAttribute('role', 'img');
    rows.dataset.picture = title;
    tells(rows, () => props.labels.map((label, i) => ({ label, value: JSON.parse(props.value).panels[index].values?.[i] ?? null })));
    const bars = props.labels.map((label) => {
      const row = make('div', 'bars-row');
      const track = make('div', 'bars-track');
      const bar = make('i');
      const number = make('span');
      const digits = make('span');
      const unit = make('small');
      number.append(digits, unit);
      track.append(bar);
      row.append(make('span', '', label), track, number);
      rows.append(row);
      return { row, track, bar, digits, unit };
    });
    const sum = make('p', 'bars-sum');
    const trouble = make('p', 'bars-trouble');
    trouble.hidden = true;
    panel.append(head, rows, sum, trouble);
    part('panels').append(panel);
    return { title, winner, rows, bars, sum, trouble };
  });
  part('panels').style.setProperty('--panels', panels.length);

  // Its numbers arrive as texts.
  let numbers = {};
  const slots = new Slots(element.closest('.chapter') || document.body, (box, { name }) => {
    box.classList.add('bars-slot');
    box.dataset.slot = name.replaceAll('_', '-');
  });
  const writeBoard = () => slots.write(({ name }) => numbers[name] ?? '–');
  slots.watch(() => {
    slots.find();
    writeBoard();
  });

  const percent = (value) => (value >= 0.99995 ? '100' : value >= 0.9995 ? '>99.9' : (100 * value).toFixed(1));
  const score = (value) => value.toFixed(1).replace(/^-0\.0$/, '0.0').replace('-', '\u2212');
  let speaking = 0;

  function paint() {
    if (!props.value) return;
    const value = JSON.parse(props.value);
    const { range } = value; // scores from −range to range; null: shares from 0 to 1
    const format = range ? score : percent;
    const spoken = panels.map((panel, index) => {
      const { values, trouble = '', sum = '', unnamed = false } = value.panels[index];
      write(panel.trouble, trouble);
      panel.trouble.hidden = !trouble;
      panel.rows.hidden = panel.sum.hidden = Boolean(trouble);
      const best = values ? values.indexOf(Math.max(...values)) : -1;
      panel.bars.forEach(({ row, track, bar, digits, unit }, i) => {
        const shown = values ? values[i] : 0;
        const length = Math.min(1, Math.abs(shown) / (range || 1)) / (range ? 2 : 1);
        const start = range ? 0.5 - (shown < 0 ? length : 0) : 0;
        bar.style.transform = `translateX(${(100 * start).toFixed(2)}%) scaleX(${length.toFixed(4)})`;
        track.classList.toggle('middle', Boolean(range));
        row.classList.toggle('winner', i === best && !unnamed);
        write(digits, values ? format(shown) : '');
        write(unit, values && !range ? '\u202f%' : '');
      });
      const named = unnamed ? '?' : props.labels[best];
      write(panel.winner, values ? named : '');
      write(panel.sum, sum);
      const said = trouble || (values ? _('{label} with {share}', { label: named, share: format(values[best]) + (range ? '' : ' %') }) : _('no answer yet'));
      const label = `${panel.title}: ${said}`;
      panel.rows.setAttribute('aria-label', label);
      return label;
    });
    write(part('note'), value.note || '');
    numbers = value.numbers || {};
    if (!slots.all.length || !slots.current) slots.find();
    writeBoard();
    root.setAttribute('aria-busy', 'false');
    root.dataset.answer = panels.map((panel) => panel.winner.textContent || '-').join('');
    // Read out when the hand rests, not twenty times a second.
    clearTimeout(speaking);
    speaking = setTimeout(() => {
      if (value.panels.some(({ values }) => values)) write(part('spoken'), spoken.join('. '));
    }, 900);
  }

  saveBoard(root);
  write(part('note'), props.note);
  watch('value', paint);
  paint();
}
