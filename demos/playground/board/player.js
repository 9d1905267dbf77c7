// Training, and playing what came back.
const slider = part('.pg-player input[type=range]');
const output = part('.pg-player output');
const speed = part('.pg-player > select');
const auto = part('.pg-auto');
let position = 0; // frame of the chain
let playing = 0; // id of the animation frame, 0 when paused
let version = 0; // of what is shown: answers to older requests are dropped
let busy = false;
let wanted = null; // the newest request that waits: { more, start }
let timer = 0;

const lengthOf = () => (runs.length ? Math.max(...runs.map((run) => run.length)) : totalFrames());

// ---------------------------------------------------------------- training
function changed(later) {
  clearTimeout(timer);
  button('train').classList.add('due');
  if (later < 0) return;
  // Starting over would throw away what was trained on step by step.
  const long = segments.length > 1 && !comparing() && fits(segments.at(-1));
  if (long) return say(_('Press Train on to go on with the change, or Train to start over.'), true);
  if (!auto.checked) return say(_('The settings have changed: press Train, or Train on.'), true);
  const before = trained ? trained.seconds / work(trained.settings) : 0;
  if (before * work(settings) > 1.5) return say(_('This takes a while: press Train.'), true);
  timer = setTimeout(() => ask({ more: false, start: null }), later);
}

// How much a run has to compute, up to a factor.
function work(one) {
  const batch = Math.min(one.batch_size, 250);
  return one.epochs * (1 + 250 / batch) * (2 + one.hidden.length) * (one.compare ? one.compare.split(';').length : 1);
}

const train = () => { clearTimeout(timer); ask({ more: false, start: 0 }); };
const trainOn = () => { clearTimeout(timer); ask({ more: true, start: totalFrames() }); };

async function ask(request) {
  wanted = request;
  if (busy) return;
  busy = true;
  board.setAttribute('aria-busy', 'true');
  button('train').textContent = _('Training …');
  while (wanted) {
    const { more, start } = wanted;
    wanted = null;
    const asked = settings;
    const waiting = setTimeout(() => say(_('Others are training too: this run waits for its turn.'), true), 4000);
    try {
      const began = performance.now();
      const { compare } = asked;
      if (compare) {
        const changes = readChanges().map((pairs) => Object.fromEntries(pairs.map(([name, value]) => [name, valueOf(name, value)])));
        const answer = await queued('playground_compare', [asked, changes]);
        const arrived = await Promise.all(answer.runs.map(segmentOf));
        if (settings.compare !== compare) { wanted ??= { more: false, start }; continue; }
        accept(answer.data, asked, (performance.now() - began) / 1000);
        runs = arrived;
        warn(runs.map((run, i) => run.note && _('Network {number}: {what}', { number: i + 1, what: run.note })).filter(Boolean).join(' '));
        paintCardPoints();
      } else {
        const weights = more ? segments.at(-1)?.final : null;
        const answer = await queued('playground_train', [asked, weights]);
        const segment = await segmentOf(answer);
        if (comparing()) { wanted ??= { more: false, start }; continue; }
        accept(answer.data, asked, answer.seconds);
        runs = [];
        segments = weights ? [...segments.slice(-11), segment] : [segment];
        warn(answer.note);
        closeEditor();
      }
      version += 1;
      arrive(start);
      say('');
    } catch (error) {
      warn(error.message);
      say('');
    }
    clearTimeout(waiting);
  }
  busy = false;
  button('train').textContent = _('Train');
  board.setAttribute('aria-busy', 'false');
}

function accept(data, asked, seconds) {
  points = { ...data, ...(asked.data === 'own' ? named : null) };
  trained = { settings: asked, seconds };
  button('train').classList.toggle('due', settings !== asked);
  describePlane();
  paintPoints();
}

// Show a new run: from its start if the visitor asked for it, else where the visitor was.
function arrive(start) {
  const atEnd = position >= Number(slider.max) && !playing;
  slider.max = Math.max(0, lengthOf() - 1);
  measureCurves();
  if (start === null && atEnd) show(lengthOf() - 1);
  else if (start === null) show(position);
  else if (reducedMotion.matches) show(lengthOf() - 1);
  else { show(Math.min(start, lengthOf() - 1)); play(); }
}

function lastFrame() {
  slider.max = Math.max(0, lengthOf() - 1);
  measureCurves();
  show(lengthOf() - 1);
}

// ---------------------------------------------------------------- player
const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

