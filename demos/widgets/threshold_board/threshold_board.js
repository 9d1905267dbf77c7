// One ThresholdBoard. Raises 'input' when a setting has changed, 'expand' when it wants scores.
import { Judged, rates } from '../lib/decisions.js';
import { clamp, fixed, readNumber } from '../lib/numbers.js';
import { saveMenu, titleOf } from '../lib/save.js';
import { _ } from '../lib/texts.js';
import { Curve, Reliability, Scores } from './plots.js';

const BINS = 40;
const MOST_ROWS = 100;
const STOPS = [0, 1, 2, 5, 10, 20, 50, 100, 1000];
const CELLS = ['tp', 'fp', 'fn', 'tn'];
const GROUPS = 4; // side by side

const percent = (value, digits = 1) => (value === null ? '–' : `${(100 * value).toFixed(digits)}\u202f%`);
const write = (node, text) => { if (node && node.textContent !== text) node.textContent = text; };
// What stays as it is costs the browser nothing.
const mark = (node, name, value) => { if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value)); };
const enter = (input, value) => { if (input.value !== String(value)) input.value = String(value); };
const make = (tag, properties = {}) => Object.assign(document.createElement(tag), properties);

/** @param {import('../lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  const root = element.querySelector('.threshold-board');
  const named = (name) => root.querySelector(`[data-name="${name}"]`);
  const place = (name) => root.querySelector(`[data-part="${name}"]`);
  const names = (word) => data.names?.[word] ?? word;
  let settings = { ...props.value };
  let data = { yes: '1', no: '0', scores: [], labels: [], groups: {}, rows: {} };
  let judged = new Judged([], []);
  let grid = []; // of thresholds, with the point of each on both curves
  let groups = []; // { name, judged, plot, threshold } of each group
  let grouped = ''; // by what
  let waiting = 0;
  let telling = 0;
  let speaking = 0;

  // ---------------------------------------------------------------- settings
  // What changes while a hand drags is painted with the next frame, and told when it rests.
  function set(changes, rests = false) {
    settings = { ...settings, ...changes };
    if (!waiting) waiting = requestAnimationFrame(() => { waiting = 0; paint(); });
    clearTimeout(telling);
    telling = setTimeout(tell, rests ? 0 : 300);
  }

  function tell() {
    if (JSON.stringify(props.value) === JSON.stringify(settings)) return;
    props.value = settings;
    trigger('input');
  }

  const rounded = (threshold) => {
    const [low, high] = judged.ends;
    const digits = Math.max(0, Math.ceil(-Math.log10((high - low) / 1000) - 1e-9));
    return Number(clamp(threshold, low, high).toFixed(digits));
  };
  const across = { move: (x) => set({ threshold: rounded(x) }), drop: () => set({}, true) };

  function along(point) {
    return {
      move: (x, y) => {
        const far = (one) => (one[point] ? Math.hypot(one[point].x - x, one[point].y - y) : Infinity);
        set({ threshold: rounded(grid.reduce((best, one) => (far(one) < far(best) ? one : best)).threshold) });
      },
      drop: across.drop,
    };
  }

  // ---------------------------------------------------------------- the pictures
  const shares = { shares: true, height: 250 };
  const scores = place('scores') && new Scores(place('scores'), {
    title: _('How many have which score'), x: _('score of the model'), y: _('examples'), height: 260, ...across,
  });
  const roc = place('roc') && new Curve(place('roc'), {
    title: 'ROC', x: _('false alarms, of all noes'), y: _('found, of all yeses'), ...shares, ...along('roc'),
  });
  const pr = place('pr') && new Curve(place('pr'), {
    title: 'PR', x: _('recall: found, of all yeses'), y: _('precision'), ...shares, ...along('pr'),
  });
  const costs = place('costs') && new Curve(place('costs'), {
    title: _('What the errors cost'), x: _('threshold'), y: _('cost'), height: 210, ...across,
  });
  const reliability = place('reliability') && new Reliability(place('reliability'), {
    title: _('Said and found'), x: _('the model says: so sure'), y: _('so many were yes'), shares: true, height: 340,
  });
  for (const plot of [scores, costs]) plot?.svg.classList.add('tb-across');
  for (const plot of [roc, pr, costs]) plot?.svg.setAttribute('data-twin', '.tb-scores [role=slider]');
  for (const plot of [scores, roc, pr, costs, reliability]) if (plot) plot.resized = draw;

  const slug = element.closest('.chapter')?.id.replace('chapter-', '') ?? '';
  const shown = (plot) => plot?.host.clientWidth && Object.keys(plot.rows.sets).length;
  saveMenu(root.querySelector('.live-save'), slug, () => [scores, roc, pr, costs, reliability, ...groups.map(({ plot }) => plot)].filter(shown).map((plot) => plot.chart(titleOf(slug))));

  // The threshold, for the keyboard and for those who hear the page.
  if (scores) {
    scores.head.append(' · ', make('label', { className: 'tb-field tb-now', innerHTML: '<span></span><input type="text" inputmode="decimal" autocomplete="off" data-set="threshold">' }));
    write(scores.head.querySelector('span'), _('threshold'));
    slides(scores.svg);
  }

  /** Let arrow keys lead the threshold on a plot, as dragging does. @param {SVGSVGElement} svg */
  function slides(svg) {
    svg.setAttribute('tabindex', '0');
    svg.setAttribute('role', 'slider');
    svg.addEventListener('keydown', (event) => {
      const [low, high] = judged.ends;
      const step = (high - low) / (event.shiftKey ? 10 : 100);
      const to = {
        ArrowRight: settings.threshold + step, ArrowUp: settings.threshold + step, ArrowLeft: settings.threshold - step, ArrowDown: settings.threshold - step, Home: low, End: high,
      }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      set({ threshold: rounded(to) });
    });
  }

  // ---------------------------------------------------------------- controls
  for (const input of root.querySelectorAll('input[data-set]')) {
    const name = input.dataset.set;
    const [low, high] = { threshold: [-1e6, 1e6], temperature: [0.1, 10] }[name] ?? [0, 1000];
    input.addEventListener('input', () => {
      const value = readNumber(input.value);
      const good = value >= low && value <= high;
      input.setAttribute('aria-invalid', String(!good));
      if (good) set({ [name]: value });
    });
    input.addEventListener('blur', () => { input.removeAttribute('aria-invalid'); paintFields(); });
  }
  for (const range of root.querySelectorAll('[data-stops]')) {
    range.addEventListener('input', () => set({ [range.dataset.stops]: STOPS[range.value] }));
  }
  for (const range of root.querySelectorAll('[data-logarithm]')) {
    range.addEventListener('input', () => set({ [range.dataset.logarithm]: Number((10 ** range.value).toPrecision(3)) }));
  }
  for (const button of root.querySelectorAll('[data-cell]')) {
    button.addEventListener('click', () => set({ cell: settings.cell === button.dataset.cell ? 'none' : button.dataset.cell }, true));
  }
  root.querySelector('[data-do=cheapest]')?.addEventListener('click', () => set({ threshold: rounded(judged.cheapest(settings.miss, settings.alarm).threshold) }, true));
  root.querySelector('[data-do=fitted]')?.addEventListener('click', () => set({ temperature: data.temperature }, true));
  for (const button of root.querySelectorAll('[data-set=rule] button')) {
    button.addEventListener('click', () => set({ rule: button.dataset.value }, true));
  }

  function paintFields() {
    for (const input of root.querySelectorAll('input[data-set]')) {
      if (document.activeElement !== input) enter(input, String(settings[input.dataset.set]).replace('-', '\u2212'));
    }
    for (const range of root.querySelectorAll('[data-stops]')) {
      const value = settings[range.dataset.stops];
      enter(range, STOPS.reduce((best, stop, i) => (Math.abs(stop - value) < Math.abs(STOPS[best] - value) ? i : best), 0));
      mark(range, 'aria-valuetext', value);
    }
    for (const range of root.querySelectorAll('[data-logarithm]')) {
      range.value = Math.log10(settings[range.dataset.logarithm]);
      mark(range, 'aria-valuetext', settings[range.dataset.logarithm]);
    }
    for (const button of root.querySelectorAll('[data-set=rule] button, [data-set=group] button')) {
      const chosen = button.closest('fieldset').dataset.set === 'rule' ? settings.rule : grouping();
      mark(button, 'aria-pressed', button.dataset.value === chosen);
    }
  }

  // ---------------------------------------------------------------- new scores
  function feed() {
    judged = new Judged(data.scores, data.labels);
    grid = judged.grid.map((threshold) => {
      const found = rates(judged.at(threshold));
      return {
        threshold,
        roc: judged.yes && judged.no ? { x: found.false_alarms, y: found.sensitivity } : null,
        pr: found.precision !== null && found.sensitivity !== null ? { x: found.sensitivity, y: found.precision } : null,
      };
    });
    write(root.querySelector('.tb-note'), data.note ?? '');
    for (const [place_, text] of [['said-yes', _('said: {class}', { class: data.yes })], ['said-no', _('said: {class}', { class: data.no })], ['is-yes', _('in truth: {class}', { class: data.yes })], ['is-no', _('in truth: {class}', { class: data.no })]]) write(named(place_), text);
    write(named('hint'), Object.keys(data.rows).length ? _('Click a cell to see who is in it.') : '');
    const choices = root.querySelector('[data-set=group] div');
    choices?.replaceChildren(...Object.keys(data.groups).map((name) => {
      const button = make('button', { type: 'button', textContent: names(name) });
      button.dataset.value = name;
      button.addEventListener('click', () => set({ group: name }, true));
      return button;
    }));
    const fitted = root.querySelector('[data-do=fitted]');
    if (fitted) {
      fitted.hidden = !data.temperature;
      write(fitted, data.temperature ? _('Take T = {temperature}, found on other examples', { temperature: data.temperature }) : '');
    }
    groups = [];
    draw();
  }

  const grouping = () => (settings.group in data.groups ? settings.group : Object.keys(data.groups)[0] ?? '');

  function regroup() {
    const host = root.querySelector('.tb-each');
    const chosen = grouping();
    if (!host || (grouped === chosen && groups.length)) return;
    grouped = chosen;
    const members = data.groups[chosen] ?? [];
    const found = new Map();
    members.forEach((name, i) => found.set(name, [...(found.get(name) ?? []), i]));
    const largest = [...found].sort((a, b) => b[1].length - a[1].length).slice(0, GROUPS);
    host.replaceChildren();
    groups = largest.map(([name, indices]) => {
      const box = make('div');
      host.append(box);
      const plot = new Scores(box, { title: names(name), x: _('score of the model'), y: _('examples'), height: 170, ...across });
      plot.svg.classList.add('tb-across');
      slides(plot.svg);
      plot.resized = draw;
      return { name, plot, judged: new Judged(indices.map((i) => data.scores[i]), indices.map((i) => data.labels[i])), threshold: 0.5 };
    });
    for (const { judged: one, plot } of groups) plot.feed(one.histogram(20), [data.yes, data.no]);
  }

  // Everything that the threshold does not move.
  function draw() {
    if (!judged.length) return;
    const told = /** @type {[string, string]} */ ([data.yes, data.no]);
    if (scores?.host.clientWidth) scores.feed(judged.histogram(BINS), told);
    if (roc?.host.clientWidth) {
      roc.feed(judged.roc, { x: [0, 1], y: [0, 1], guide: [{ x: 0, y: 0 }, { x: 1, y: 1 }], filled: true, title: judged.roc.length ? _('ROC, area {area}', { area: judged.area.toFixed(3) }) : _('ROC: both classes are needed') });
      const base = judged.yes / judged.length;
      pr.feed(judged.precisionRecall, { x: [0, 1], y: [0, 1], guide: [{ x: 0, y: base }, { x: 1, y: base }], title: _('PR, average precision {average}', { average: judged.averagePrecision.toFixed(3) }) });
    }
    for (const { judged: one, plot } of groups) if (plot.host.clientWidth) plot.feed(one.histogram(20), told);
    drawn = {};
    paint();
  }

  // ---------------------------------------------------------------- what moves
  let drawn = {}; // what the pictures show that change less often

  function paint() {
    paintFields();
    if (!judged.length) return;
    const { threshold } = settings;
    const counts = judged.at(threshold);
    const found = rates(counts);
    paintDecision(threshold, counts, found);
    if (costs?.host.clientWidth) paintCosts(threshold, counts);
    if (root.querySelector('.tb-groups')?.offsetParent) paintGroups(threshold);
    if (reliability?.host.clientWidth) paintCalibration(threshold);
    root.dataset.counts = CELLS.map((cell) => counts[cell]).join();
    mark(root, 'aria-busy', false);
    clearTimeout(speaking);
    speaking = setTimeout(() => write(root.querySelector('.tb-spoken'), _('Threshold {threshold}: {tp} found, {fn} missed, {fp} false alarms, accuracy {accuracy}.', { threshold, ...counts, accuracy: percent(found.accuracy) })), 900);
  }

  function paintDecision(threshold, counts, found) {
    if (!scores?.host.clientWidth) return;
    scores.cut(threshold);
    const [low, high] = judged.ends;
    for (const [name, value] of [['valuemin', low], ['valuemax', high], ['valuenow', threshold]]) mark(scores.svg, `aria-${name}`, value);
    for (const button of root.querySelectorAll('[data-cell]')) {
      const { cell } = button.dataset;
      const whole = cell === 'tp' || cell === 'fn' ? judged.yes : judged.no;
      write(button.querySelector('b'), String(counts[cell]));
      write(button.querySelector('i'), whole ? percent(counts[cell] / whole, 1) : '–');
      button.style.setProperty('--share', String(whole ? counts[cell] / whole : 0));
      mark(button, 'aria-pressed', settings.cell === cell);
      button.disabled = !Object.keys(data.rows).length;
    }
    const { tp, fp, fn, tn } = counts;
    const n = judged.length;
    const sums = {
      accuracy: `(${tp} + ${tn}) / ${n}`,
      always_no: `(${tn} + ${fp}) / ${n}`,
      sensitivity: `${tp} / (${tp} + ${fn})`,
      specificity: `${tn} / (${tn} + ${fp})`,
      precision: `${tp} / (${tp} + ${fp})`,
      f1: `2·${tp} / (2·${tp} + ${fp} + ${fn})`,
    };
    for (const row of root.querySelectorAll('[data-rate]')) {
      const value = found[row.dataset.rate];
      write(row.querySelector('span'), `${sums[row.dataset.rate]} =`);
      write(row.querySelector('b'), row.dataset.rate === 'f1' ? fixed(value, 3) : percent(value));
      row.style.setProperty('--share', String(value ?? 0));
    }
    if (roc?.host.clientWidth) {
      roc.point(judged.yes && judged.no ? found.false_alarms : null, found.sensitivity);
      pr.point(found.sensitivity, found.precision);
    }
    // A table of a hundred rows waits until the hand rests.
    clearTimeout(drawn.rowsWaiting);
    drawn.rowsWaiting = setTimeout(paintRows, drawn.rows === undefined ? 0 : 120);
  }

  function paintRows() {
    const section = root.querySelector('.tb-rows');
    if (!section) return;
    const columns = Object.keys(data.rows);
    const { cell, threshold } = settings;
    const key = `${cell} ${threshold}`;
    if (drawn.rows === key) return;
    drawn.rows = key;
    section.hidden = cell === 'none' || !columns.length;
    if (section.hidden) return;
    const yes = cell === 'tp' || cell === 'fp';
    const label = cell === 'tp' || cell === 'fn' ? 1 : 0;
    const inside = judged.order.filter((i) => (data.scores[i] >= threshold) === yes && data.labels[i] === label);
    if (yes) inside.reverse(); // the surest first
    const said = {
      tp: _('{n} of “{yes}” were found', { n: inside.length, yes: data.yes }),
      fn: _('{n} of “{yes}” were missed (type II error)', { n: inside.length, yes: data.yes }),
      fp: _('{n} false alarms: in truth “{no}” (type I error)', { n: inside.length, no: data.no }),
      tn: _('{n} of “{no}” were left alone', { n: inside.length, no: data.no }),
    }[cell];
    const most = inside.length > MOST_ROWS ? _('; the {n} surest of them', { n: MOST_ROWS }) : inside.length > 1 ? _('; the surest first') : '';
    write(section.querySelector('h3'), said + most);
    section.querySelector('[role=region]').setAttribute('aria-label', said);
    const head = make('tr');
    head.append(...[_('its score'), ...columns.map(names)].map((text) => make('th', { scope: 'col', textContent: text })));
    section.querySelector('thead').replaceChildren(head);
    section.querySelector('tbody').replaceChildren(...inside.slice(0, MOST_ROWS).map((i) => {
      const row = make('tr');
      row.append(make('td', { textContent: fixed(data.scores[i], 3) }), ...columns.map((column) => {
        const value = data.rows[column][i];
        return make('td', { textContent: value === null ? '–' : typeof value === 'string' ? names(value) : String(value).replace('-', '\u2212') });
      }));
      return row;
    }));
  }

  function paintCosts(threshold, counts) {
    const { miss, alarm } = settings;
    const key = `${miss} ${alarm}`;
    if (drawn.costs !== key) {
      drawn.costs = key;
      drawn.best = judged.cheapest(miss, alarm);
      const { best } = drawn;
      const most = Math.max(1e-9, ...judged.costs(miss, alarm).map(({ cost }) => cost));
      const points = judged.costs(miss, alarm).map((one) => ({ x: one.threshold, y: one.cost }));
      costs.feed(points, { x: judged.ends, y: [0, 1.05 * most], mark: { x: best.threshold, y: best.cost }, label: (value) => (value >= 10_000 ? `${value / 1000}k` : String(value)) });
    }
    const cost = miss * counts.fn + alarm * counts.fp;
    costs.point(clamp(threshold, ...judged.ends), cost);
    const number = (value) => String(Number(value.toFixed(2)));
    write(named('bill'), _('{fn} misses · {miss} + {fp} false alarms · {alarm} = {cost}. The least is {least}, at {best}.', {
      fn: counts.fn, fp: counts.fp, miss: number(miss), alarm: number(alarm), cost: number(cost), least: number(drawn.best.cost), best: rounded(drawn.best.threshold),
    }));
  }

  // ---------------------------------------------------------------- groups
  function paintGroups(threshold) {
    regroup();
    const { rule, miss, alarm } = settings;
    const wanted = rates(judged.at(threshold)).sensitivity;
    for (const group of groups) {
      group.threshold = {
        same: () => threshold,
        opportunity: () => group.judged.asSensitive(wanted),
        cheapest: () => group.judged.cheapest(miss, alarm).threshold,
      }[rule]();
      group.counts = group.judged.at(group.threshold);
      group.rates = rates(group.counts);
      group.plot.cut(group.threshold);
      const [low, high] = judged.ends;
      for (const [name, value] of Object.entries({ min: low, max: high, now: threshold })) group.plot.svg.setAttribute(`aria-value${name}`, fixed(value, 3).replace('−', '-'));
      write(group.plot.head, _('{group}: yes from {threshold} on', { group: names(group.name), threshold: fixed(group.threshold, 3) }));
    }
    /** @type {[string, (one: any) => string][]} */
    const lines = [
      [_('examples'), ({ judged: one }) => String(one.length)],
      [_('in truth “{yes}”', { yes: data.yes }), ({ judged: one }) => percent(one.yes / one.length)],
      [_('said “{yes}”', { yes: data.yes }), (one) => percent(one.rates.said_yes)],
      [_('sensitivity: of the yeses, found'), (one) => percent(one.rates.sensitivity)],
      [_('false alarms: of the noes'), (one) => percent(one.rates.false_alarms)],
      [_('precision: of those said yes, right'), (one) => percent(one.rates.precision)],
      [_('accuracy'), (one) => percent(one.rates.accuracy)],
      [_('misses and false alarms'), (one) => `${one.counts.fn} + ${one.counts.fp}`],
      [_('cost, {miss} for a miss, {alarm} for a false alarm', { miss, alarm }), (one) => String(Number((miss * one.counts.fn + alarm * one.counts.fp).toFixed(2)))],
    ];
    const table = root.querySelector('.tb-compared');
    const head = make('tr');
    head.append(make('td'), ...groups.map(({ name }) => make('th', { scope: 'col', textContent: names(name) })));
    table.tHead.replaceChildren(head);
    table.tBodies[0].replaceChildren(...lines.map(([title, text]) => {
      const row = make('tr');
      row.append(make('th', { scope: 'row', textContent: title }), ...groups.map((one) => make('td', { textContent: text(one) })));
      return row;
    }));
    const errors = (pick) => groups.reduce((sum, one) => {
      const { fn, fp } = one.judged.at(pick(one));
      return { fn: sum.fn + fn, fp: sum.fp + fp, cost: sum.cost + miss * fn + alarm * fp };
    }, { fn: 0, fp: 0, cost: 0 });
    const [now, same] = [errors((one) => one.threshold), errors(() => threshold)];
    const numbers = { fn: now.fn, fp: now.fp, cost: now.cost, other_fn: same.fn, other_fp: same.fp, other: same.cost };
    write(named('fair'), `${rule === 'same'
      ? _('One threshold for all: {fn} misses and {fp} false alarms together, cost {cost}.', numbers)
      : _('With this rule: {fn} misses and {fp} false alarms together, cost {cost}; with one threshold for all {other_fn} and {other_fp}, cost {other}.', numbers)} ${_('Which of these numbers should be equal, and who is to decide that?')}`);
  }

  // ---------------------------------------------------------------- calibration
  function paintCalibration(threshold) {
    const { temperature } = settings;
    const key = `${temperature} ${threshold}`;
    if (drawn.calibration === key) return;
    drawn.calibration = key;
    const [before, now] = [judged.reliability(1), judged.reliability(temperature)];
    reliability.feed(before, now);
    write(named('now'), `T = ${temperature}`);
    write(named('error-before'), percent(judged.calibrationError(1)));
    write(named('error-now'), percent(judged.calibrationError(temperature)));
    write(named('entropy-before'), fixed(judged.crossEntropy(1), 4));
    write(named('entropy-now'), fixed(judged.crossEntropy(temperature), 4));
    write(named('sure'), [before, now].slice(temperature === 1 ? 1 : 0).map((bins) => {
      const bin = bins[7]; // 70 to 80 % sure
      return bin.count
        ? _('{when}: {count} were told 70 to 80 %, on average {said}; {yes} of them, {right}, were “{class}”.', { when: bins === before && temperature !== 1 ? 'T = 1' : `T = ${temperature}`, count: bin.count, said: percent(bin.said), yes: bin.yes, right: percent(bin.right), class: data.yes })
        : _('Nobody was told 70 to 80 %.');
    }).join(' '));
  }

  // ---------------------------------------------------------------- what arrives
  function receive() {
    const { judged: news, trouble, ...changes } = props.value ?? {};
    const box = root.querySelector('.tb-trouble');
    if (news || trouble) {
      box.hidden = !trouble;
      write(box, trouble ?? '');
      if (trouble) root.setAttribute('aria-busy', 'false');
      // The address says the settings; the scores stay in the page.
      settings = { ...settings, ...changes };
      props.value = settings;
      if (news) { data = news; feed(); }
      return;
    }
    if (JSON.stringify(changes) === JSON.stringify(settings)) return;
    settings = { ...settings, ...changes };
    paint();
  }

  watch('value', receive);
  document.addEventListener('course:topic', () => setTimeout(draw));
  receive();
  paintFields();
  new IntersectionObserver((entries, observer) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    trigger('expand');
  }).observe(root);
}
