// The drawing of the network: inputs, neurons with a surface each, weights as lines.
const drawing = part('.pg-drawing');
const wires = part('.pg-wires').getContext('2d');
const tip = part('.pg-tip');
let tiles = []; // hidden neurons: { canvas, image, index, shown }
let gaps = []; // between two layers: { x0, x1, from: [y], to: [y], layer, columns: [index of the input] }
let marked = null; // the line under the pointer: { gap, row, column }
let drawnWires = null; // what the lines show

const FEATURES = {
  x: (x) => x / EXTENT, y: (x, y) => y / EXTENT, 'x²': (x) => (x * x) / 18 - 1, 'y²': (x, y) => (y * y) / 18 - 1,
  xy: (x, y) => (x * y) / 18, 'sin x': (x) => Math.sin(x), 'sin y': (x, y) => Math.sin(y),
};
const FEATURE_GRID = 24;

function featureLevels(name) {
  const levels = new Uint8Array(FEATURE_GRID ** 2);
  const middle = (i) => ((i + 0.5) / FEATURE_GRID) * 2 * EXTENT - EXTENT;
  for (let row = 0; row < FEATURE_GRID; row += 1) {
    for (let column = 0; column < FEATURE_GRID; column += 1) {
      const value = clamp(FEATURES[name](middle(column), -middle(row)), -1, 1);
      levels[row * FEATURE_GRID + column] = Math.round(value * 127.5 + 127.5);
    }
  }
  return levels;
}

