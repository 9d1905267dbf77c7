// One Verdict.
import { saveBoard } from './lib/save.js';

/** @param {import('./lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  const root = element.querySelector('.verdict');
  const part = (name) => root.querySelector(`.verdict-${name}`);
  const write = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  const make = (tag, className = '', text = '') => Object.assign(document.createElement(tag), { className, textContent: text });
  const percent = (share) => (share >= 0.9995 ? '>99.9' : share < 0.0005 ? '<0.1' : (100 * share).toFixed(1));

  const rows = props.labels.map((label) => {
    const row = make('div', 'verdict-row');
    const track = make('div', 'verdict-track');
    const bar = make('i');
    const number = make('span');
    track.append(bar);
    row.append(make('b', '', label), track, number);
    part('bars').append(row);
    return { row, bar, number };
  });

  function paint() {
    const { title, tone = 'waiting', detail = '', bars, notes = [], small = '' } = props.value
      ? JSON.parse(props.value) : { title: props.note };
    root.dataset.tone = tone;
    write(part('title'), title);
    write(part('detail'), detail);
    write(part('small'), small);
    part('bars').hidden = !bars;
    rows.forEach(({ row, bar, number }, i) => {
      const share = bars ? bars[i] : 0;
      bar.style.transform = `scaleX(${share})`;
      row.classList.toggle('winner', Boolean(bars) && share === Math.max(...bars));
      write(number, bars ? `${percent(share)}\u202f%` : '');
    });
    part('bars').setAttribute('aria-label', bars ? props.labels.map((label, i) => `${label} ${percent(bars[i])} %`).join(', ') : '');
    part('notes').hidden = !notes.length;
    part('notes').replaceChildren(...notes.map((note) => make('li', '', note)));
    root.setAttribute('aria-busy', String(!props.value));
  }

  saveBoard(root);
  write(part('warning'), props.warning);
  watch('value', paint);
  paint();
}
