// The pipeline of the step that the chart shows. Raises 'expand'.
import { bytesOf } from '../../widgets/lib/base64.js';
import { begin, lead } from '../../widgets/lib/chart.js';
import { save } from '../../widgets/lib/files.js';
import { fixed } from '../../widgets/lib/numbers.js';
import { tells } from '../../widgets/lib/pictures.js';
import { Server } from '../../widgets/lib/server.js';
import { _ } from '../../widgets/lib/texts.js';

/**
 * A row of the run, see `train` in demos/loop/lesson.py.
 * @typedef {{ step: number, epoch: number, batch: number, batches: number, size: number, loss: number, right: number,
 *   norm: number, rate: number, bias: number, which: number[], says: number[], series?: string }} Row
 * @typedef {{ pixels: Uint8Array, labels: string }} Digits
 */

const SIDE = 8;
const TINY = 1e-3;
const PARAMETERS = 64 * 32 + 32 + 32 * 10 + 10;

/** @param {number} value */
const short = (value) => (value !== 0 && (value < TINY || value >= 1e4) ? value.toExponential(1).replace('e+', 'e').replace('-', '−') : fixed(value, 3));

/**
 * Return how many pictures stand side by side, so that they fill a place best.
 * @param {number} count
 * @param {number} width of the place
 * @param {number} height
 */
export function columnsFor(count, width, height) {
  let [best, side] = [1, 0];
  for (let columns = 1; columns <= count; columns += 1) {
    const now = Math.min(width / columns, height / Math.ceil(count / columns));
    if (now > side) [best, side] = [columns, now];
  }
  return best;
}

