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

function drawCurve(canvas, title, drawn, field, top, last) {
  const ratio = scaled(canvas);
  const context = canvas.getContext('2d');
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const [left, right, up, down] = [44, width - 8, 20, height - 18];
  const most = Math.max(1, ...drawn.map(({ epochs }) => epochs.at(-1)));
  const first = Math.min(...drawn.map(({ epochs }) => epochs[0]));
  const x = (epoch) => left + ((epoch - first) / Math.max(1, most - first)) * (right - left);
  const y = (value) => down - (clamp(value, 0, top) / top) * (down - up);
  context.font = '12px system-ui, sans-serif';
  context.fillStyle = css('--chart-ink');
  context.textBaseline = 'middle';
  context.fillText(title, left, 9);
  context.strokeStyle = css('--chart-grid');
  context.lineWidth = 1;
  context.textAlign = 'right';
  for (const tick of [0, top / 2, top]) {
    context.beginPath();
    context.moveTo(left, y(tick));
    context.lineTo(right, y(tick));
    context.stroke();
    context.fillText(field === 'accuracy' ? `${tick * 100} %` : String(Number(tick.toPrecision(2))), left - 5, y(tick));
  }
  context.fillText(`epoch ${most}`, right, height - 8);
  context.textAlign = 'left';
  context.fillText(String(first), left, height - 8);
  for (const line of drawn) {
    context.strokeStyle = css(line.colour);
    context.setLineDash(line.dash);
    for (const [alpha, thickness, until] of [[0.25, 1.3, Infinity], [1, 2, last]]) {
      context.globalAlpha = alpha;
      context.lineWidth = thickness;
      context.beginPath();
      let open = false;
      for (let i = 0; i < line.epochs.length && i <= until; i += 1) {
        const value = line[field][i];
        if (value === null) { open = false; continue; }
        if (open) context.lineTo(x(line.epochs[i]), y(value));
        else context.moveTo(x(line.epochs[i]), y(value));
        open = true;
      }
      context.stroke();
    }
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
  const longest = drawn.reduce((a, b) => (b.epochs.length > a.epochs.length ? b : a), drawn[0]);
  const now = x(longest.epochs[Math.min(last, longest.epochs.length - 1)]);
  context.strokeStyle = css('--chart-faint');
  context.beginPath();
  context.moveTo(now, up);
  context.lineTo(now, down);
  context.stroke();
  canvas.ends = { left, right };
}

let scale = { drawn: [], top: 1 }; // of the loss, as long as the runs stay the same

function measureCurves() {
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
    drawCurve(left, 'training loss', scale.drawn, 'loss', scale.top, frame);
    drawCurve(right, 'test loss', scale.drawn, 'test', scale.top, frame);
  } else {
    drawCurve(left, `loss (${label(segments[0].network.loss)})`, scale.drawn, 'loss', scale.top, frame);
    drawCurve(right, 'accuracy', scale.drawn, 'accuracy', 1, frame);
  }
}

// What the two charts show, for those who cannot see them.
function describeCurves() {
  const ends = (line, field) => `${format(line[field].find((value) => value !== null))} to ${format(line[field].findLast((value) => value !== null))}`;
  const names = runs.length ? readChanges().map(titleOf) : ['test', 'training'];
  for (const [canvas, field] of [[part('.pg-loss'), 'loss'], [part('.pg-accuracy'), runs.length ? 'test' : 'accuracy']]) {
    const told = scale.drawn.map((line, i) => `${names[i]} from ${ends(line, field)}`).join('; ');
    canvas.setAttribute('aria-label', `${field === 'test' ? 'test loss' : field} over the epochs: ${told}`);
  }
}

function writeNumbers(segment, frame) {
  const percent = (value) => (value === null ? '–' : `${(value * 100).toFixed(1)} %`);
  const rows = [['training', 'train', 'blue'], ['test', 'test', 'vermillion dashed']].map(([name, key, line]) => (
    `<span class="pg-line ${line}"></span><b>${name}</b><span></span><span>loss ${format(segment[`${key}_loss`][frame])}</span>`
    + `<span></span><span>accuracy ${percent(segment[`${key}_accuracy`][frame])}</span>`));
  part('.pg-numbers').innerHTML = rows.join('');
}

function listenToCurves() {
  for (const canvas of [part('.pg-loss'), part('.pg-accuracy')]) {
    const scrub = (event) => {
      if (!canvas.ends || !(event.buttons & 1)) return;
      const { left, right } = canvas.ends;
      const share = clamp((event.clientX - canvas.getBoundingClientRect().left - left) / (right - left), 0, 1);
      const { epochs } = scale.drawn.reduce((a, b) => (b.epochs.length > a.epochs.length ? b : a));
      const epoch = epochs[0] + share * (epochs.at(-1) - epochs[0]);
      pause();
      show(epochs.findLastIndex((one) => one <= epoch + 1e-9));
    };
    canvas.addEventListener('pointerdown', scrub);
    canvas.addEventListener('pointermove', scrub);
  }
}
