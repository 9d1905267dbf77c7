// Loss and accuracy over the epochs, of one chain of runs or of the compared ones.
import { clamp, fixed } from '../../widgets/lib/numbers.js';
import { placeIn } from '../../widgets/lib/place.js';
import { saveMenu, titleOf as chapterOf } from '../../widgets/lib/save.js';
import { _ } from '../../widgets/lib/texts.js';
import { DASHES, SERIES, readChanges, titleOf } from './compare.js';
import { locate } from './history.js';
import { label, percent } from './labels.js';

/**
 * @typedef {object} Line
 * @property {string} colour
 * @property {number[]} dash
 * @property {number[]} epochs
 * @property {(number | null)[]} loss
 * @property {(number | null)[]} [accuracy]
 * @property {(number | null)[]} [test]
 */
/** @typedef {{ left: number, right: number, up: number, down: number }} Ends */
/** @typedef {{ faint: HTMLCanvasElement, bright: HTMLCanvasElement, x: (epoch: number) => number, ends: Ends, ratio: number }} Curve */

/** @param {Line[]} drawn */
const longestOf = (drawn) => drawn.reduce((a, b) => (b.epochs.length > a.epochs.length ? b : a));

/**
 * Return where the axis of the losses ends: a run that diverges must not flatten all the others.
 * @param {(number | null)[]} losses
 */
export function topOf(losses) {
  const values = losses.filter((value) => value !== null).sort((a, b) => a - b);
  const high = Math.max(0.05, Math.min(values.at(-1) ?? 1, 3 * (values[Math.floor(values.length * 0.5)] ?? 1) + 0.7));
  const power = 10 ** Math.floor(Math.log10(high));
  return [1, 1.5, 2, 3, 5, 7.5, 10].find((step) => step * power >= high) * power;
}

