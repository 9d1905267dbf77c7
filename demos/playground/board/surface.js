// The plane: decision surface, boundary, points; adding, moving and removing points.
const plane = part('.pg-plane');
const surface = part('.pg-surface').getContext('2d');
const boundary = part('.pg-boundary').getContext('2d');
const dots = part('.pg-points').getContext('2d');
let table = new Uint32Array(256); // level → colour: orange, paper, blue
const image50 = new ImageData(50, 50);
let shownNeuron = null; // what the pointer is over, instead of the output

const rgb = (text) => {
  const hex = /^#(..)(..)(..)$/.exec(text);
  return hex ? hex.slice(1).map((pair) => parseInt(pair, 16)) : text.match(/\d+/g).slice(0, 3).map(Number);
};

function mixColours() {
  const [orange, paper, blue] = ['--plane-orange', '--plane-paper', '--plane-blue'].map((name) => rgb(colour(name)));
  for (let level = 0; level < 256; level += 1) {
    const share = Math.abs(level / 127.5 - 1) ** 0.8;
    const end = level < 127.5 ? orange : blue;
    const [r, g, b] = paper.map((value, i) => Math.round(value + (end[i] - value) * share));
    table[level] = (255 << 24) | (b << 16) | (g << 8) | r; // little-endian RGBA
  }
}

function paintLevels(context, image, array, start) {
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = table[array[start + i]];
  context.putImageData(image, 0, 0);
}

// The size of a canvas on the page, and its pixels set accordingly. Measured again when it changes
// only: to ask the page for a size during playback makes it lay itself out in every frame.
const sizes = new Map();
const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    sizes.delete(target);
    if (!target.isConnected) resized.unobserve(target);
  }
  drawnWires = null;
  paintPoints();
  if (runs.length) paintCardPoints();
  refresh();
});

function scaled(canvas) {
  let size = sizes.get(canvas);
  if (size) return size;
  const ratio = Math.min(3, window.devicePixelRatio || 1);
  size = { ratio, width: canvas.clientWidth, height: canvas.clientHeight };
  canvas.width = Math.round(size.width * ratio);
  canvas.height = Math.round(size.height * ratio);
  sizes.set(canvas, size);
  resized.observe(canvas);
  return size;
}

// Levels are whole numbers: where the surface is flat, its border would be ragged. So each cell is
// averaged with its neighbours (1 2 1 in both directions, twice) before the border is drawn.
const smooth = [new Float32Array(2500), new Float32Array(2500)];

function smoothed(array, start, grid) {
  const [from, to] = smooth;
  for (let i = 0; i < grid * grid; i += 1) from[i] = array[start + i] - 127.5;
  for (let pass = 0; pass < 4; pass += 1) {
    const [source, target] = pass % 2 ? [to, from] : [from, to];
    const stride = pass % 2 ? grid : 1;
    for (let i = 0; i < grid * grid; i += 1) {
      const line = pass % 2 ? Math.floor(i / grid) : i % grid;
      // Straight on at the edges.
      target[i] = line === 0 || line === grid - 1 ? source[i] : (source[i - stride] + 2 * source[i] + source[i + stride]) / 4;
    }
  }
  return from;
}

// Where the surface crosses one half: marching squares between the middles of the cells.
function traceBoundary(context, array, start, grid, side) {
  const cell = side / grid;
  let [least, most] = [255, 0];
  for (let i = start; i < start + grid * grid; i += 1) [least, most] = [Math.min(least, array[i]), Math.max(most, array[i])];
  if (most - least < 4) return; // as good as flat: its border would be noise
  const levels = smoothed(array, start, grid);
  const at = (row, column) => levels[row * grid + column];
  const middle = (index) => (index + 0.5) * cell;
  context.beginPath();
  for (let row = 0; row < grid - 1; row += 1) {
    for (let column = 0; column < grid - 1; column += 1) {
      const [a, b, c, d] = [at(row, column), at(row, column + 1), at(row + 1, column + 1), at(row + 1, column)];
      if ((a > 0) === (b > 0) && (b > 0) === (c > 0) && (c > 0) === (d > 0)) continue;
      const [x, y] = [middle(column), middle(row)];
      const ends = [];
      if ((a > 0) !== (b > 0)) ends.push([x + (cell * a) / (a - b), y]);
      if ((b > 0) !== (c > 0)) ends.push([x + cell, y + (cell * b) / (b - c)]);
      if ((c > 0) !== (d > 0)) ends.push([x + cell - (cell * c) / (c - d), y + cell]);
      if ((d > 0) !== (a > 0)) ends.push([x, y + cell - (cell * d) / (d - a)]);
      for (let i = 0; i + 1 < ends.length; i += 2) {
        context.moveTo(...ends[i]);
        context.lineTo(...ends[i + 1]);
      }
    }
  }
  context.stroke();
}

