// Drawing on canvases of the page's own size, in its colours.

/** The cells of the output's surface, along a side. */
export const GRID = 50;

export class Canvases {
  /** Level → colour: orange, paper, blue. */
  table = new Uint32Array(256);

  /** @type {Map<string, string>} */
  #colours = new Map();

  /** @type {Map<HTMLCanvasElement, { ratio: number, width: number, height: number }>} */
  #sizes = new Map();

  /** @type {ResizeObserver} */
  #observer;

  /**
   * @param {HTMLElement} root whose style sheet names the colours
   * @param {() => void} resized called when a canvas has another size
   */
  constructor(root, resized) {
    this.root = root;
    this.#observer = new ResizeObserver((entries) => {
      for (const { target } of entries) {
        this.#sizes.delete(/** @type {HTMLCanvasElement} */ (target));
        if (!target.isConnected) this.#observer.unobserve(target);
      }
      resized();
    });
    this.mix();
  }

  /** Return a colour of the style sheet; looked up once for light and once for dark. @param {string} name */
  colour(name) {
    if (!this.#colours.has(name)) this.#colours.set(name, getComputedStyle(this.root).getPropertyValue(name).trim());
    return this.#colours.get(name);
  }

  /** Look the colours up again. */
  mix() {
    this.#colours.clear();
    const [orange, paper, blue] = ['--plane-orange', '--plane-paper', '--plane-blue'].map((name) => rgb(this.colour(name)));
    for (let level = 0; level < 256; level += 1) {
      const share = Math.abs(level / 127.5 - 1) ** 0.8;
      const end = level < 127.5 ? orange : blue;
      const [r, g, b] = paper.map((value, i) => Math.round(value + (end[i] - value) * share));
      this.table[level] = (255 << 24) | (b << 16) | (g << 8) | r; // little-endian RGBA
    }
  }

  /**
   * Return the size of a canvas on the page, its pixels set accordingly. Measured again when it
   * changes only: to ask the page for a size makes it lay itself out, in every frame of a playback.
   * @param {HTMLCanvasElement} canvas
   */
  scaled(canvas) {
    const known = this.#sizes.get(canvas);
    if (known) return known;
    const ratio = Math.min(3, window.devicePixelRatio || 1);
    const size = { ratio, width: canvas.clientWidth, height: canvas.clientHeight };
    canvas.width = Math.round(size.width * ratio);
    canvas.height = Math.round(size.height * ratio);
    this.#sizes.set(canvas, size);
    this.#observer.observe(canvas);
    return size;
  }

  /**
   * Paint levels as colours.
   * @param {CanvasRenderingContext2D} context
   * @param {ImageData} image of the size of the canvas
   * @param {ArrayLike<number>} array
   * @param {number} start
   */
  paintLevels(context, image, array, start) {
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < pixels.length; i += 1) pixels[i] = this.table[array[start + i]];
    context.putImageData(image, 0, 0);
  }
}

/** @param {string} text */
function rgb(text) {
  const hex = /^#(..)(..)(..)$/.exec(text);
  return hex ? hex.slice(1).map((pair) => parseInt(pair, 16)) : text.match(/\d+/g).slice(0, 3).map(Number);
}

/**
 * Draw a point: a disc for class 1, a diamond for class 0.
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} one its class
 * @param {number} size
 * @param {string} fill
 * @param {string} stroke
 * @param {number} width
 */
export function drawMark(context, x, y, one, size, fill, stroke, width) {
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

/**
 * Levels are whole numbers: where the surface is flat, its border would be ragged. So each cell is
 * averaged with its neighbours (1 2 1 in both directions, twice) before the border is drawn.
 * @param {ArrayLike<number>} array
 * @param {number} start
 * @param {number} grid
 */
function smoothed(array, start, grid) {
  const [from, to] = [new Float32Array(grid * grid), new Float32Array(grid * grid)];
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

/**
 * Return where a surface crosses one half, as pieces of lines [x0, y0, x1, y1]: marching squares
 * between the middles of the cells.
 * @param {ArrayLike<number>} array levels from 0 to 255
 * @param {number} start
 * @param {number} grid
 * @param {number} side of the picture [px]
 * @returns {number[][]}
 */
export function boundaryOf(array, start, grid, side) {
  const cell = side / grid;
  let [least, most] = [255, 0];
  for (let i = start; i < start + grid * grid; i += 1) [least, most] = [Math.min(least, array[i]), Math.max(most, array[i])];
  /** @type {number[][]} */
  const lines = [];
  if (most - least < 4) return lines; // as good as flat: its border would be noise
  const levels = smoothed(array, start, grid);
  /** @type {(row: number, column: number) => number} */
  const at = (row, column) => levels[row * grid + column];
  /** @param {number} index */
  const middle = (index) => (index + 0.5) * cell;
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
      for (let i = 0; i + 1 < ends.length; i += 2) lines.push([...ends[i], ...ends[i + 1]]);
    }
  }
  return lines;
}

/**
 * Draw where a surface crosses one half.
 * @param {CanvasRenderingContext2D} context
 * @param {ArrayLike<number>} array
 * @param {number} start
 * @param {number} grid
 */
export function traceBoundary(context, array, start, grid) {
  context.beginPath();
  for (const [x0, y0, x1, y1] of boundaryOf(array, start, grid, context.canvas.width)) {
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
  }
  context.stroke();
}
