// A picture is a tensor: zoomed in until there are numbers, its channels apart, and read otherwise.
import { bytesOf } from '../../widgets/lib/base64.js';
import { halvesOf } from '../../widgets/lib/halves.js';
import { grouped } from '../../widgets/lib/numbers.js';
import { _ } from '../../widgets/lib/texts.js';
import { coloured } from '../../widgets/lib/colours.js';
import { make, shapeText, written } from '../../widgets/lib/make.js';
import { PixelView, zoomBar } from './pixels.js';
import { SIDE } from './state.js';

const GLIDE = 2600; // ms, from the whole picture to its numbers

export class Numbers {
  pixels = new Uint8Array();
  width = 0;
  height = 0;
  column = -1; // of the pixel that is looked at
  row = -1;

  /** @param {import('./state').State} state */
  constructor(state) {
    this.state = state;
    const { lens } = state;
    const over = (/** @type {number} */ x, /** @type {number} */ y) => this.#over(x, y);
    const name = _('Plus and minus zoom, arrow keys move.');
    this.picture = new PixelView({ name, lens, over, tallest: 210 });
    this.result = new PixelView({ name: _('What a program shows that expects rows × columns × colours.'), tallest: 210, lens });
    this.channels = [_('red'), _('green'), _('blue')].map((one) => new PixelView({ name: one, lens, over, tallest: 112 }));
    this.facts = make('div', 'fl-facts');
    this.pixel = make('p', 'fl-terms');
    const bar = zoomBar(state.root, lens);
    this.play = make('button', 'fl-play', _('▶ Zoom in'));
    Object.assign(this.play, { type: 'button' });
    this.play.dataset.do = 'play';
    this.play.addEventListener('click', () => this.#glide());
    bar.prepend(this.play);
    bar.append(this.pixel);
    state.place('numbers').append(
      make('div', 'fl-views facts', this.picture.node, this.result.node, this.facts), bar,
      make('div', 'fl-three', ...this.channels.map((one) => one.node)),
    );
  }

  /** @returns {[string, unknown[]]} */
  ask() { return ['filter_numbers', [this.state.image, this.state.settings.operation, SIDE, 'base64']]; }

  impossible() { return ['picture']; }

  /** @param {any} answer */
  show(answer) {
    const [, height, width] = answer.source.shape;
    this.state.lens.of([height, width]);
    const size = height * width;
    const pixels = bytesOf(answer.picture);
    Object.assign(this, { pixels, width, height });
    /** @type {(c: number) => (x: number, y: number) => string} */
    const number = (c) => (x, y) => String(pixels[c * size + y * width + x]);
    const three = [0, 1, 2].map(number);
    this.picture.show({ width, height, colours: coloured(pixels, size), texts: (x, y) => three.map((one) => one(x, y)) }, _('Picture'), `x ${shapeText(answer.source.shape)}`);
    this.channels.forEach((view, c) => {
      const only = [0, 1, 2].map((one) => one === c);
      view.show({ width, height, colours: coloured(pixels, size, only), texts: (x, y) => [three[c](x, y)] }, [_('red'), _('green'), _('blue')][c], `x[${c}]`);
    });
    this.#showResult(answer);
    this.#tell(answer);
    this.#over(this.column < 0 ? Math.floor(width / 2) : this.column, this.row < 0 ? Math.floor(height / 2) : this.row);
  }

  /** @param {any} answer */
  #showResult(answer) {
    const [rows, columns] = answer.shown_shape;
    const seen = bytesOf(answer.shown);
    const colours = new Uint8ClampedArray(4 * rows * columns);
    for (let i = 0; i < rows * columns; i += 1) colours.set([seen[3 * i], seen[3 * i + 1], seen[3 * i + 2], 255], 4 * i);
    const floats = answer.dtype.startsWith('float');
    const values = floats ? halvesOf(bytesOf(answer.result)) : null;
    // Numbers with a point are those of (3, H, W); bytes are as they are shown.
    const texts = (/** @type {number} */ x, /** @type {number} */ y) => [0, 1, 2].map((c) => (values
      ? written(values[(c * rows + y) * columns + x], 3) : String(seen[3 * (y * columns + x) + c])));
    this.result.show({ width: columns, height: rows, colours, texts }, _('Read as'), answer.code);
  }

  /** @param {any} answer */
  #tell(answer) {
    const fact = (/** @type {string} */ name, /** @type {string} */ is, was = is) => make('div', 'fl-fact', make('span', '', name), make('code', was === is ? '' : 'new', is));
    const bytes = _('{count} bytes', { count: grouped(answer.bytes) });
    const { source } = answer;
    const several = (/** @type {number[]} */ numbers) => numbers.map((one) => written(one, 3)).join(', ');
    this.facts.replaceChildren(
      fact(_('shape'), shapeText(answer.shape), shapeText(source.shape)),
      fact(_('type'), answer.dtype, source.dtype),
      fact(_('memory'), bytes, _('{count} bytes', { count: grouped(source.bytes) })),
      fact(_('strides'), shapeText(answer.strides), shapeText(source.strides)),
      fact(_('least … most'), `${written(Math.min(...answer.least), 3)} … ${written(Math.max(...answer.most), 3)}`),
      fact(_('mean of each channel'), several(answer.mean)),
      fact(_('deviation'), several(answer.deviation)),
    );
  }

  /** @param {number} x @param {number} y */
  #over(x, y) {
    [this.column, this.row] = [Math.min(x, this.width - 1), Math.min(y, this.height - 1)];
    const size = this.width * this.height;
    const at = this.row * this.width + this.column;
    const [r, g, b] = [0, 1, 2].map((c) => this.pixels[c * size + at]);
    this.pixel.textContent = `x[:, ${this.row}, ${this.column}] = [${r}, ${g}, ${b}]`;
    const mark = [{ x: this.column, y: this.row, w: 1, h: 1 }];
    for (const view of [this.picture, ...this.channels]) view.mark(mark);
  }

  /** Come nearer, until the pixels show their numbers; from there, go back. */
  #glide() {
    const { lens } = this.state;
    const [from, to] = [lens.zoom, lens.zoom > lens.most * 0.6 ? 1 : lens.most * 0.75];
    const around = { x: (this.column + 0.5) / this.width, y: (this.row + 0.5) / this.height };
    const began = performance.now();
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const frame = (/** @type {number} */ now) => {
      const share = still ? 1 : Math.min(1, Math.max(0, (now - began) / GLIDE));
      const eased = share * share * (3 - 2 * share);
      lens.x += (around.x - lens.x) * eased;
      lens.y += (around.y - lens.y) * eased;
      lens.to(from * (to / from) ** eased);
      if (share < 1 && this.play.checkVisibility()) requestAnimationFrame(frame);
      else this.play.textContent = lens.zoom > lens.most * 0.6 ? _('◀ Zoom out') : _('▶ Zoom in');
    };
    requestAnimationFrame(frame);
  }
}
