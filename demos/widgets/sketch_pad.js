// One SketchPad. Raises 'input' and 'expand'.
import { kept } from './lib/keep.js';
import { ARROWS } from './lib/keys.js';
import { drawn, mark, opened, refusalOf, takeFiles } from './lib/photos.js';
import { GRID, decodeStrokes, encodeStroke } from './lib/strokes.js';
import { _ } from './lib/texts.js';
import { Unanswered } from './lib/unanswered.js';

/** @param {import('./lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  // The strokes are kept as points, in GRID units, so that any size of canvas can show them again.
  const LONGEST = 16000; // characters; the server refuses more than 20,000
  const PAUSE = 25; // ms: at most 40 sketches a second
  const PHOTO_SIDE = 512; // px

  const pad = element.querySelector('.sketch-pad');
  const paper = pad.querySelector('.pad-paper');
  const canvas = pad.querySelector('canvas');
  const context = canvas.getContext('2d');
  const hint = pad.querySelector('.pad-hint');
  const status = pad.querySelector('.pad-status');
  const pen = pad.querySelector('.pad-pen input');
  const file = pad.querySelector('input[type=file]');
  const button = (name) => pad.querySelector(`[data-do=${name}]`);

  const faint = decodeStrokes(props.faint); // stands on the empty pad
  let strokes = []; // [{ width, points: [[x, y], …] }]
  let photo = null; // { image, url }
  let choice = 0; // counts photos and strokes: a slow photo must not replace what came after it
  const past = []; // what Undo brings back: [{ strokes, photo }]
  let drawing = null; // the stroke under the pointer
  let pointer = null; // its pointerId
  const cursor = { x: GRID / 2, y: GRID / 4, shown: false, stroke: null }; // the pen of the keyboard

  // ---------------------------------------------------------------- strokes as text
  function encode() {
    // A finished stroke never changes: its text is made once.
    return strokes.map((stroke) => {
      if (stroke === drawing || stroke === cursor.stroke) return encodeStroke(stroke);
      stroke.text ??= encodeStroke(stroke);
      return stroke.text;
    }).join('.');
  }

  const text = () => (photo ? photo.url : encode());

  // ---------------------------------------------------------------- sending
  // Never more than one sketch is on its way, and the newest is always sent.
  let sent = props.value || '';
  let sentAt = 0;
  let pausing = 0;
  let unsent = false;
  let again = ''; // the sketch that was asked for twice

  function offer() {
    unsent = true;
    pump();
  }

  // What the chapter says of another sketch is hidden once the answer to this one is late or lost.
  const unanswered = new Unanswered('sketch', () => element.closest('.chapter'), () => { sayLost(); goOn(); });

  // For tests and style sheets: whether the newest sketch still waits for its answer.
  const tell = () => { pad.dataset.pending = unsent || unanswered.due; };

  function pump() {
    tell();
    if (!unsent || unanswered.due || pausing) return;
    const rest = sentAt + PAUSE - performance.now();
    if (rest > 0) {
      pausing = setTimeout(() => { pausing = 0; pump(); }, rest);
      return;
    }
    unsent = false;
    const now = text();
    if (now === sent) { tell(); return; }
    sent = now;
    sentAt = performance.now();
    unanswered.ask(false);
    props.value = now;
    trigger('input');
  }

  function goOn() {
    unanswered.rest();
    pump();
    tell();
  }

  function sayLost() {
    say(_('No answer came to this sketch: check the connection, then draw on.'), 'trouble');
  }

  pad.addEventListener('answered', ({ detail }) => {
    const answer = detail ? JSON.parse(detail) : {};
    if (answer.mark === mark(sent)) {
      if (unanswered.hides) say('');
      unanswered.answered();
    } else if (sent) {
      const waited = unanswered.due;
      unanswered.lose();
      sayLost();
      // Is it late, and came after that to this sketch? Then that is asked for again, once.
      if (!waited && !unsent && again !== sent) {
        again = sent;
        sent = '';
        offer();
      }
    }
    goOn();
  });

  // ---------------------------------------------------------------- drawing
  let frame = 0;
  const repaint = () => { frame ||= requestAnimationFrame(() => { frame = 0; paint(); }); };

  function trace({ width, points }) {
    const [[x, y]] = points;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x, y);
    if (points.length === 1) context.lineTo(x + 0.01, y);
    for (let i = 1; i < points.length - 1; i += 1) {
      const [[ax, ay], [bx, by]] = [points[i], points[i + 1]];
      context.quadraticCurveTo(ax, ay, (ax + bx) / 2, (ay + by) / 2);
    }
    if (points.length > 1) context.lineTo(...points[points.length - 1]);
    context.stroke();
  }

  function paint() {
    const scale = canvas.width / GRID;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    if (photo) {
      const { width, height } = photo.image;
      const fit = GRID / Math.max(width, height);
      context.drawImage(photo.image, (GRID - width * fit) / 2, (GRID - height * fit) / 2, width * fit, height * fit);
    }
    context.lineCap = context.lineJoin = 'round';
    context.strokeStyle = getComputedStyle(canvas).color;
    const empty = !strokes.length && !photo;
    context.globalAlpha = 0.12;
    if (empty) faint.forEach(trace);
    context.globalAlpha = 1;
    strokes.forEach(trace);
    if (cursor.shown && document.activeElement === canvas) {
      context.lineWidth = 2;
      context.strokeStyle = getComputedStyle(canvas).getPropertyValue('--course-accent');
      context.beginPath();
      context.arc(cursor.x, cursor.y, Math.max(8, pen.value / 2), 0, 2 * Math.PI);
      for (const [dx, dy] of [[1, 0], [0, 1]]) {
        context.moveTo(cursor.x - 22 * dx, cursor.y - 22 * dy);
        context.lineTo(cursor.x + 22 * dx, cursor.y + 22 * dy);
      }
      context.stroke();
    }
    hint.hidden = !empty;
    button('undo').disabled = !past.length;
    button('clear').disabled = empty;
    // For tests and style sheets: what is on the pad.
    pad.dataset.strokes = strokes.length;
    pad.dataset.photo = Boolean(photo);
  }

  function fitCanvas() {
    const side = Math.round(paper.clientWidth * Math.min(3, window.devicePixelRatio || 1));
    if (!side) return; // the tab is hidden
    if (canvas.width !== side) canvas.width = canvas.height = side;
    paint();
  }

  const say = (sentence, tone = '') => {
    for (const one of ['trouble', 'waiting']) status.classList.toggle(one, tone === one);
    status.textContent = sentence;
  };

  function remember() {
    past.push({ strokes: [...strokes], photo });
    if (past.length > 200) past.shift();
  }

  function begin(x, y) {
    choice += 1;
    if (!photo && encode().length > LONGEST) {
      say(_('The pad is full: clear it to go on.'), 'trouble');
      return null;
    }
    say('');
    remember();
    if (photo) photo = null;
    const stroke = { width: Number(pen.value), points: [[x, y]] };
    strokes = [...strokes, stroke];
    repaint();
    return stroke;
  }

  function extend(stroke, x, y) {
    const [lastX, lastY] = stroke.points[stroke.points.length - 1];
    if (Math.hypot(x - lastX, y - lastY) < 1.5 || stroke.points.length > 4000) return;
    stroke.points.push([x, y]);
    repaint();
  }

  function place(event) {
    const box = canvas.getBoundingClientRect();
    const clamp = (share) => Math.min(GRID - 1, Math.max(0, share * GRID));
    return [clamp((event.clientX - box.left) / box.width), clamp((event.clientY - box.top) / box.height)];
  }

  canvas.addEventListener('pointerdown', (event) => {
    if (pointer !== null || event.button !== 0 || !event.isPrimary) return;
    pad.classList.add('by-pointer'); // no ring of focus around the pad
    canvas.focus({ preventScroll: true });
    lift();
    cursor.shown = false;
    drawing = begin(...place(event));
    if (!drawing) return;
    pointer = event.pointerId;
    // A pointer that is already gone cannot be captured.
    try { canvas.setPointerCapture(pointer); } catch { /* the stroke ends where it began */ }
    offer();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (event.pointerId !== pointer || !drawing) return;
    const moves = event.getCoalescedEvents?.() || [];
    for (const move of moves.length ? moves : [event]) extend(drawing, ...place(move));
    offer();
  });
  const end = (event) => {
    if (event.pointerId !== pointer) return;
    if (event.type === 'pointerup') extend(drawing, ...place(event));
    pointer = null;
    drawing = null;
    offer();
  };
  for (const name of ['pointerup', 'pointercancel', 'lostpointercapture']) canvas.addEventListener(name, end);
  // iOS: no magnifier, no selection, no scrolling by a second finger while one draws.
  canvas.addEventListener('touchstart', (event) => event.preventDefault(), { passive: false });
  canvas.addEventListener('contextmenu', (event) => { if (pointer !== null) event.preventDefault(); });

  // ---------------------------------------------------------------- undo, clear, pen
  function undo() {
    if (!past.length || pointer !== null) return;
    lift();
    ({ strokes, photo } = past.pop());
    say(_('Undone.'));
    paint();
    offer();
  }

  function clear() {
    if (pointer !== null) return;
    lift();
    if (strokes.length || photo) remember();
    [strokes, photo] = [[], null];
    say(_('The pad is empty.'));
    paint();
    offer();
  }

  function paintPen() {
    const width = Number(pen.value);
    pad.style.setProperty('--pen', `${Math.max(2, (width / 60) * 22)}px`);
    pen.setAttribute('aria-valuetext', _('{width} of 60', { width }));
  }

  button('undo').addEventListener('click', undo);
  button('clear').addEventListener('click', () => { clear(); canvas.focus({ preventScroll: true }); });
  pen.addEventListener('input', paintPen);

  // ---------------------------------------------------------------- keyboard
  const held = new Set();

  function lift() {
    cursor.stroke = null;
    held.clear();
  }

  pad.addEventListener('keydown', (event) => {
    pad.classList.remove('by-pointer');
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'z') {
      event.preventDefault();
      undo();
    }
  });
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ARROWS) {
      held.add(event.key);
      cursor.shown = true;
      const reach = event.shiftKey ? 4 : 14;
      const clamp = (value) => Math.min(GRID - 1, Math.max(0, value));
      for (const key of held) {
        cursor.x = clamp(cursor.x + ARROWS[key][0] * reach);
        cursor.y = clamp(cursor.y + ARROWS[key][1] * reach);
      }
      if (cursor.stroke) {
        extend(cursor.stroke, cursor.x, cursor.y);
        offer();
      }
      repaint();
    } else if (event.key === ' ') {
      if (event.repeat) return event.preventDefault();
      cursor.shown = true;
      if (cursor.stroke) {
        lift();
        say(_('The pen is up.'));
      } else {
        cursor.stroke = begin(cursor.x, cursor.y);
        if (cursor.stroke) say(_('The pen is down.'));
      }
      offer();
    } else if (['Escape', 'Delete', 'Backspace'].includes(event.key)) {
      clear();
    } else return undefined;
    return event.preventDefault();
  });
  canvas.addEventListener('keyup', (event) => held.delete(event.key));
  canvas.addEventListener('blur', () => { lift(); repaint(); offer(); });
  canvas.addEventListener('focus', repaint);

  // ---------------------------------------------------------------- photo
  async function takePhoto(chosen) {
    const mine = (choice += 1);
    let small;
    try {
      const bitmap = await opened(chosen, (sentence) => { if (mine === choice) say(sentence, 'waiting'); });
      small = drawn(bitmap, PHOTO_SIDE);
      bitmap.close();
    } catch (error) {
      if (mine === choice) say(refusalOf(error), 'trouble');
      return;
    }
    if (mine !== choice) return;
    lift();
    remember();
    [strokes, photo] = [[], { image: small, url: small.toDataURL('image/jpeg', 0.9) }];
    say(_('Photo shown in the pad.'));
    paint();
    offer();
  }

  if (props.photo) {
    button('photo').addEventListener('click', () => file.click());
    takeFiles({ element, paper, inputs: [file], take: takePhoto });
  } else button('photo').hidden = true;

  // ---------------------------------------------------------------- start
  function receive() {
    // A link, an example or Python sets the sketch.
    const value = props.value || '';
    if (value === sent) return;
    sent = value;
    unsent = false;
    if (value.startsWith('data:')) return;
    try {
      const next = decodeStrokes(value);
      if (strokes.length || photo) remember();
      [strokes, photo] = [next, null];
      paint();
    } catch { /* Python checked it */ }
  }

  pad.setAttribute('aria-label', props.name);
  canvas.setAttribute('aria-label', _('{name}. Draw with mouse, finger or pen. With the keyboard: arrow keys move the pen (two at once go diagonally, Shift goes slowly), Space puts it down and lifts it, Escape clears, Control Z undoes.', { name: props.name }));
  hint.firstElementChild.textContent = props.hint;
  hint.classList.toggle('inviting', faint.length > 0);
  pen.value = props.pen;
  paintPen();
  if (sent && !sent.startsWith('data:')) strokes = decodeStrokes(sent);
  new ResizeObserver(fitCanvas).observe(paper);
  new MutationObserver(repaint).observe(document.body, { attributeFilter: ['class'] });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
  fitCanvas();
  watch('value', receive);
  const ask = () => { if (element.isConnected) trigger('expand'); };
  document.addEventListener('course:redraw', ask);
  const chapter = element.closest('.chapter')?.id.replace('chapter-', '');
  const name = element.closest('[class*=control-]')?.className.match(/control-(\w+)/)?.[1];
  const before = !sent && chapter && name ? kept(chapter, name) : '';
  if (before.startsWith('data:')) {
    fetch(before).then((response) => response.blob()).then(takePhoto);
  } else if (before) {
    strokes = decodeStrokes(before);
    paint();
    offer();
  } else ask();
}
