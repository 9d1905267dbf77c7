// The plane: decision surface and its border, on canvases of the page's own size.
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
