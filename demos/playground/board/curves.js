// Loss and accuracy over the epochs, of one chain of runs or of the compared ones.
const SERIES = ['--chart-blue', '--chart-vermillion', '--chart-green', '--chart-purple'];
const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

// Lines to draw: { name, colour, dash, epochs, loss, accuracy }.
function lines() {
  if (runs.length) {
    return runs.map((run, i) => ({ colour: SERIES[i], dash: DASHES[i], epochs: run.epochs, loss: run.train_loss, test: run.test_loss }));
  }
  const joined = (name) => segments.flatMap((segment) => segment[name]);
  const epochs = joined('epochs');
  return [['test', '--chart-vermillion', [5, 3]], ['train', '--chart-blue', []]].map(([split, colour, dash]) => ({
    colour, dash, epochs, loss: joined(`${split}_loss`), accuracy: joined(`${split}_accuracy`),
  }));
}

// Each chart is drawn twice, faint and bright; a frame copies the faint one, and of the bright one
// what lies before the current epoch.
const curves = new Map(); // canvas → { faint, bright, x, ends }

function layOut(canvas, title, drawn, field, top) {
  const { ratio, width, height } = scaled(canvas);
  const [left, right, up, down] = [44, width - 8, 20, height - 18];
  const most = Math.max(1, ...drawn.map(({ epochs }) => epochs.at(-1)));
  const first = Math.min(...drawn.map(({ epochs }) => epochs[0]));
  const x = (epoch) => left + ((epoch - first) / Math.max(1, most - first)) * (right - left);
  const y = (value) => down - (clamp(value, 0, top) / top) * (down - up);
  const [faint, bright] = [0, 1].map(() => {
    const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
    const context = copy.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
  });
  faint.font = '12px system-ui, sans-serif';
  faint.fillStyle = colour('--chart-ink');
  faint.textBaseline = 'middle';
  faint.fillText(title, left, 9);
  faint.strokeStyle = colour('--chart-grid');
  faint.lineWidth = 1;
  faint.textAlign = 'right';
  for (const tick of [0, top / 2, top]) {
    faint.beginPath();
    faint.moveTo(left, y(tick));
    faint.lineTo(right, y(tick));
    faint.stroke();
    faint.fillText(field === 'accuracy' ? `${tick * 100} %` : String(Number(tick.toPrecision(2))), left - 5, y(tick));
  }
  faint.fillText(_('epoch {epoch}', { epoch: most }), right, height - 8);
  faint.textAlign = 'left';
  faint.fillText(String(first), left, height - 8);
  for (const [context, alpha, thickness] of [[faint, 0.25, 1.3], [bright, 1, 2]]) {
    context.globalAlpha = alpha;
    context.lineWidth = thickness;
    for (const line of drawn) {
      context.strokeStyle = colour(line.colour);
      context.setLineDash(line.dash);
      context.beginPath();
      let open = false;
      line.epochs.forEach((epoch, i) => {
        const value = line[field][i];
        if (value !== null) context[open ? 'lineTo' : 'moveTo'](x(epoch), y(value));
        open = value !== null;
      });
      context.stroke();
    }
  }
  return { faint: faint.canvas, bright: bright.canvas, x, ends: { left, right, up, down }, ratio };
}

const longestOf = (drawn) => drawn.reduce((a, b) => (b.epochs.length > a.epochs.length ? b : a));

function drawCurve(canvas, title, drawn, field, top, last) {
  const { width } = scaled(canvas);
  if (!width) return;
  if (curves.get(canvas)?.faint.width !== canvas.width) curves.set(canvas, layOut(canvas, title, drawn, field, top));
  const { faint, bright, x, ends, ratio } = curves.get(canvas);
  const context = canvas.getContext('2d');
  const { epochs } = longestOf(drawn);
  const now = Math.round(x(epochs[Math.min(last, epochs.length - 1)]) * ratio);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.drawImage(faint, 0, 0);
  if (now > 0) context.drawImage(bright, 0, 0, now, canvas.height, 0, 0, now, canvas.height);
  context.fillStyle = colour('--chart-faint');
  context.fillRect(now, ends.up * ratio, ratio, (ends.down - ends.up) * ratio);
}