/** @param {import('./state').State} state */
export function showCurves(state) {
  const { canvases } = state;
  const [left, right] = [state.part('.pg-loss'), state.part('.pg-accuracy')];
  // Each chart is drawn twice, faint and bright; a frame copies the faint one, and of the bright one
  // what lies before the current epoch.
  /** @type {Map<HTMLCanvasElement, Curve>} */
  const curves = new Map();
  /** Of the loss, as long as the runs stay the same. @type {{ drawn: Line[], top: number }} */
  let scale = { drawn: [], top: 1 };

  /** @returns {Line[]} */
  function lines() {
    if (state.comparing) {
      return state.runs.map((run, i) => ({ colour: SERIES[i], dash: DASHES[i], epochs: run.epochs, loss: run.train_loss, test: run.test_loss }));
    }
    /** @param {'epochs' | 'train_loss' | 'test_loss' | 'train_accuracy' | 'test_accuracy'} name */
    const joined = (name) => state.segments.flatMap((segment) => segment[name]);
    return [
      { colour: '--chart-vermillion', dash: [5, 3], epochs: joined('epochs'), loss: joined('test_loss'), accuracy: joined('test_accuracy') },
      { colour: '--chart-blue', dash: [], epochs: joined('epochs'), loss: joined('train_loss'), accuracy: joined('train_accuracy') },
    ];
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {string} title
   * @param {'loss' | 'accuracy' | 'test'} field
   * @param {number} top
   * @returns {Curve}
   */
  function layOut(canvas, title, field, top) {
    const { drawn } = scale;
    const { ratio, width, height } = canvases.scaled(canvas);
    const ends = { left: 44, right: width - 8, up: 20, down: height - 18 };
    const most = Math.max(1, ...drawn.map(({ epochs }) => epochs.at(-1)));
    const first = Math.min(...drawn.map(({ epochs }) => epochs[0]));
    /** @param {number} epoch */
    const x = (epoch) => ends.left + ((epoch - first) / Math.max(1, most - first)) * (ends.right - ends.left);
    /** @param {number} value */
    const y = (value) => ends.down - (clamp(value, 0, top) / top) * (ends.down - ends.up);
    const [faint, bright] = [0, 1].map(() => {
      const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
      const context = copy.getContext('2d');
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      return context;
    });
    faint.font = '12px system-ui, sans-serif';
    faint.fillStyle = canvases.colour('--chart-ink');
    faint.textBaseline = 'middle';
    faint.fillText(title, ends.left, 9);
    faint.strokeStyle = canvases.colour('--chart-grid');
    faint.lineWidth = 1;
    faint.textAlign = 'right';
    for (const tick of [0, top / 2, top]) {
      faint.beginPath();
      faint.moveTo(ends.left, y(tick));
      faint.lineTo(ends.right, y(tick));
      faint.stroke();
      faint.fillText(field === 'accuracy' ? `${tick * 100} %` : String(Number(tick.toPrecision(2))), ends.left - 5, y(tick));
    }
    faint.fillText(_('epoch {epoch}', { epoch: most }), ends.right, height - 8);
    faint.textAlign = 'left';
    faint.fillText(String(first), ends.left, height - 8);
    for (const [context, alpha, thickness] of /** @type {[CanvasRenderingContext2D, number, number][]} */ ([[faint, 0.25, 1.3], [bright, 1, 2]])) {
      context.globalAlpha = alpha;
      context.lineWidth = thickness;
      for (const line of drawn) {
        context.strokeStyle = canvases.colour(line.colour);
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
    return { faint: faint.canvas, bright: bright.canvas, x, ends, ratio };
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {string} title
   * @param {'loss' | 'accuracy' | 'test'} field
   * @param {number} top
   */
  function draw(canvas, title, field, top) {
    const { width } = canvases.scaled(canvas);
    if (!width) return;
    if (curves.get(canvas)?.faint.width !== canvas.width) curves.set(canvas, layOut(canvas, title, field, top));
    const { faint, bright, x, ends, ratio } = curves.get(canvas);
    const context = canvas.getContext('2d');
    const { epochs } = longestOf(scale.drawn);
    const now = Math.round(x(epochs[Math.min(state.player.position, epochs.length - 1)]) * ratio);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(faint, 0, 0);
    if (now > 0) context.drawImage(bright, 0, 0, now, canvas.height, 0, 0, now, canvas.height);
    context.fillStyle = canvases.colour('--chart-faint');
    context.fillRect(now, ends.up * ratio, ratio, (ends.down - ends.up) * ratio);
  }

  function measure() {
    curves.clear();
    const drawn = lines();
    if (!drawn[0]?.epochs.length) clear();
    scale = { drawn, top: topOf(drawn.flatMap(({ loss, test }) => [...loss, ...(test ?? [])])) };
    describe();
  }

  function clear() {
    for (const canvas of [left, right]) canvas.getContext('2d').clearRect(0, 0, canvas.width, canvas.height);
    for (const cell of state.parts('.pg-numbers [data-number]')) cell.textContent = '–';
  }

  function paint() {
    if (!scale.drawn[0]?.epochs.length) return;
    if (state.runs.length) {
      draw(left, _('training loss'), 'loss', scale.top);
      draw(right, _('test loss'), 'test', scale.top);
    } else {
      draw(left, _('loss ({name})', { name: label(state.segments[0].network.loss) }), 'loss', scale.top);
      draw(right, _('accuracy'), 'accuracy', 1);
      writeNumbers();
    }
  }

  function writeNumbers() {
    const [segment, frame] = locate(state.segments, state.player.position);
    for (const cell of state.parts('.pg-numbers [data-number]')) {
      const name = /** @type {'train_loss' | 'test_loss' | 'train_accuracy' | 'test_accuracy'} */ (cell.dataset.number);
      const value = segment[name][frame];
      const text = name.endsWith('loss') ? _('loss {loss}', { loss: fixed(value) }) : _('accuracy {accuracy}', { accuracy: percent(value) });
      if (cell.textContent !== text) cell.textContent = text;
    }
  }

  const names = () => (state.runs.length ? readChanges(state.settings.compare).map(titleOf) : [_('test'), _('training')]);

  /** What the menu of lib/save.js saves. @returns {import('../../widgets/lib/save.js').Chart[]} */
  function saved() {
    /** @type {[HTMLCanvasElement, 'loss' | 'test' | 'accuracy', string][]} */
    const both = [[left, 'loss', _('loss')], [right, state.runs.length ? 'test' : 'accuracy', state.runs.length ? _('test loss') : _('accuracy')]];
    return both.filter(() => scale.drawn[0]?.epochs.length).map(([canvas, field, heading]) => ({
      heading,
      host: canvas,
      drawn: canvas,
      sets: { run: scale.drawn.flatMap((line, i) => line.epochs.map((epoch, at) => ({ epoch, of: names()[i], [field]: line[field][at] }))) },
      headings: { [field]: heading },
      legend: scale.drawn.map(({ colour, dash }, i) => ({ label: names()[i], colour: `var(${colour})`, dash })),
      foot: chapterOf('playground'),
    }));
  }
  saveMenu(state.part('.pg-save'), 'playground', saved);

  // What the two charts show, for those who cannot see them.
  function describe() {
    /** @param {(number | null)[]} values */
    const ends = (values) => ({ first: fixed(values.find((value) => value !== null)), last: fixed(values.findLast((value) => value !== null)) });
    /** @type {[HTMLCanvasElement, 'loss' | 'test' | 'accuracy'][]} */
    const charts = [[left, 'loss'], [right, state.runs.length ? 'test' : 'accuracy']];
    for (const [canvas, field] of charts) {
      const told = scale.drawn.map((line, i) => _('{name} from {first} to {last}', { name: names()[i], ...ends(line[field]) })).join('; ');
      const sentences = {
        loss: _('loss over the epochs: {runs}', { runs: told }),
        test: _('test loss over the epochs: {runs}', { runs: told }),
        accuracy: _('accuracy over the epochs: {runs}', { runs: told }),
      };
      canvas.setAttribute('aria-label', sentences[field]);
    }
  }

  for (const canvas of [left, right]) {
    /** @param {PointerEvent} event */
    const scrub = (event) => {
      if (!curves.has(canvas) || !(event.buttons & 1)) return;
      const { ends } = curves.get(canvas);
      const share = clamp((placeIn(canvas, event)[0] - ends.left) / (ends.right - ends.left), 0, 1);
      const { epochs } = longestOf(scale.drawn);
      const epoch = epochs[0] + share * (epochs.at(-1) - epochs[0]);
      state.player.scrub(epochs.findLastIndex((one) => one <= epoch + 1e-9));
    };
    canvas.addEventListener('pointerdown', scrub);
    canvas.addEventListener('pointermove', scrub);
  }
  state.on('runs', measure);
  state.on('frame', paint);
  state.on('colours', () => curves.clear());
}