function paintSurface(segment, frame) {
  const chosen = shownNeuron && neuronSurface(segment, frame, shownNeuron);
  const { array, start, grid } = chosen || { array: segment.surface.array, start: ownFrame(segment.surface, frame) * 2500, grid: 50 };
  const { canvas } = surface;
  if (canvas.width !== grid) canvas.width = canvas.height = grid;
  paintLevels(surface, grid === 50 ? image50 : new ImageData(grid, grid), array, start);
  const { ratio } = scaled(boundary.canvas);
  const side = boundary.canvas.width;
  boundary.clearRect(0, 0, side, side);
  if (chosen) return;
  boundary.strokeStyle = colour('--course-ink');
  boundary.lineWidth = 1.2 * ratio;
  traceBoundary(boundary, array, start, 50, side);
}

// ---------------------------------------------------------------- points
const CODE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const LEVELS = 2047;
const snap = (value) => clamp(Math.round(((value + EXTENT) / (2 * EXTENT)) * LEVELS), 0, LEVELS);

// As demos/playground/links.py: three bytes a point, four characters.
function encodePoints(list) {
  return list.map(({ x, y, label: one }) => {
    const number = one * 2 ** 22 + snap(x) * 2 ** 11 + snap(y);
    return [18, 12, 6, 0].map((shift) => CODE[(number >> shift) & 63]).join('');
  }).join('');
}

function decodePoints(text) {
  const list = [];
  for (let i = 0; i + 3 < text.length; i += 4) {
    const number = [...text.slice(i, i + 4)].reduce((sum, char) => sum * 64 + CODE.indexOf(char), 0);
    const place = (level) => (level / LEVELS) * 2 * EXTENT - EXTENT;
    list.push({ x: place((number >> 11) & LEVELS), y: place(number & LEVELS), label: number >> 22 });
  }
  return list;
}

let nextClass = 1;
let held = null; // the point under the pointer: { index, moved }
let named = null; // what a CSV calls its columns and labels
let past = []; // what Undo brings back: { data, points }
const cursor = { x: 0, y: 0, shown: false };

// The points on the plane: the newest run's, or those that were clicked since.
function currentPoints() {
  if (settings.data !== 'own') return points.points;
  const own = decodePoints(settings.points);
  const known = new Map(points.points.map((point) => [encodePoints([point]), point.split]));
  return own.map((point) => ({ ...point, split: known.get(encodePoints([point])) ?? 'train' }));
}

function drawMark(context, x, y, one, size, fill, stroke, width) {
  context.beginPath();
  if (one) context.arc(x, y, size, 0, 2 * Math.PI);
  else {
    const reach = size * 1.25;
    context.moveTo(x, y - reach);
    for (const [dx, dy] of [[reach, 0], [0, reach], [-reach, 0]]) context.lineTo(x + dx, y + dy);
    context.closePath();
  }
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = width;
  context.strokeStyle = stroke;
  context.stroke();
}

