// The points of the plane: drawn, added, moved and removed; from a CSV; as text for links.
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
  if (list.length > props.largest.points) return warn(_('At most {count} points.', { count: props.largest.points }));
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
  say(index >= 0 ? _('Point removed.') : nextClass ? _('Blue point added.') : _('Orange point added.'));
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
    if (event.dataTransfer.files[0] && !isHidden('points')) takeFile(event.dataTransfer.files[0]);
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
  if (file.size > props.largest.csv * 4) return warn(_('This file is too large: at most {count} rows.', { count: props.largest.points }));
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
  const written = (value) => String(Number(value.toPrecision(3))).replace('-', MINUS);
  const ends = ({ name, centre, half }) => ({ name, low: written(centre - half), high: written(centre + half) });
  if (x) {
    part('.pg-axes .x').textContent = _('→ {name}: {low} to {high}', ends(x));
    part('.pg-axes .y').textContent = _('↑ {name}: {low} to {high}', ends(y));
  }
  const [orange, blue] = points.classes.length ? points.classes : [_('orange'), _('blue')];
  const marks = [['orange', orange], ['blue', blue]].map(([colour, name]) => {
    const item = document.createElement('span');
    const mark = document.createElement('i');
    mark.className = `pg-mark ${colour}`;
    item.append(mark, name);
    return item;
  });
  const kinds = document.createElement('span');
  kinds.textContent = _('filled: training, hollow: test');
  part('.pg-legend').replaceChildren(...marks, kinds);
  plane.setAttribute('aria-label', _('The decision surface and the points. Enter shows a cursor; arrow keys move it, Enter adds a point there or removes it; 1 and 0 choose the class.'));
}