let scale = { drawn: [], top: 1 }; // of the loss, as long as the runs stay the same

function measureCurves() {
  curves.clear();
  const drawn = lines();
  const values = drawn.flatMap(({ loss, test }) => [...loss, ...(test ?? [])]).filter((value) => value !== null).sort((a, b) => a - b);
  // A run that diverges must not flatten all the others.
  const high = Math.max(0.05, Math.min(values.at(-1) ?? 1, 3 * (values[Math.floor(values.length * 0.5)] ?? 1) + 0.7));
  const power = 10 ** Math.floor(Math.log10(high));
  scale = { drawn, top: [1, 1.5, 2, 3, 5, 7.5, 10].find((step) => step * power >= high) * power };
  describeCurves();
}

function paintCurves(frame) {
  if (!scale.drawn.length || !scale.drawn[0].epochs.length) return;
  const [left, right] = [part('.pg-loss'), part('.pg-accuracy')];
  if (runs.length) {
    drawCurve(left, _('training loss'), scale.drawn, 'loss', scale.top, frame);
    drawCurve(right, _('test loss'), scale.drawn, 'test', scale.top, frame);
  } else {
    drawCurve(left, _('loss ({name})', { name: label(segments[0].network.loss) }), scale.drawn, 'loss', scale.top, frame);
    drawCurve(right, _('accuracy'), scale.drawn, 'accuracy', 1, frame);
  }
}

// What the two charts show, for those who cannot see them.
function describeCurves() {
  const ends = (values) => ({ first: format(values.find((value) => value !== null)), last: format(values.findLast((value) => value !== null)) });
  const names = runs.length ? readChanges().map(titleOf) : [_('test'), _('training')];
  for (const [canvas, field] of [[part('.pg-loss'), 'loss'], [part('.pg-accuracy'), runs.length ? 'test' : 'accuracy']]) {
    const told = scale.drawn.map((line, i) => _('{name} from {first} to {last}', { name: names[i], ...ends(line[field]) })).join('; ');
    const sentences = {
      loss: _('loss over the epochs: {runs}', { runs: told }),
      test: _('test loss over the epochs: {runs}', { runs: told }),
      accuracy: _('accuracy over the epochs: {runs}', { runs: told }),
    };
    canvas.setAttribute('aria-label', sentences[field]);
  }
}

function writeNumbers(segment, frame) {
  const percent = (value) => (value === null ? '–' : `${(value * 100).toFixed(1)} %`);
  for (const cell of parts('.pg-numbers [data-number]')) {
    const what = cell.dataset.number.split('_')[1];
    const value = segment[cell.dataset.number][frame];
    const text = what === 'loss' ? _('loss {loss}', { loss: format(value) }) : _('accuracy {accuracy}', { accuracy: percent(value) });
    if (cell.textContent !== text) cell.textContent = text;
  }
}

function listenToCurves() {
  for (const canvas of [part('.pg-loss'), part('.pg-accuracy')]) {
    const scrub = (event) => {
      if (!curves.has(canvas) || !(event.buttons & 1)) return;
      const { left, right } = curves.get(canvas).ends;
      const share = clamp((event.clientX - canvas.getBoundingClientRect().left - left) / (right - left), 0, 1);
      const { epochs } = longestOf(scale.drawn);
      const epoch = epochs[0] + share * (epochs.at(-1) - epochs[0]);
      pause();
      show(epochs.findLastIndex((one) => one <= epoch + 1e-9));
    };
    canvas.addEventListener('pointerdown', scrub);
    canvas.addEventListener('pointermove', scrub);
  }
}