function paintPoints() {
  if (!plane.clientWidth) return;
  const { ratio } = scaled(dots.canvas);
  const side = dots.canvas.width;
  const place = ({ x, y }) => [((x + EXTENT) / (2 * EXTENT)) * side, ((EXTENT - y) / (2 * EXTENT)) * side];
  const list = currentPoints();
  const size = (list.length > 150 ? 3.2 : list.length > 40 ? 4 : 5) * ratio;
  const colours = [colour('--chart-orange'), colour('--chart-blue')];
  const paper = colour('--course-card');
  dots.clearRect(0, 0, side, side);
  for (const split of ['test', 'train']) {
    for (const point of list) {
      if (point.split !== split) continue;
      const colour = colours[point.label];
      if (split === 'train') drawMark(dots, ...place(point), point.label, size, colour, paper, ratio);
      else drawMark(dots, ...place(point), point.label, size * 0.75, paper, colour, 1.4 * ratio);
    }
  }
  if (cursor.shown) {
    const [x, y] = place(cursor);
    dots.strokeStyle = colour('--course-ink');
    dots.lineWidth = 2 * ratio;
    dots.beginPath();
    for (const [dx, dy] of [[10, 0], [0, 10]]) {
      dots.moveTo(x - dx * ratio, y - dy * ratio);
      dots.lineTo(x + dx * ratio, y + dy * ratio);
    }
    dots.stroke();
  }
  board.dataset.points = list.length;
  button('undo').disabled = !past.length;
  for (const choice of parts('[data-class]')) choice.setAttribute('aria-checked', Number(choice.dataset.class) === nextClass);
}

function setPoints(list, remember = true) {
  if (list.length > props.largest.points) return warn(`At most ${props.largest.points} points.`);
  if (remember) past = [...past.slice(-99), { data: settings.data, points: settings.points }];
  return change({ data: 'own', points: encodePoints(list) }, { later: list.length < 2 ? -1 : 700 });
}

function undo() {
  if (past.length) change(past.pop());
}

function nearest(event) {
  const box = plane.getBoundingClientRect();
  const reach = event.pointerType === 'touch' ? 22 : 9;
  let best = { index: -1, distance: reach };
  currentPoints().forEach((point, index) => {
    const distance = Math.hypot(
      ((point.x + EXTENT) / (2 * EXTENT)) * box.width - (event.clientX - box.left),
      ((EXTENT - point.y) / (2 * EXTENT)) * box.height - (event.clientY - box.top),
    );
    if (distance < best.distance) best = { index, distance };
  });
  return best.index;
}

function placeOf(event) {
  const box = plane.getBoundingClientRect();
  const share = (value) => clamp(value, 0, 1) * 2 * EXTENT - EXTENT;
  return { x: share((event.clientX - box.left) / box.width), y: -share((event.clientY - box.top) / box.height) };
}

function addOrRemove(index, place) {
  const list = [...currentPoints()];
  if (index >= 0) list.splice(index, 1);
  else list.push({ ...place, label: nextClass, split: 'train' });
  say(index >= 0 ? 'Point removed.' : `${nextClass ? 'Blue' : 'Orange'} point added.`);
  setPoints(list);
}

