// One LiveChart. Raises 'expand', 'select', 'input'.
import { headingOf, titlesOf } from './lib/export.js';
import { clamp, decimals, format, linesOf, tip } from './lib/numbers.js';
import { playerOf } from './lib/player.js';
import { root } from './lib/root.js';
import { crossed } from './lib/cross.js';
import { saveMenu, titleOf } from './lib/save.js';
import { Slots, withNumbers } from './lib/slots.js';
import { _, language } from './lib/texts.js';
import { loadVega, steadyScales } from './lib/vega.js';

/** @param {import('./lib/widget').Widget} widget */
export default async function mount({ element, props, trigger, watch }) {
  const figure = element.querySelector('.live-chart');
  const part = (selector) => figure.querySelector(selector);
  const output = part('output');
  const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

  let run = null; // the parsed value
  let steps = []; // the distinct steps of run.data.run, ascending
  let rowsOf = new Map(); // step → its rows
  let before = []; // the rows of the run that was looked at before this one
  let cameAt = -Infinity; // when the run came [ms]
  let panels = [];

  // ---------------------------------------------------------------- charts
  // The specifications are files that the browser keeps.
  const specifications = typeof props.charts === 'string'
    ? fetch(root() + props.charts.replace('{language}', language)).then((response) => response.json()) : props.charts;
  let specs = [];

  function namesOfData(node, found = new Set()) {
    if (Array.isArray(node)) node.forEach((item) => namesOfData(item, found));
    else if (node && typeof node === 'object') {
      if (node.data && typeof node.data.name === 'string') found.add(node.data.name);
      Object.values(node).forEach((item) => namesOfData(item, found));
    }
    return found;
  }

  // Stacked on a phone, the charts are lower, so that more of them are seen at once.
  // Projected in a class room: what is drawn is larger, as the words around it are.
  const large = matchMedia('(min-width: 1700px) and (min-height: 900px)');
  const presented = () => 'present' in document.documentElement.dataset;
  let fit = 0; // how much higher the charts are while presented: as high as the screen has room for
  const heightOf = (panel) => {
    const own = panel.spec.height || 240;
    if (presented() && fit) return Math.round(Math.max(own * fit, Math.min(own * 1.4, large.matches ? 215 : 150)));
    return Math.round(own * (large.matches ? 1.25 : matchMedia('(max-width: 640px)').matches ? 0.72 : 1));
  };
  const widthOf = (panel) => Math.max(120, Math.floor(panel.host.clientWidth));

  const ruler = document.createElement('canvas').getContext('2d');

  async function embed(panel) {
    const { vegaEmbed } = await loadVega(props.bundle);
    const spec = structuredClone(panel.spec);
    panel.data = namesOfData(spec);
    spec.datasets = Object.fromEntries([...panel.data].map((name) => [name, datasetOf(name)]));
    spec.params = (spec.params || []).map((param) =>
      param.name === 'step' ? { ...param, value: steps[player.position] ?? 0 }
        : param.name in given() ? { ...param, value: given()[param.name] } : param);
    spec.width = widthOf(panel);
    spec.height = heightOf(panel);
    if (presented()) enlarge(spec, panel, large.matches ? 1.7 : 1.35);
    else if (large.matches) {
      for (const [of, size] of [['axis', 'labelFontSize'], ['axis', 'titleFontSize'], ['legend', 'labelFontSize'], ['title', 'fontSize'], ['text', 'fontSize']]) spec.config[of][size] *= 1.25;
    }
    if (typeof spec.title === 'string' || Array.isArray(spec.title)) {
      const { title: { fontSize, fontWeight }, padding } = spec.config;
      ruler.font = `${fontWeight} ${fontSize}px ${getComputedStyle(panel.host).fontFamily}`;
      const measured = (line) => ruler.measureText(line).width;
      spec.title = [spec.title].flat().flatMap((line) => linesOf(line, spec.width - 2 * padding, measured));
    }
    spec.autosize = { type: 'fit', contains: 'padding' };
    const result = await vegaEmbed(panel.host, spec, { renderer: 'svg', actions: false, patch: steadyScales, tooltip: { theme: 'course', sanitize: tip } });
    panel.view = result.view;
    // The picture is one, with the name given here; Vega names each mark, in English.
    for (const name of ['role', 'aria-roledescription', 'aria-label']) panel.view.container().removeAttribute(name);
    panel.host.setAttribute('role', 'img');
    panel.host.setAttribute('aria-label', panel.description);
    panel.host.querySelector('svg').setAttribute('aria-hidden', 'true');
    if (panel.pick) listenForPicks(panel);
    if (panel.drag) listenForDrags(panel);
    if (panel.pick || panel.drag) listenForKeys(panel);
    feed(panel); // newer rows may have come in the meantime
    panel.size = `${spec.width} ${spec.height}`;
    new ResizeObserver(() => resize(panel)).observe(panel.host);
  }

  function resize(panel) {
    const [width, height] = [widthOf(panel), heightOf(panel)];
    if (!panel.view || !panel.host.clientWidth || panel.size === `${width} ${height}`) return;
    panel.size = `${width} ${height}`;
    panel.host.style.minHeight = `${height}px`;
    panel.view.width(width).height(height).resize().runAsync();
  }

  // Before a class: type and lines that the last row can see.
  function enlarge(spec, panel, by) {
    const { config } = spec;
    config.axis.labelSeparation = config.axisX.labelSeparation = 8;
    Object.assign(config.legend, { titleFontSize: config.legend.labelFontSize, labelOverlap: 'greedy' });
    const title = typeof spec.title === 'object' && !Array.isArray(spec.title) ? spec.title : { text: spec.title };
    spec.title = { ...title, text: typeof title.text === 'string' ? headingOf({ title: title.text }, '') : title.text, limit: spec.width - 8 };
    const walk = (node) => {
      for (const [name, value] of Object.entries(node)) {
        if (name === 'datasets') continue;
        if (value?.expr && /[fF]ontSize$/.test(name)) node[name] = { expr: `${by} * (${value.expr})` };
        else if (value && typeof value === 'object') walk(value);
        else if (typeof value === 'number' && /[fF]ontSize$/.test(name)) node[name] = Math.round(value * by);
        else if (typeof value === 'number' && name === 'strokeWidth') node[name] = value * 1.4;
      }
    };
    walk(spec);
    config.title.fontSize = config.axis.titleFontSize; // bold, that is enough
  }

  // What the charts' parameters are: of those of the controls that the page shows by itself, and of the run.
  let settings = {};
  const given = () => ({ ...settings, ...run.params });
  figure.addEventListener('settings', ({ detail }) => {
    settings = detail;
    if (!run) return;
    for (const panel of panels) if (panel.view) feed(panel);
    player.show(player.position);
  });

  const datasetOf = (name) => (name === 'now' ? rowsOf.get(steps[player.position])
    : name === 'before' ? before : run.data[name]) || [];

  function feed(panel) {
    for (const name of panel.data) if (name !== 'now') panel.view.data(name, datasetOf(name));
    for (const param of panel.spec.params || []) {
      if (param.name in given()) panel.view.signal(param.name, given()[param.name]);
    }
  }

  // Where the plot lies in the window, and its ranges [px].
  function plotOf(panel) {
    const box = panel.host.querySelector('svg').getBoundingClientRect();
    const [left, top] = panel.view.origin();
    const ranges = ['x', 'y'].map((axis) => panel.view.scale(axis).range()).map((range) => [Math.min(...range), Math.max(...range)]);
    return { left: box.left + left, top: box.top + top, ranges };
  }

  function dataAt(panel, event) {
    // Where a pointer event lies, in the units of the axes; null outside the plot.
    const { left, top, ranges: [xRange, yRange] } = plotOf(panel);
    const [px, py] = [event.clientX - left, event.clientY - top];
    const [x, y] = [panel.view.scale('x'), panel.view.scale('y')];
    const inside = px >= xRange[0] && px <= xRange[1] && py >= yRange[0] && py <= yRange[1];
    return { inside, px, py, x: x.invert(clamp(px, xRange[0], xRange[1])), y: y.invert(clamp(py, yRange[0], yRange[1])) };
  }

  function listenForPicks(panel) {
    panel.host.classList.add('pickable');
    panel.host.addEventListener('click', (event) => {
      const at = dataAt(panel, event);
      if (panel.dragged) panel.dragged = false; // the end of a drag is no click
      else if (at.inside) send('select', { panel: panel.index, key: panel.nearest?.(event)?.key, x: at.x, y: at.y });
    });
  }

  function listenForKeys(panel) {
    const plot = () => {
      const { left, top, ranges: [[x0, x1], [y0, y1]] } = plotOf(panel);
      return { left: left + x0, top: top + y0, width: x1 - x0, height: y1 - y0 };
    };
    const { take, carry, drop } = panel;
    crossed(panel.host, {
      plot,
      picks: panel.pick,
      say: (at) => {
        const { x, y } = dataAt(panel, at);
        part('.live-told').textContent = [x, y].map((value) => (Number.isFinite(value) ? Number(value.toPrecision(3)) : value)).join(', ');
      },
      drag: panel.drag && {
        take: (at) => {
          const row = take(at, Infinity);
          if (!row) return null;
          const [xField, yField] = panel.axes;
          const { ranges: [[x0, x1], [y0, y1]] } = plotOf(panel);
          return { x: (panel.view.scale('x')(row[xField]) - x0) / (x1 - x0), y: (panel.view.scale('y')(row[yField]) - y0) / (y1 - y0) };
        },
        carry,
        drop: (at) => { drop(at); panel.dragged = false; },
      },
    });
  }

  // What is moved in the picture is sent one after the other, each when the answer to the last has
  // come; of a drag that waits, the newest place. The panel hears of it, see there.
  const unsent = [];
  let sent = 0; // when the last was sent
  let patience = 0; // a timer, for answers that change nothing or never come
  let dropped = null; // a point that was dragged, until the answer to its last place
  function send(event, place) {
    if (patience) {
      if (event === 'input' && unsent.at(-1)?.event === event) unsent.pop();
      unsent.push({ event, place });
      return;
    }
    sent = performance.now();
    patience = setTimeout(late, 1500);
    element.closest('.chapter')?.dispatchEvent(new Event('course:move'));
    trigger(event, place);
  }
  function late() {
    if (showing) patience = setTimeout(late, 1500); // it is being computed
    else answered();
  }
  function answered() {
    clearTimeout(patience);
    patience = 0;
    const next = unsent.shift();
    if (next) send(next.event, next.place);
    else dropped = null;
  }

  function listenForDrags(panel) {
    panel.host.classList.add('draggable');
    const nearest = (event, reach = event.pointerType === 'touch' ? 32 : 18) => {
      const at = dataAt(panel, event);
      const [xField, yField] = panel.axes;
      const [x, y] = [panel.view.scale('x'), panel.view.scale('y')];
      return (run.data[panel.drag] || [])
        .filter((row) => row.key !== null && row.key !== undefined)
        .map((row) => ({ row, distance: Math.hypot(x(row[xField]) - at.px, y(row[yField]) - at.py) }))
        .filter(({ distance }) => distance <= reach)
        .sort((a, b) => a.distance - b.distance)[0]?.row;
    };
    panel.nearest = nearest;
    let held = null;
    const [xField, yField] = panel.axes;
    // The point follows the finger at once; the server's answer brings the rest.
    panel.follow = () => {
      const point = held ?? (dropped?.panel === panel ? dropped : null);
      if (!point?.at || !run.data[panel.drag]) return;
      run.data[panel.drag] = run.data[panel.drag].map((row) =>
        (row.key === point.key ? { ...row, [xField]: point.at.x, [yField]: point.at.y } : row));
      panel.view.data(panel.drag, run.data[panel.drag]);
    };
    const sendHeld = () => send('input', { panel: panel.index, key: held.key, x: held.at.x, y: held.at.y });
    // Touch: only a finger that starts on a point drags it; any other finger scrolls the page.
    panel.host.addEventListener('touchstart', (event) => {
      const touch = event.touches[0];
      if (nearest({ clientX: touch.clientX, clientY: touch.clientY, pointerType: 'touch' })) event.preventDefault();
    }, { passive: false });
    panel.take = (event, reach) => {
      const row = nearest(event, reach);
      if (!row) return null;
      held = { key: row.key, row };
      panel.dragged = false;
      return row;
    };
    panel.carry = (event) => {
      const at = dataAt(panel, event);
      if (panel.dragAlong === 'y') at.x = held.row[xField];
      if (panel.dragAlong === 'x') at.y = held.row[yField];
      held.at = at;
      panel.follow();
      panel.view.runAsync();
      if (performance.now() - sent > 60) sendHeld();
    };
    panel.host.addEventListener('pointerdown', (event) => {
      if (!panel.take(event)) return;
      panel.host.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    panel.host.addEventListener('pointermove', (event) => {
      if (!held) {
        panel.host.style.cursor = nearest(event) ? 'grab' : '';
        return;
      }
      panel.host.style.cursor = 'grabbing';
      panel.carry(event);
    });
    const drop = (event) => {
      panel.dragged = Boolean(held?.at);
      if (held?.at) {
        dropped = { ...held, panel };
        sendHeld();
      }
      // A finger on a point raises no click: see 'touchstart'.
      else if (held && panel.pick && event.type === 'pointerup' && event.pointerType === 'touch') {
        const at = dataAt(panel, event);
        send('select', { panel: panel.index, key: held.key, x: at.x, y: at.y });
      }
      held = null;
    };
    panel.drop = drop;
    panel.host.addEventListener('pointerup', drop);
    panel.host.addEventListener('pointercancel', drop);
  }

  function drawPanels() {
    const host = part('.live-panels');
    host.replaceChildren();
    const rowOf = new Map();
    for (const number of [...new Set(specs.map((panel) => panel.row))].sort((a, b) => a - b)) {
      const row = document.createElement('div');
      row.className = 'live-row';
      host.append(row);
      rowOf.set(number, row);
    }
    panels = specs.map((panel, index) => {
      const box = document.createElement('div');
      box.className = 'live-panel';
      box.style.minHeight = `${heightOf(panel)}px`;
      rowOf.get(panel.row).append(box);
      return { ...panel, index, host: box, view: null };
    });
    // Before the first rows nobody knows which of the optional panels will be shown.
    const always = panels.filter((panel) => !panel.onlyWith);
    const expected = always.length ? always : panels.filter((panel) => panel.onlyWith === panels[0].onlyWith);
    arrange((panel) => expected.includes(panel));
    part('.live-player').hidden = !props.player;
    part('.live-player').style.display = props.player ? '' : 'none';
  }

  function arrange(isShown) {
    for (const panel of panels) panel.host.hidden = !isShown(panel);
    for (const row of part('.live-panels').children) {
      const shown = panels.filter((panel) => panel.host.parentElement === row && !panel.host.hidden);
      row.hidden = !shown.length;
      const main = shown.find((panel) => panel.main);
      row.classList.toggle('with-main', Boolean(main));
      if (main) main.host.style.gridRow = `span ${shown.length - 1}`;
      const widest = Math.max(0, ...shown.map((panel) => panel.minWidth));
      row.style.gridTemplateColumns = main ? '' : `repeat(auto-fit, minmax(min(100%, ${widest}px), 1fr))`;
    }
  }

  function drawLegend() {
    const present = new Set((run.data.run || []).map((row) => row.series));
    const legend = part('.live-legend');
    const shown = props.series.filter((series) => present.has(series.name));
    legend.hidden = !shown.length;
    const names = shown.map((series) => series.name).join();
    if (legend.dataset.names === names) return;
    legend.dataset.names = names;
    legend.replaceChildren(...shown.map((series) => {
      const item = document.createElement('li');
      const line = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      line.setAttribute('aria-hidden', 'true');
      line.setAttribute('viewBox', '0 0 36 10');
      const stroke = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      stroke.setAttribute('d', 'M0 5H36');
      stroke.setAttribute('stroke-width', '3');
      stroke.setAttribute('stroke-dasharray', series.dash.join(' '));
      stroke.style.stroke = series.colour;
      line.append(stroke);
      item.append(line, series.label);
      return item;
    }));
  }

  // ---------------------------------------------------------------- rows
  function rowsFrom(columns) {
    const names = Object.keys(columns);
    const count = names.length ? columns[names[0]].length : 0;
    return Array.from({ length: count }, (none, i) => Object.fromEntries(names.map((name) => [name, columns[name][i]])));
  }

  let refusal = ''; // of what was asked for last
  function warn(sentence) {
    part('.live-warning').hidden = !sentence;
    if (part('.live-warning').textContent !== sentence) part('.live-warning').textContent = sentence;
  }

  // While a control moves, runs come one upon the other: they are compared with the last that stood.
  const STOOD = 700; // [ms]
  let [began, moved] = [0, 0]; // when a control began to move, and when it moved last
  element.closest('.chapter')?.addEventListener('course:change', () => {
    const now = performance.now();
    if (now - moved > STOOD) began = now;
    moved = now;
  });

  function comparable(next) {
    const now = performance.now();
    // On a slow server the runs of one move come far apart, too.
    const stood = now - cameAt > STOOD && (moved < cameAt || began > cameAt);
    cameAt = now;
    const [old, rows] = [run?.data.run || [], next.data.run || []];
    const fields = (of) => Object.keys(of[0] || {}).join();
    if (!run || run.topic !== next.topic || fields(old) !== fields(rows)) return [];
    const same = JSON.stringify(old) === JSON.stringify(rows); // asked for again
    return stood && !same ? old : before;
  }

  // Before a class, picture and controls stand on one screen: the charts take what the rest leaves.
  function fitScreen() {
    if (!presented() || !run || !figure.clientHeight) return;
    const rows = [...part('.live-panels').children].filter((row) => !row.hidden);
    const frame = element.closest('.picture') || figure;
    const rest = frame.getBoundingClientRect().bottom + scrollY - part('.live-panels').clientHeight;
    const gaps = 14 * (rows.length - 1);
    const heights = rows.map((row) => {
      const shown = panels.filter((panel) => panel.host.parentElement === row && !panel.host.hidden);
      const columns = getComputedStyle(row).gridTemplateColumns.split(' ').length;
      const [main, others] = [true, false].map((one) => shown.filter((panel) => panel.main === one).map((panel) => panel.spec.height || 240));
      if (main.length && columns > 1) return Math.max(main[0], others.reduce((sum, height) => sum + height, 0));
      return Math.ceil(shown.length / columns) * Math.max(...main, ...others);
    });
    const whole = heights.reduce((sum, height) => sum + height, 0);
    const next = clamp((innerHeight - rest - gaps - 12) / whole, large.matches ? 1.1 : 0.75, 2.5);
    if (Math.abs(next - fit) < 0.03) return;
    fit = next;
    for (const panel of panels) resize(panel);
  }

  async function redraw() {
    if (!run || !element.isConnected) return;
    fit = 0;
    for (const panel of panels) panel.view?.finalize();
    drawPanels();
    await receive({ again: true });
  }

  /** @param {object} [how] @param {boolean} [how.again] the run that is shown: it stays where it stands */
  async function receive({ again = false } = {}) {
    if (!props.value) return;
    const value = JSON.parse(props.value);
    refusal = Object.keys(value.data).length ? '' : value.warning;
    answered();
    if (refusal || !Object.keys(value.data).length) { warn(refusal); return; }
    const first = run === null;
    const atEnd = !first && steps.length > 1 && player.ended;
    const shown = steps[player.position] ?? 0;
    for (const name of Object.keys(value.data)) value.data[name] = rowsFrom(value.data[name]);
    before = comparable(value);
    run = value;
    rowsOf = new Map();
    for (const row of run.data.run || []) {
      const step = row.step ?? 0;
      if (!rowsOf.has(step)) rowsOf.set(step, []);
      rowsOf.get(step).push(row);
    }
    steps = [...rowsOf.keys()].sort((a, b) => a - b);
    if (!again) {
      // Stay where the visitor is; whoever looks at the end keeps looking at the end.
      const linked = player.led();
      const wanted = linked ?? run.start ?? (atEnd && linked === undefined ? Infinity : linked === null ? -Infinity : shown);
      player.position = Math.max(0, steps.findLastIndex((step) => step <= wanted));
    }
    // A picture without steps has nothing to play.
    part('.live-player').style.display = props.player && steps.length > 1 ? '' : 'none';
    const [row] = run.data.run || [];
    const told = Object.keys(props.table).some((name) => name !== 'step' && row && name in row);
    part('.live-table').style.display = told ? '' : 'none';
    arrange((panel) => !panel.onlyWith || run.data[panel.onlyWith]?.length > 0);
    drawLegend();
    measureSlots();
    try {
      await Promise.all(panels.filter((panel) => !panel.host.hidden).map((panel) => {
        if (!panel.view) return (panel.embedding ??= embed(panel));
        feed(panel);
        panel.follow?.();
        return null;
      }));
    } catch (error) {
      warn(error.message);
      throw error;
    }
    figure.setAttribute('aria-busy', 'false');
    lines = null;
    player.show(player.position);
    if (part('.live-table').open) fillTable();
  }

  function show(position) {
    const step = steps[position] ?? 0;
    for (const panel of panels) {
      if (!panel.view || panel.host.hidden) continue;
      if (panel.data.has('now')) panel.view.data('now', datasetOf('now'));
      if ((panel.spec.params || []).some((param) => param.name === 'step')) panel.view.signal('step', step);
      panel.view.runAsync();
    }
    const last = steps[steps.length - 1] ?? 0;
    const name = run.step_name || props.step_name;
    player.paint(_('{name} {step} of {last}', { name, step, last }));
    output.textContent = `${name} ${String(step).padStart(String(last).length, '\u2007')} / ${last}`;
    writeBoard();
    writeCaption();
    markLines();
    figure.dataset.step = step;
    // What else of the chapter follows the steps.
    const detail = { step, last, rows: rowsOf.get(step) || [], playing: player.playing };
    figure.dispatchEvent(new CustomEvent('course:step', { bubbles: true, detail }));
  }

  // ---------------------------------------------------------------- waiting
  const PATIENCE = 400; // ms; what takes longer says that it works, how far it is, and how many are before it
  const waits = part('.live-waits');
  let showing = 0; // the timer: from when it is asked until the answer
  element.closest('.chapter')?.addEventListener('course:waits', ({ detail: told }) => {
    if (!element.isConnected) return;
    if (!told) {
      clearTimeout(showing);
      showing = 0;
      waits.hidden = true;
      return;
    }
    showing ||= setTimeout(() => { waits.hidden = false; }, PATIENCE);
    const { ahead, share } = told;
    const [words, , number, bar] = waits.firstElementChild.childNodes;
    const sentence = ahead === undefined ? _('Computing …') : [_('Yours is computed next …'), _('One other is computed first …')][ahead]
      ?? _('{count} others are computed first …', { count: ahead });
    if (words.textContent !== sentence) words.textContent = sentence;
    number.textContent = share ? `${Math.round(100 * share)}\u202f%` : '';
    if (share) bar.value = share; else bar.removeAttribute('value');
  });

  // ---------------------------------------------------------------- player
  const player = playerOf(part('.live-player'), {
    length: () => steps.length,
    show,
    seconds: 8,
    alive: () => element.isConnected && run !== null,
    changed: () => {
      figure.classList.toggle('plays', player.playing);
      if (run) writeCaption();
    },
    stand: { step: (position) => steps[position] ?? 0, first: () => run.start ?? steps[0] ?? 0 },
  });

  // What else of the chapter leads to a step; null: the same again.
  figure.addEventListener('course:show', ({ detail: step }) => {
    if (!run) return;
    if (step === null) player.show(player.position);
    else player.scrub(Math.max(0, steps.findLastIndex((one) => one <= step)));
  });

  // ---------------------------------------------------------------- numbers
  function valueOf(name, rows) {
    const [series, field] = name.includes('.') ? name.split('.') : [null, name];
    const row = series === null ? rows?.[0] : rows?.find((candidate) => candidate.series === series);
    return field in (run.params || {}) ? run.params[field] : row?.[field];
  }

  const chapter = element.closest('.chapter');
  const slug = chapter?.id.replace('chapter-', '') ?? '';
  const slots = new Slots(chapter || document, ({ style }) => {
    style.display = 'inline-block';
    style.textAlign = 'right';
    style.fontVariantNumeric = 'tabular-nums';
  });

  function measureSlots() {
    // Every number gets the room of its longest value in this run, so that nothing jumps; but no
    // more than ordinary ones need: a run that diverges would be full of holes.
    slots.find();
    for (const { node, name, spec } of slots.all) {
      let longest = 0;
      for (const step of steps) longest = Math.max(longest, format(valueOf(name, rowsOf.get(step)), spec).length);
      const ordinary = ['d', 'g'].includes(spec) ? 7 : decimals(spec) + (spec.endsWith('s') ? 2 : 5);
      node.parentElement.style.minWidth = `${Math.min(longest, ordinary) * 0.5}em`;
    }
  }

  function writeBoard() {
    if (!slots.current) measureSlots();
    const rows = rowsOf.get(steps[player.position]);
    slots.write(({ name, spec }) => format(valueOf(name, rows), spec));
    // A board by step holds one paragraph for each step and shows that of the current one.
    for (const board of slots.chapter.querySelectorAll('.blackboard.by-step')) {
      board.querySelectorAll('p').forEach((paragraph, i) => paragraph.classList.toggle('now', i === player.position));
    }
  }

  // Screen readers say the caption when something was chosen, or has played: neither at every frame
  // nor when the page opens.
  const PAUSE = 500; // [ms]
  let telling = 0;
  function tell() {
    clearTimeout(telling);
    if (player.playing || !('step' in figure.dataset)) return;
    telling = setTimeout(() => { part('.live-told').textContent = part('.live-caption').textContent; }, PAUSE);
  }

  // The caption speaks of the step that is shown; what a run teaches is said when it is over.
  function writeCaption() {
    const rows = rowsOf.get(steps[player.position]);
    // How a run ended is said where it ended, and why there is none at once.
    warn(refusal || (player.ended || !props.player ? run.warning : ''));
    part('.live-caption').textContent = withNumbers(run.caption, (name, spec) => format(valueOf(name, rows), spec));
    tell();
    const conclusion = player.ended && !player.playing ? run.conclusion : '';
    if (part('.live-conclusion').textContent !== conclusion) part('.live-conclusion').textContent = conclusion;
  }

  if (chapter) slots.watch(() => { if (run) { measureSlots(); writeBoard(); } });

  const MOST_LINES = 400;
  let lines = null; // of the table: { columns, every, rows, at: number of the row → its line }

  function tableLine(tag, texts) {
    const tr = document.createElement('tr');
    for (const text of texts) tr.append(Object.assign(document.createElement(tag), { textContent: text }));
    return tr;
  }

  function lineOf(row) {
    const label = props.series.find((series) => series.name === row.series)?.label ?? row.series;
    return tableLine('td', lines.columns.map(([name]) => (
      name === 'series' ? label : format(row[name], Number.isInteger(row[name]) ? 'd' : '.4f'))));
  }

  function fillTable() {
    const rows = run?.data.run || [];
    const columns = Object.entries(props.table).filter(([name]) => rows.some((row) => row[name] !== null && row[name] !== undefined));
    const every = Math.ceil(rows.length / MOST_LINES);
    lines = { columns, every, rows, at: new Map() };
    rows.forEach((row, i) => { if (i % every === 0 || i === rows.length - 1) lines.at.set(i, lineOf(row)); });
    const table = document.createElement('table');
    const head = table.createTHead();
    head.append(tableLine('th', columns.map(([, heading]) => heading)));
    for (const cell of head.querySelectorAll('th')) cell.scope = 'col';
    table.createTBody().append(...lines.at.values());
    part('.live-table > div').replaceChildren(table);
    if (every > 1) {
      const sentence = _('{count} rows: of every {every} one is shown, and those of this step.', { count: rows.length, every });
      table.before(Object.assign(document.createElement('p'), { textContent: sentence }));
    }
    markLines();
  }

  function markLines() {
    // The lines of the current step; those that are left out come in while it is the current one.
    if (!lines || !part('.live-table').open) return;
    const box = part('.live-table > div');
    for (const line of box.querySelectorAll('[aria-current]')) line.removeAttribute('aria-current');
    for (const line of box.querySelectorAll('[data-passing]')) line.remove();
    let first = null;
    for (const row of rowsOf.get(steps[player.position]) || []) {
      const i = lines.rows.indexOf(row);
      let line = lines.at.get(i);
      if (!line) {
        line = lineOf(row);
        line.dataset.passing = '';
        const next = Math.min(Math.ceil(i / lines.every) * lines.every, lines.rows.length - 1);
        lines.at.get(next).before(line);
      }
      line.setAttribute('aria-current', 'step');
      first ??= line;
    }
    if (!first) return;
    const [top, height] = [first.offsetTop, first.offsetHeight];
    const seen = top >= box.scrollTop + 2 * height && top + height <= box.scrollTop + box.clientHeight;
    if (!seen) box.scrollTop = top - box.clientHeight / 2;
  }
  part('.live-table').addEventListener('toggle', (event) => { if (event.target.open) fillTable(); });

  // ---------------------------------------------------------------- files
  // What the menu saves of a chart. Of what moves all steps are saved, not only the one that is shown.
  function saved(panel) {
    const names = new Set([...panel.data].map((name) => (name === 'now' ? 'run' : name)));
    const label = (row) => props.series.find((series) => series.name === row.series)?.label;
    const sets = Object.fromEntries([...names].filter((name) => name !== 'before').map((name) => (
      [name, datasetOf(name).map((row) => (label(row) ? { ...row, series: label(row) } : row))])));
    const present = new Set((run.data.run || []).map((row) => row.series));
    const last = steps[steps.length - 1] ?? 0;
    return {
      heading: headingOf(panel.spec, panel.description),
      host: panel.host,
      view: panel.view,
      sets,
      headings: { ...titlesOf(panel.spec), ...props.table },
      legend: props.series.filter((series) => present.has(series.name)),
      foot: [titleOf(slug), last > 0 && output.textContent.replace(/\s+/g, ' ')].filter(Boolean).join(' · '),
    };
  }
  saveMenu(part('.live-save'), slug, () => panels.filter((panel) => panel.view && !panel.host.hidden).map(saved));

  // ---------------------------------------------------------------- start
  loadVega(props.bundle).catch(() => {}); // at once, beside the specifications and the first rows
  specs = await specifications;
  if (!element.isConnected) return;
  drawPanels();
  watch('value', () => receive());
  // A link sets the controls first and asks for the picture afterwards.
  // (Not 'load': Gradio raises that itself for every widget when the page opens, hidden ones too.)
  const ask = () => { if (element.isConnected) trigger('expand'); };
  document.addEventListener('course:redraw', ask);
  // In a chapter that is not looked at, not before it is opened.
  let stale = false;
  const redrawShown = () => {
    if (!chapter?.checkVisibility()) return;
    stale = false;
    redraw();
  };
  document.addEventListener('course:present', () => { stale = true; redrawShown(); });
  document.addEventListener('course:chapter', () => { if (stale) redrawShown(); });
  addEventListener('resize', fitScreen);
  new ResizeObserver(() => { setTimeout(fitScreen); }).observe(element.closest('.picture') ?? figure); // the numbers below it come later
  if (props.value) receive();
  else setTimeout(ask); // once the element is in the page
  if (reducedMotion.matches) part('select').value = '0.25';
}