function show(next) {
  const last = Math.max(0, lengthOf() - 1);
  position = clamp(next, 0, last);
  if (runs.length) {
    paintCards();
  } else if (segments.length) {
    const [segment, frame] = locate(position);
    const drawn = fits(segment);
    paintSurface(segment, frame);
    if (drawn) paintNeurons(segment, frame);
    paintWires(drawn ? segment : null, frame);
    writeNumbers(segment, frame);
    const what = part('.pg-what');
    what.hidden = !shownNeuron;
    if (shownNeuron) what.textContent = _('Layer {layer}, neuron {neuron}', { layer: shownNeuron.layer + 1, neuron: shownNeuron.row + 1 });
  } else {
    paintWires(null, 0);
    return;
  }
  paintCurves(position);
  slider.value = position;
  const longest = runs.length ? runs.reduce((a, b) => (b.length > a.length ? b : a)) : null;
  const [segment, frame] = longest ? [longest, position] : locate(position);
  const end = longest ? longest.epochs.at(-1) : segments.at(-1).epochs.at(-1);
  const epoch = String(segment.epochs[frame]).padStart(String(end).length, '\u2007');
  const text = _('epoch {epoch} / {last}', { epoch, last: end });
  output.textContent = segment.byHand ? _('epoch {epoch} / {last}, by hand', { epoch, last: end }) : text;
  slider.setAttribute('aria-valuetext', text);
  for (const [name, off] of [['first', position === 0], ['back', position === 0], ['forward', position >= last]]) button(name).disabled = off;
  paintPlay();
  board.dataset.frame = position;
  board.dataset.epoch = segment.epochs[frame];
}

const refresh = () => show(position);

function paintPlay() {
  const text = playing ? '❚❚ ' + _('Pause') : position >= lengthOf() - 1 ? '↺ ' + _('Replay') : '▶\uFE0E ' + _('Play');
  const face = button('play').firstElementChild;
  if (face.textContent !== text) face.textContent = text;
  button('play').disabled = lengthOf() < 2;
  button('more').disabled = comparing() || !segments.at(-1)?.final || !fits(segments.at(-1));
}

function pause() {
  cancelAnimationFrame(playing);
  playing = 0;
  paintPlay();
}

function play() {
  cancelAnimationFrame(playing);
  if (position >= lengthOf() - 1) show(0);
  // About six seconds for any run at 1×; short runs slow enough to be seen.
  const rate = () => Math.max(6, lengthOf() / 6) * Number(speed.value);
  let before = performance.now();
  let exact = position;
  const frame = (now) => {
    if (!element.isConnected) { playing = 0; return; }
    exact += ((now - before) / 1000) * rate();
    before = now;
    if (Math.floor(exact) !== position) show(Math.floor(exact));
    if (position >= lengthOf() - 1) pause();
    else playing = requestAnimationFrame(frame);
  };
  playing = requestAnimationFrame(frame);
  paintPlay();
}

function listenToPlayer() {
  const actions = {
    train, more: trainOn,
    first: () => { pause(); show(0); },
    back: () => { pause(); show(position - 1); },
    forward: () => { pause(); show(position + 1); },
    play: () => (playing ? pause() : play()),
    close: closeEditor,
    understood: () => { part('.pg-sentence').hidden = true; },
    script: () => exportAs('script'),
    safetensors: () => exportAs('safetensors'),
  };
  for (const [name, action] of Object.entries(actions)) button(name).addEventListener('click', action);
  slider.addEventListener('input', () => { pause(); show(Number(slider.value)); });
  board.addEventListener('keydown', (event) => {
    const typing = event.target.closest('input:not([type=range]):not([type=checkbox]), select, textarea');
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() === 'z' && !typing && !isHidden('points')) { event.preventDefault(); undo(); }
      return;
    }
    if (typing || event.altKey) return;
    const pressed = event.target.closest('button, summary, a, input[type=checkbox]');
    if (event.key === ' ' && !pressed) { event.preventDefault(); actions.play(); }
    const range = event.target.closest('input[type=range]');
    if (!range && event.key === 'ArrowLeft') { event.preventDefault(); actions.back(); }
    if (!range && event.key === 'ArrowRight') { event.preventDefault(); actions.forward(); }
    if (event.key === '0' || event.key === '1') { nextClass = Number(event.key); paintPoints(); }
    if (event.key.toLowerCase() === 't' && !range) train();
  });
}