/** @param {import('../../widgets/lib/widget').Widget} widget */
export default function mount({ element, trigger }) {
  /** @type {HTMLElement} */
  const root = element.querySelector('.loop');
  const chapter = element.closest('.chapter');
  /** @param {string} selector @returns {any} */
  const part = (selector) => root.querySelector(selector);
  const line = part('.lo-line');
  /** @param {string} name @param {string} text */
  const say = (name, text) => {
    const node = part(`[data-say=${name}]`);
    if (node.textContent !== text) node.textContent = text;
  };
  const server = new Server('loop');
  /** @type {Digits | null} */
  let digits = null;
  /** @type {Row | null} */
  let row = null;
  /** @type {Record<string, any>} */
  let settings = {};
  let last = 0;

  line.querySelectorAll('.lo-stage').forEach((/** @type {HTMLElement} */ stage, /** @type {number} */ i) => stage.style.setProperty('--place', String(i)));

  async function load() {
    try {
      const { pixels, labels } = await server.atOnce('loop_digits', []);
      digits = { pixels: bytesOf(pixels), labels };
      paint();
    } catch (error) { complain(error.message); }
  }

  /** @param {string} sentence */
  function complain(sentence) {
    part('.lo-trouble').hidden = !sentence;
    part('.lo-trouble').textContent = sentence;
  }

  /** The places of both canvases [px], found when they change: to ask at each step would lay out the page. */
  const place = { strip: 0, width: 0, height: 0 };

  function measure() {
    const canvas = part('.lo-batch');
    // Its place grows with the stages beside it, never with its own picture.
    canvas.style.height = '0';
    place.height = Math.max(canvas.clientHeight, parseFloat(getComputedStyle(canvas).minHeight));
    place.width = canvas.clientWidth;
    place.strip = part('.lo-strip').clientWidth;
  }

  /**
   * Size a canvas and clear it.
   * @param {HTMLCanvasElement} canvas
   * @param {number} width [px]
   * @param {number} height [px]
   * @returns {CanvasRenderingContext2D}
   */
  function fresh(canvas, width, height) {
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    const context = canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }

  /** Of the page, until it becomes light or dark. @type {Map<string, string>} */
  const colours = new Map();

  /** @param {string} name @returns {string} */
  function colour(name) {
    if (!colours.has(name)) colours.set(name, getComputedStyle(document.body).getPropertyValue(name).trim());
    return colours.get(name);
  }

  /** Each picture small, on its own; kept, since every batch shows some again. @type {Map<string, HTMLCanvasElement>} */
  const sprites = new Map();

  /** @param {number} number of the picture */
  function sprite(number) {
    const dark = document.body.classList.contains('dark');
    const key = `${number} ${dark}`;
    let one = sprites.get(key);
    if (!one) {
      one = Object.assign(document.createElement('canvas'), { width: SIDE, height: SIDE });
      const context = one.getContext('2d');
      const image = context.createImageData(SIDE, SIDE);
      for (let i = 0; i < SIDE * SIDE; i += 1) {
        const level = digits.pixels[number * SIDE * SIDE + i] / 16;
        const grey = Math.round(255 * (dark ? level : 1 - level));
        image.data.set([grey, grey, grey, 255], 4 * i);
      }
      context.putImageData(image, 0, 0);
      sprites.set(key, one);
    }
    return one;
  }

  function paintBatch() {
    const { width, height } = place;
    const canvas = part('.lo-batch');
    const context = fresh(canvas, width, height);
    if (!digits || !width) return;
    const { which, says, size } = row;
    const columns = columnsFor(which.length, width, height);
    const cell = Math.min(width / columns, height / Math.ceil(which.length / columns), 74);
    const [right, wrong] = [colour('--chart-blue'), colour('--chart-vermillion')];
    context.imageSmoothingEnabled = false;
    context.font = `700 ${Math.max(9, cell * 0.34)}px system-ui, sans-serif`;
    context.textAlign = 'right';
    which.forEach((number, i) => {
      const [x, y] = [(i % columns) * cell, Math.floor(i / columns) * cell];
      const good = digits.labels[number] === String(says[i]);
      context.drawImage(sprite(number), x + 2, y + 2, cell - 4, cell - 4);
      context.strokeStyle = good ? right : wrong;
      context.lineWidth = good ? 1.5 : 2.5;
      context.strokeRect(x + 1.5, y + 1.5, cell - 3, cell - 3);
      if (good) return;
      // What is answered, where it is wrong: never colour alone.
      context.lineWidth = 3;
      context.strokeStyle = colour('--course-card');
      context.strokeText(String(says[i]), x + cell - 3, y + cell - 4);
      context.fillStyle = wrong;
      context.fillText(String(says[i]), x + cell - 3, y + cell - 4);
    });
    const labels = which.slice(0, 10).map((number) => digits.labels[number]).join(' ');
    canvas.setAttribute('aria-label', _('{right} of {size} are read right; they are {labels} …', { right: row.right, size, labels }));
    const read = _('{right} of {size} read right', { right: row.right, size });
    const more = _('({count} shown)', { count: which.length });
    say('batch', size > which.length ? `${read} ${more}` : read);
  }

  /** The pictures for training lie sorted: ten stretches; a mark for each that is in the batch. */
  function paintStrip() {
    const width = place.strip;
    const context = fresh(part('.lo-strip'), width, 34);
    if (!width) return;
    const [faint, mark, ink] = [colour('--chart-grid'), colour('--chart-blue'), colour('--course-quiet')];
    context.font = '11px system-ui, sans-serif';
    context.textAlign = 'center';
    const counts = Array(10).fill(0);
    if (digits) for (const number of row.which) counts[Number(digits.labels[number])] += 1;
    const most = Math.max(1, ...counts);
    for (let digit = 0; digit < 10; digit += 1) {
      const x = (digit * width) / 10;
      context.fillStyle = faint;
      context.fillRect(x + 0.5, 0, width / 10 - 1, 20);
      context.fillStyle = mark;
      const high = (20 * counts[digit]) / most;
      context.fillRect(x + 0.5, 20 - high, width / 10 - 1, high);
      context.fillStyle = ink;
      context.fillText(String(digit), x + width / 20, 32);
    }
  }

  /** What leaves a stage. @param {string} stage @param {string} text */
  function gives(stage, text) {
    part(`.lo-arrow[data-after=${stage}] code`).textContent = text;
    part(`.lo-stage[data-of=${stage}] h3`).dataset.gives = text.replace(/\s+/g, ' ');
  }

  function paint() {
    root.hidden = !row;
    if (!row) return;
    const { size, batch, batches, epoch } = row;
    gives('dataset', '(64,)');
    gives('loader', `x\n(${size},\n64)`);
    gives('batch', `(${size},\n64)`);
    gives('forward', `z\n(${size},\n10)`);
    gives('loss', 'L ()');
    gives('backward', `g\n(${PARAMETERS},)`);
    gives('step', _('new weights'));
    part('.lo-arrow[data-after=again] code').textContent = _('next batch');
    say('dataset', settings.shuffle === false && settings.topic === 'loop' ? _('sorted by label') : _('sorted; the loader shuffles'));
    say('loader', _('batch {batch} of {batches}', { batch, batches }));
    part('.lo-progress i').style.width = `${(100 * batch) / batches}%`;
    say('loss', short(row.loss));
    say('norm', short(row.norm));
    const stands = settings.topic === 'forget' && settings.forgotten === 'step';
    say('moved', short(stands ? 0 : row.rate * row.norm));
    say('step', _('how far the weights move, η = {rate}', { rate: Number(row.rate.toPrecision(3)) }));
    for (const call of root.querySelectorAll('[data-call]')) {
      const name = /** @type {HTMLElement} */ (call).dataset.call;
      call.classList.toggle('forgotten', settings.topic === 'forget' && settings.forgotten === name);
    }
    part('.lo-where').textContent = _('epoch {epoch}', { epoch });
    part('[data-do=epoch-back]').disabled = row.step === 1;
    part('[data-do=epoch-on]').disabled = row.step - batch + 1 + batches > last;
    paintStrip();
    paintBatch();
    root.dataset.step = String(row.step); // for tests
  }

  chapter.addEventListener('course:step', (/** @type {CustomEvent} */ { detail }) => {
    if (!element.isConnected) return;
    const stepped = row && !detail.playing && detail.step !== row.step;
    row = detail.rows.find((/** @type {Row} */ one) => one.which) ?? null;
    last = detail.last;
    paint();
    line.classList.remove('walks');
    if (!stepped) return;
    void line.offsetWidth; // so that the animation begins anew
    line.classList.add('walks');
  });
  tells(part('.lo-batch'), () => row.which.map((number, i) => ({
    step: row.step, epoch: row.epoch, batch: row.batch, loss: row.loss, gradient: row.norm, picture: number, label: digits ? Number(digits.labels[number]) : null, answer: row.says[i],
  })));
  part('[data-do=epoch-back]').addEventListener('click', () => lead(chapter, row.batch > 1 ? row.step - row.batch + 1 : row.step - row.batches));
  part('[data-do=epoch-on]').addEventListener('click', () => lead(chapter, row.step - row.batch + 1 + row.batches));
  chapter.addEventListener('click', async (event) => {
    if (!(/** @type {HTMLElement} */ (event.target)).closest('.lo-export') || !element.isConnected) return;
    complain('');
    const names = ['topic', 'batch_size', 'shuffle', 'drop_last', 'learning_rate', 'rate_right', 'schedule', 'train_share', 'validation_share',
      'evaluate', 'patience', 'keep_best', 'epochs', 'seed'];
    try {
      const script = await server.atOnce('loop_export', names.map((name) => settings[name]));
      save('training_loop.py', script, 'text/x-python');
    } catch (error) { complain(error.message); }
  });
  /** @type {EventTarget} */ (root).addEventListener('settings', (/** @type {any} */ { detail }) => { settings = detail; paint(); });
  new ResizeObserver(() => { measure(); paint(); }).observe(root);
  new MutationObserver(() => { colours.clear(); paint(); }).observe(document.body, { attributeFilter: ['class'] });
  begin(element, () => trigger('expand'));
  load();
}
