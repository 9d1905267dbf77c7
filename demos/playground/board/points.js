// The points of the plane: drawn, added, moved and removed; from a CSV.
import { textOf } from '../../widgets/lib/files.js';
import { ARROWS } from '../../widgets/lib/keys.js';
import { MINUS, clamp } from '../../widgets/lib/numbers.js';
import { tells } from '../../widgets/lib/pictures.js';
import { _ } from '../../widgets/lib/texts.js';
import { drawMark } from './canvases.js';
import { EXTENT, decodePoints, encodePoints } from './places.js';

/** @typedef {import('./types').Point} Point */
/** @typedef {import('./types').Place} Place */
/** @typedef {{ clientX: number, clientY: number, pointerType?: string }} Pointer */

/** @param {import('./state').State} state */
export function listenToPlane(state) {
  const { props, canvases } = state;
  /** @type {HTMLElement} */
  const plane = state.part('.pg-result .pg-plane');
  /** @type {CanvasRenderingContext2D} */
  const dots = state.part('.pg-result .pg-points').getContext('2d');
  let nextClass = 1;
  /** @type {{ index: number, moved: boolean, remembered: boolean, x: number, y: number, before: import('./types').Settings } | null} */
  let held = null; // the point under the pointer
  /** @type {{ data: string, points: string }[]} */
  let past = []; // what Undo brings back
  const cursor = { x: 0, y: 0, shown: false };

  /** The points on the plane: the newest run's, or those that were clicked since. */
  function currentPoints() {
    if (state.settings.data !== 'own') return state.data.points;
    const own = decodePoints(state.settings.points);
    const known = new Map(state.data.points.map((point) => [encodePoints([point]), point.split]));
    return own.map((point) => ({ ...point, split: known.get(encodePoints([point])) ?? 'train' }));
  }

  function paint() {
    if (!plane.clientWidth) return;
    const { ratio } = canvases.scaled(dots.canvas);
    const side = dots.canvas.width;
    const list = currentPoints();
    const size = (list.length > 150 ? 3.2 : list.length > 40 ? 4 : 5) * ratio;
    const colours = [canvases.colour('--chart-orange'), canvases.colour('--chart-blue')];
    const paper = canvases.colour('--course-card');
    dots.clearRect(0, 0, side, side);
    for (const split of ['test', 'train']) {
      for (const point of list) {
        if (point.split !== split) continue;
        const colour = colours[point.label];
        const [x, y] = placeOn(side, point);
        if (split === 'train') drawMark(dots, x, y, point.label, size, colour, paper, ratio);
        else drawMark(dots, x, y, point.label, size * 0.75, paper, colour, 1.4 * ratio);
      }
    }
    if (cursor.shown) {
      const [x, y] = placeOn(side, cursor);
      dots.strokeStyle = canvases.colour('--course-ink');
      dots.lineWidth = 2 * ratio;
      dots.beginPath();
      for (const [dx, dy] of [[10, 0], [0, 10]]) {
        dots.moveTo(x - dx * ratio, y - dy * ratio);
        dots.lineTo(x + dx * ratio, y + dy * ratio);
      }
      dots.stroke();
    }
    state.root.dataset.points = String(list.length);
    state.button('undo').disabled = !past.length;
    state.part('.pg-own').hidden = state.locked;
    for (const choice of state.parts('[data-class]')) choice.setAttribute('aria-checked', Number(choice.dataset.class) === nextClass);
  }

  tells(dots.canvas, () => currentPoints().map(({ x, y, label, split }) => ({ x, y, label, split })));

  // ---------------------------------------------------------------- changes
  /** @param {{ data: string, points: string }} before */
  const remember = ({ data, points }) => { past = [...past.slice(-99), { data, points }]; };

  /** @param {Point[]} list */
  function setPoints(list) {
    if (list.length > props.largest.points) return state.warn(_('At most {count} points.', { count: props.largest.points }));
    return state.change({ data: 'own', points: encodePoints(list) }, { later: 700 });
  }

  function undo() {
    if (past.length) state.change(past.pop());
  }

  /** @param {number} index of the point there, or −1 @param {Place} place */
  function addOrRemove(index, place) {
    const list = [...currentPoints()];
    if (index >= 0) list.splice(index, 1);
    else list.push({ ...place, label: nextClass, split: 'train' });
    state.say(index >= 0 ? _('Point removed.') : nextClass ? _('Blue point added.') : _('Orange point added.'));
    remember(state.settings);
    setPoints(list);
  }

  /** @param {number} one */
  function choose(one) {
    nextClass = one;
    paint();
  }

  // ---------------------------------------------------------------- places
  /** @param {Pointer} event */
  function nearest(event) {
    const box = plane.getBoundingClientRect();
    const reach = event.pointerType === 'touch' ? 22 : 9;
    let best = { index: -1, distance: reach };
    currentPoints().forEach((point, index) => {
      const [x, y] = placeOn(box.width, point);
      const distance = Math.hypot(x - (event.clientX - box.left), y - (event.clientY - box.top));
      if (distance < best.distance) best = { index, distance };
    });
    return best.index;
  }

  /** @param {Pointer} event */
  function placeOf(event) {
    const box = plane.getBoundingClientRect();
    /** @param {number} value */
    const share = (value) => clamp(value, 0, 1) * 2 * EXTENT - EXTENT;
    return { x: share((event.clientX - box.left) / box.width), y: -share((event.clientY - box.top) / box.height) };
  }

  // ---------------------------------------------------------------- pointer and keyboard
  function listenToPointer() {
    // A finger on a point drags it; anywhere else it taps or scrolls the page.
    plane.addEventListener('touchstart', (event) => {
      const touch = event.touches[0];
      if (nearest({ clientX: touch.clientX, clientY: touch.clientY, pointerType: 'touch' }) >= 0) event.preventDefault();
    }, { passive: false });
    plane.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || !event.isPrimary || state.locked) return;
      cursor.shown = false;
      held = { index: nearest(event), moved: false, remembered: false, x: event.clientX, y: event.clientY, before: state.settings };
      try { plane.setPointerCapture(event.pointerId); } catch { /* the pointer is gone already */ }
    });
    plane.addEventListener('pointermove', (event) => {
      if (!held) {
        plane.style.cursor = state.locked ? '' : nearest(event) >= 0 ? 'grab' : 'crosshair';
        return;
      }
      if (!held.moved && Math.hypot(event.clientX - held.x, event.clientY - held.y) < 5) return;
      held.moved = true;
      if (held.index < 0) return;
      const list = [...currentPoints()];
      list[held.index] = { ...list[held.index], ...placeOf(event) };
      if (!held.remembered) remember(held.before);
      held.remembered = true;
      setPoints(list);
    });
    plane.addEventListener('pointerup', (event) => {
      if (held && !held.moved) addOrRemove(held.index, placeOf(event));
      held = null;
    });
    for (const name of ['pointercancel', 'lostpointercapture']) plane.addEventListener(name, () => { held = null; });
  }

  function listenToKeys() {
    plane.addEventListener('keydown', (event) => {
      const arrow = ARROWS[event.key];
      if (state.locked) return;
      if (arrow && (cursor.shown || event.shiftKey)) {
        cursor.x = clamp(cursor.x + arrow[0] * 0.25, -EXTENT, EXTENT);
        cursor.y = clamp(cursor.y - arrow[1] * 0.25, -EXTENT, EXTENT);
        paint();
      } else if (event.key === 'Enter') {
        if (cursor.shown) {
          const box = plane.getBoundingClientRect();
          const [x, y] = placeOn(box.width, cursor);
          addOrRemove(nearest({ clientX: box.left + x, clientY: box.top + y }), { x: cursor.x, y: cursor.y });
        }
        cursor.shown = true;
        paint();
      } else if (event.key === 'Escape' && cursor.shown) {
        cursor.shown = false;
        paint();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
    plane.addEventListener('blur', () => { cursor.shown = false; paint(); });
    state.root.addEventListener('keydown', (event) => {
      const typing = event.target.closest('input:not([type=range]):not([type=checkbox]), select, textarea');
      if (typing || event.altKey) return;
      const command = event.ctrlKey || event.metaKey;
      if (command && event.key.toLowerCase() === 'z' && !state.locked) { event.preventDefault(); undo(); }
      if (!command && (event.key === '0' || event.key === '1')) choose(Number(event.key));
    });
  }

  // ---------------------------------------------------------------- CSV
  /** @param {File} file */
  async function takeFile(file) {
    if (file.size > props.largest.csv * 4) return state.warn(_('This file is too large: at most {count} rows.', { count: props.largest.points }));
    return takeCsv(textOf(await file.arrayBuffer()));
  }

  /** @param {string} text */
  async function takeCsv(text) {
    try {
      const read = await state.server.atOnce('playground_points', [text]);
      state.named = null;
      remember(state.settings);
      state.change({ data: 'own', points: read.points });
      state.named = { axes: read.axes, classes: read.classes };
      state.data = { ...state.data, ...state.named };
      state.warn('');
      state.say(read.note);
    } catch (error) { state.warn(error.message); }
  }

  function listenToFiles() {
    const file = state.part('.pg-own input[type=file]');
    state.button('csv').addEventListener('click', () => file.click());
    file.addEventListener('change', () => { if (file.files[0]) takeFile(file.files[0]); file.value = ''; });
    plane.addEventListener('dragover', (event) => event.preventDefault());
    plane.addEventListener('drop', (event) => {
      event.preventDefault();
      if (event.dataTransfer.files[0] && !state.locked) takeFile(event.dataTransfer.files[0]);
    });
    document.addEventListener('paste', (event) => {
      const typing = document.activeElement?.closest('input, textarea, [contenteditable=true]');
      if (!state.element.isConnected || !plane.offsetParent || typing || state.locked) return;
      const text = event.clipboardData?.getData('text/plain') || '';
      if (event.clipboardData?.files[0]) takeFile(event.clipboardData.files[0]);
      else if (text.includes('\n')) takeCsv(text);
    });
  }

  // ---------------------------------------------------------------- words
  function describe() {
    const [x, y] = state.data.axes;
    /** @param {number} value */
    const written = (value) => String(Number(value.toPrecision(3))).replace('-', MINUS);
    /** @param {import('./types').Axis} axis */
    const ends = ({ name, centre, half }) => ({ name, low: written(centre - half), high: written(centre + half) });
    if (x) {
      state.part('.pg-axes .x').textContent = _('→ {name}: {low} to {high}', ends(x));
      state.part('.pg-axes .y').textContent = _('↑ {name}: {low} to {high}', ends(y));
    }
    const [orange, blue] = state.data.classes.length ? state.data.classes : [_('orange'), _('blue')];
    const marks = [['orange', orange], ['blue', blue]].map(([colour, name]) => {
      const item = document.createElement('span');
      const mark = document.createElement('i');
      mark.className = `pg-mark ${colour}`;
      item.append(mark, name);
      return item;
    });
    const kinds = document.createElement('span');
    kinds.textContent = _('filled: training, hollow: test');
    state.part('.pg-legend').replaceChildren(...marks, kinds);
  }

  plane.setAttribute('aria-label', _('The decision surface and the points. Enter shows a cursor; arrow keys move it, Enter adds a point there or removes it; 1 and 0 choose the class.'));
  listenToPointer();
  listenToKeys();
  listenToFiles();
  for (const choice of state.parts('[data-class]')) choice.addEventListener('click', () => choose(Number(choice.dataset.class)));
  state.button('undo').addEventListener('click', undo);
  state.button('empty').addEventListener('click', () => { remember(state.settings); setPoints([]); });
  describe();
  state.on('change', (changes) => { if ('points' in changes || 'data' in changes) paint(); });
  state.on('data', () => { describe(); paint(); });
  state.on('colours', paint);
  state.on('size', paint);
}

/** Where a place of the plane is in a square picture. @param {number} side @param {Place} place @returns {[number, number]} */
const placeOn = (side, { x, y }) => [((x + EXTENT) / (2 * EXTENT)) * side, ((EXTENT - y) / (2 * EXTENT)) * side];