const newTile = (kind, name) => {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = `pg-tile ${kind}`;
  node.setAttribute('aria-label', name);
  node.title = name;
  return node;
};
const place = (node, x, y, width, height = width) => {
  Object.assign(node.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
};

function drawNetwork() {
  const width = drawing.clientWidth;
  if (!width) return;
  const layers = settings.hidden;
  const rows = Math.max(props.choices.features.length, ...layers);
  const columns = layers.length + 2;
  const small = width < 480;
  const labels = small ? 34 : 44; // left of the inputs
  const tile = Math.floor(Math.min(rows > 10 ? 22 : rows > 7 ? 28 : 34, (width - labels - 24) / columns - 8));
  const gap = rows > 10 ? 4 : 7;
  const head = small && layers.length > 3 ? 60 : 34;
  const height = head + rows * (tile + gap);
  drawing.style.height = `${height}px`;
  const spacing = (width - labels - tile - 26) / (columns - 1);
  const left = (column) => labels + column * spacing;
  const top = (row, count) => head + ((rows - count) * (tile + gap)) / 2 + row * (tile + gap);
  const nodes = [];
  const ys = [];

  const all = props.choices.features;
  ys.push(settings.features.map((name) => top(all.indexOf(name), all.length) + tile / 2));
  all.forEach((name, row) => {
    const on = settings.features.includes(name);
    const node = newTile('feature', _('Input {name}', { name }));
    node.setAttribute('aria-pressed', on);
    node.dataset.feature = name;
    const canvas = Object.assign(document.createElement('canvas'), { width: FEATURE_GRID, height: FEATURE_GRID });
    paintLevels(canvas.getContext('2d'), new ImageData(FEATURE_GRID, FEATURE_GRID), featureLevels(name), 0);
    node.append(canvas);
    place(node, left(0), top(row, all.length), tile);
    const text = Object.assign(document.createElement('span'), { className: `pg-name${on ? ' on' : ''}`, textContent: name });
    place(text, 0, top(row, all.length), labels - 6, tile);
    node.addEventListener('click', () => {
      if (isHidden('features')) return;
      const features = all.filter((other) => (other === name) !== settings.features.includes(other));
      if (features.length) change({ features });
      else say(_('One input is needed at least.'));
      part(`[data-feature="${name}"]`).focus();
    });
    nodes.push(text, node);
  });

  tiles = [];
  let index = 0;
  layers.forEach((count, layer) => {
    const buttons = document.createElement('div');
    buttons.className = 'pg-count';
    buttons.dataset.control = 'hidden';
    for (const [sign, step] of [['−', -1], ['+', 1]]) {
      const node = Object.assign(document.createElement('button'), { type: 'button', textContent: sign });
      const name = step > 0 ? _('Layer {layer}: one neuron more', { layer: layer + 1 }) : _('Layer {layer}: one neuron less', { layer: layer + 1 });
      node.setAttribute('aria-label', name);
      node.disabled = step > 0 ? count >= props.largest.neurons : count <= 1;
      node.dataset.count = `${layer}:${step}`;
      node.addEventListener('click', () => {
        change({ hidden: settings.hidden.map((n, i) => (i === layer ? n + step : n)) });
        part(`[data-count="${layer}:${step}"]`)?.focus();
      });
      buttons.append(node);
    }
    const room = Math.min(84, Math.max(30, spacing - 4));
    place(buttons, left(layer + 1) + tile / 2 - room / 2, 0, room, head - 4);
    nodes.push(buttons);
    ys.push([]);
    for (let row = 0; row < count; row += 1) {
      const node = newTile('neuron', _('Layer {layer}, neuron {neuron}', { layer: layer + 1, neuron: row + 1 }));
      const canvas = document.createElement('canvas');
      node.append(canvas);
      place(node, left(layer + 1), top(row, count), tile);
      ys.at(-1).push(top(row, count) + tile / 2);
      const one = { layer, row, index: index++ };
      const show = (neuron) => { shownNeuron = neuron; refresh(); };
      node.addEventListener('pointerenter', (event) => { if (event.pointerType === 'mouse') show(one); });
      node.addEventListener('pointerleave', () => show(null));
      node.addEventListener('click', () => openEditor(layer, row));
      tiles.push({ canvas, context: canvas.getContext('2d'), image: null, shown: -1, segment: null });
      nodes.push(node);
    }
  });

  const output = newTile('output', _('Output neuron'));
  output.textContent = 'ŷ';
  const outputTop = head + (rows * (tile + gap) - gap) / 2 - 16;
  place(output, width - 32, outputTop, 32);
  output.addEventListener('click', () => openEditor(layers.length, 0));
  nodes.push(output);
  ys.push([outputTop + 16]);
  part('.pg-nodes').replaceChildren(...nodes);

  gaps = ys.slice(1).map((to, layer) => ({
    layer,
    x0: left(layer) + tile,
    x1: layer === layers.length ? width - 32 : left(layer + 1),
    from: ys[layer],
    to,
  }));
  drawnWires = null;
  refresh();
}

// A neuron's own surface at a frame: { array, start, grid }.
function neuronSurface(segment, frame, { index }) {
  const [, count, grid] = segment.neurons.shape;
  if (index >= count) return null;
  const start = ownFrame(segment.neurons, frame) * segment.neurons.size + index * grid * grid;
  return { array: segment.neurons.array, start, grid };
}

// Whether the drawing (which follows the controls) is the network of this segment.
const fits = (segment) => segment.neurons
  && JSON.stringify([segment.network.hidden, segment.network.features]) === JSON.stringify([settings.hidden, settings.features]);

function paintNeurons(segment, frame) {
  const own = ownFrame(segment.neurons, frame);
  tiles.forEach((tile, index) => {
    if (tile.shown === own && tile.segment === segment) return;
    [tile.shown, tile.segment] = [own, segment];
    const { array, start, grid } = neuronSurface(segment, frame, { index });
    if (tile.canvas.width !== grid || !tile.image) {
      tile.canvas.width = tile.canvas.height = grid;
      tile.image = new ImageData(grid, grid);
    }
    paintLevels(tile.context, tile.image, array, start);
  });
}

const weightName = (gap, row, column) => `${gap.layer + 1}.weight.${row}.${column}`;
const weightOf = (segment, frame, name) => {
  const index = segment.index.get(name);
  return index === undefined ? null : weightAt(segment, frame, index);
};
const widthOf = (weight) => Math.min(10, 0.4 + 2.2 * Math.sqrt(Math.abs(weight)));

// Lines of about the same width and the same sign are one stroke: a large network has 1,400 of them.
function paintWires(segment, frame) {
  const { canvas } = wires;
  const now = segment && ownFrame(segment.weights, frame);
  const { ratio } = scaled(canvas);
  // A large network sends weights for some frames only: nothing has changed in between.
  if (drawnWires && drawnWires.segment === segment && drawnWires.now === now && drawnWires.marked === marked) return;
  drawnWires = { segment, now, marked };
  wires.setTransform(1, 0, 0, 1, 0, 0);
  wires.clearRect(0, 0, canvas.width, canvas.height);
  wires.setTransform(ratio, 0, 0, ratio, 0, 0);
  const bundles = new Map();
  const curve = (path, gap, row, column) => {
    const [x0, y0, x1, y1] = [gap.x0, gap.from[column], gap.x1, gap.to[row]];
    const middle = (x0 + x1) / 2;
    path.moveTo(x0, y0);
    path.bezierCurveTo(middle, y0, middle, y1, x1, y1);
  };
  for (const gap of gaps) {
    // Names, and so the numbers, run by layer: its weights row by row, then its biases.
    let first = segment ? segment.index.get(weightName(gap, 0, 0)) : 0;
    for (let row = 0; row < gap.to.length; row += 1) {
      for (let column = 0; column < gap.from.length; column += 1) {
        const weight = segment ? weightAt(segment, frame, first++) : 0;
        const key = `${weight < 0 ? '-' : '+'}${segment ? Math.round(widthOf(weight) * 2) : 0}`;
        if (!bundles.has(key)) bundles.set(key, new Path2D());
        curve(bundles.get(key), gap, row, column);
      }
    }
  }
  const [orange, blue, faint] = [colour('--chart-orange'), colour('--chart-blue'), colour('--chart-faint')];
  wires.lineCap = 'butt';
  for (const [key, path] of bundles) {
    wires.lineWidth = Math.max(0.8, Number(key.slice(1)) / 2);
    wires.setLineDash(key[0] === '-' ? [5, 3] : []);
    wires.strokeStyle = !segment ? faint : key[0] === '-' ? orange : blue;
    wires.globalAlpha = segment ? Math.min(1, 0.35 + wires.lineWidth / 6) : 0.6;
    wires.stroke(path);
  }
  wires.globalAlpha = 1;
  wires.setLineDash([]);
  if (marked) {
    const path = new Path2D();
    curve(path, marked.gap, marked.row, marked.column);
    wires.strokeStyle = colour('--course-ink');
    wires.lineWidth = 2;
    wires.stroke(path);
  }
}

// The line nearest to a point of the drawing. All lines between two layers are the same curve of
// t in x: 1.5t − 1.5t² + t³; in y they are 3t² − 2t³ of the way.
function lineAt(x, y) {
  const gap = gaps.find(({ x0, x1 }) => x > x0 && x < x1);
  if (!gap) return null;
  const share = (x - gap.x0) / (gap.x1 - gap.x0);
  let [low, high] = [0, 1];
  for (let i = 0; i < 20; i += 1) {
    const t = (low + high) / 2;
    if (1.5 * t - 1.5 * t * t + t ** 3 < share) low = t; else high = t;
  }
  const way = 3 * low * low - 2 * low ** 3;
  let best = { distance: 7 };
  for (let row = 0; row < gap.to.length; row += 1) {
    for (let column = 0; column < gap.from.length; column += 1) {
      const distance = Math.abs(gap.from[column] + (gap.to[row] - gap.from[column]) * way - y);
      if (distance < best.distance) best = { distance, gap, row, column };
    }
  }
  return best.gap ? best : null;
}

const sourceName = (layer, column) => (layer === 0 ? settings.features[column] : _('neuron {neuron}', { neuron: column + 1 }));
const targetName = (layer, row) => (layer === settings.hidden.length ? _('output') : _('neuron {neuron} of layer {layer}', { neuron: row + 1, layer: layer + 1 }));

function listenToDrawing() {
  const at = (event) => {
    const box = drawing.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  drawing.addEventListener('pointermove', (event) => {
    const [x, y] = at(event);
    const line = event.target.closest('button') ? null : lineAt(x, y);
    const same = line?.gap === marked?.gap && line?.row === marked?.row && line?.column === marked?.column;
    if (!same) marked = line;
    drawing.classList.toggle('on-line', Boolean(line));
    tip.hidden = !line || !segments.length;
    if (line && segments.length) {
      const [segment, frame] = locate(position);
      const weight = weightOf(segment, frame, weightName(line.gap, line.row, line.column));
      tip.textContent = `${sourceName(line.gap.layer, line.column)} → ${targetName(line.gap.layer, line.row)}: w = ${format(weight)}`;
      const room = drawing.clientWidth - tip.offsetWidth;
      Object.assign(tip.style, { left: `${clamp(x + 12, 0, Math.max(0, room))}px`, top: `${y + 14}px` });
    }
    if (!same) refresh();
  });
  drawing.addEventListener('pointerleave', () => {
    marked = null;
    tip.hidden = true;
    refresh();
  });
  drawing.addEventListener('click', (event) => {
    if (event.target.closest('button')) return;
    const line = lineAt(...at(event));
    if (line) openEditor(line.gap.layer, line.row, line.column);
  });
  new ResizeObserver(drawNetwork).observe(drawing);
}