function listenToPlane() {
  // A finger on a point drags it; anywhere else it taps or scrolls the page.
  plane.addEventListener('touchstart', (event) => {
    const touch = event.touches[0];
    if (nearest({ clientX: touch.clientX, clientY: touch.clientY, pointerType: 'touch' }) >= 0) event.preventDefault();
  }, { passive: false });
  plane.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || !event.isPrimary || isHidden('points')) return;
    cursor.shown = false;
    held = { index: nearest(event), moved: false, x: event.clientX, y: event.clientY, before: settings };
    try { plane.setPointerCapture(event.pointerId); } catch { /* the pointer is gone already */ }
  });
  plane.addEventListener('pointermove', (event) => {
    if (!held) {
      plane.style.cursor = isHidden('points') ? '' : nearest(event) >= 0 ? 'grab' : 'crosshair';
      return;
    }
    if (!held.moved && Math.hypot(event.clientX - held.x, event.clientY - held.y) < 5) return;
    held.moved = true;
    if (held.index < 0) return;
    const list = [...currentPoints()];
    list[held.index] = { ...list[held.index], ...placeOf(event) };
    if (!held.remembered) past = [...past.slice(-99), { data: held.before.data, points: held.before.points }];
    held.remembered = true;
    setPoints(list, false);
  });
  plane.addEventListener('pointerup', (event) => {
    if (held && !held.moved) addOrRemove(held.index, placeOf(event));
    held = null;
  });
  for (const name of ['pointercancel', 'lostpointercapture']) plane.addEventListener(name, () => { held = null; });
  plane.addEventListener('keydown', (event) => {
    const arrow = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (isHidden('points')) return;
    if (arrow && (cursor.shown || event.shiftKey)) {
      cursor.x = clamp(cursor.x + arrow[0] * 0.25, -EXTENT, EXTENT);
      cursor.y = clamp(cursor.y + arrow[1] * 0.25, -EXTENT, EXTENT);
      paintPoints();
    } else if (event.key === 'Enter') {
      if (cursor.shown) {
        const box = plane.getBoundingClientRect();
        const at = { clientX: box.left + ((cursor.x + EXTENT) / (2 * EXTENT)) * box.width, clientY: box.top + ((EXTENT - cursor.y) / (2 * EXTENT)) * box.height };
        addOrRemove(nearest(at), { x: cursor.x, y: cursor.y });
      }
      cursor.shown = true;
      paintPoints();
    } else if (event.key === 'Escape' && cursor.shown) {
      cursor.shown = false;
      paintPoints();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  plane.addEventListener('blur', () => { cursor.shown = false; paintPoints(); });
  for (const choice of parts('[data-class]')) {
    choice.addEventListener('click', () => { nextClass = Number(choice.dataset.class); paintPoints(); });
  }
  button('undo').addEventListener('click', undo);
  button('empty').addEventListener('click', () => setPoints([]));
  const file = part('.pg-own input[type=file]');
  button('csv').addEventListener('click', () => file.click());
  file.addEventListener('change', () => { if (file.files[0]) takeFile(file.files[0]); file.value = ''; });
  plane.addEventListener('dragover', (event) => event.preventDefault());
  plane.addEventListener('drop', (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) takeFile(event.dataTransfer.files[0]);
  });
  document.addEventListener('paste', (event) => {
    const busy = document.activeElement?.closest('input, textarea, [contenteditable=true]');
    if (!element.isConnected || !plane.offsetParent || busy || isHidden('points')) return;
    const text = event.clipboardData?.getData('text/plain') || '';
    if (event.clipboardData?.files[0]) takeFile(event.clipboardData.files[0]);
    else if (text.includes('\n')) takeCsv(text);
  });
}

async function takeFile(file) {
  if (file.size > props.largest.csv * 4) return warn(`This file is too large: at most ${props.largest.points} rows.`);
  return takeCsv(await file.text());
}

async function takeCsv(text) {
  try {
    const read = await atOnce('playground_points', [text]);
    named = null;
    past = [...past.slice(-99), { data: settings.data, points: settings.points }];
    change({ data: 'own', points: read.points });
    named = { axes: read.axes, classes: read.classes };
    points = { ...points, ...named };
    warn('');
    say(read.note);
  } catch (error) { warn(error.message); }
}

function describePlane() {
  const [x, y] = points.axes;
  const ends = (axis) => [axis.centre - axis.half, axis.centre + axis.half].map((value) => String(Number(value.toPrecision(3))).replace('-', MINUS));
  if (x) {
    const [left, right] = ends(x);
    part('.pg-axes .x').textContent = `→ ${x.name}: ${left} to ${right}`;
    part('.pg-axes .y').textContent = `↑ ${y.name}: ${ends(y).join(' to ')}`;
  }
  const [orange, blue] = points.classes.length ? points.classes : ['orange', 'blue'];
  const marks = [['orange', orange], ['blue', blue]].map(([colour, name]) => {
    const item = document.createElement('span');
    const mark = document.createElement('i');
    mark.className = `pg-mark ${colour}`;
    item.append(mark, name);
    return item;
  });
  const kinds = document.createElement('span');
  kinds.textContent = 'filled: training, hollow: test';
  part('.pg-legend').replaceChildren(...marks, kinds);
  plane.setAttribute('aria-label', 'The decision surface and the points. Enter shows a cursor; arrow keys move it, Enter adds a point there or removes it; 1 and 0 choose the class.');
}
