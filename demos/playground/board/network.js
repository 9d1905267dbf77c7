// The drawing of the network: inputs, neurons with a surface each, weights as lines.
import { clamp, fixed } from '../../widgets/lib/numbers.js';
import { tells } from '../../widgets/lib/pictures.js';
import { placeIn } from '../../widgets/lib/place.js';
import { _ } from '../../widgets/lib/texts.js';
import { locate, neuronSurface, ownFrame, weightAt, weightOf } from './history.js';
import { sourceName, targetName } from './labels.js';
import { EXTENT } from './places.js';

/**
 * @typedef {object} Gap between two layers
 * @property {number} layer
 * @property {number} x0
 * @property {number} x1
 * @property {number[]} from
 * @property {number[]} to
 */
/** @typedef {{ gap: Gap, row: number, column: number }} Line */
/** @typedef {import('./types').Segment} Segment */

/** @type {Record<string, (x: number, y: number) => number>} */
const FEATURES = {
  x: (x) => x / EXTENT, y: (x, y) => y / EXTENT, 'x²': (x) => (x * x) / 18 - 1, 'y²': (x, y) => (y * y) / 18 - 1,
  xy: (x, y) => (x * y) / 18, 'sin x': (x) => Math.sin(x), 'sin y': (x, y) => Math.sin(y),
};
const FEATURE_GRID = 24;

/** @param {string} name */
function featureLevels(name) {
  const levels = new Uint8Array(FEATURE_GRID ** 2);
  /** @param {number} i */
  const middle = (i) => ((i + 0.5) / FEATURE_GRID) * 2 * EXTENT - EXTENT;
  for (let row = 0; row < FEATURE_GRID; row += 1) {
    for (let column = 0; column < FEATURE_GRID; column += 1) {
      const value = clamp(FEATURES[name](middle(column), -middle(row)), -1, 1);
      levels[row * FEATURE_GRID + column] = Math.round(value * 127.5 + 127.5);
    }
  }
  return levels;
}

/** @param {string} kind @param {string} name */
function newTile(kind, name) {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = `pg-tile ${kind}`;
  node.setAttribute('aria-label', name);
  node.title = name;
  return node;
}

/** @param {HTMLElement} node @param {number} x @param {number} y @param {number} width */
function place(node, x, y, width, height = width) {
  Object.assign(node.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
}

/** @param {Gap} gap @param {number} row @param {number} column */
const weightName = (gap, row, column) => `${gap.layer + 1}.weight.${row}.${column}`;
/** @param {number} weight */
const widthOf = (weight) => Math.min(10, 0.4 + 2.2 * Math.sqrt(Math.abs(weight)));

/** @param {Path2D} path @param {Line} line */
function curve(path, { gap, row, column }) {
  const [x0, y0, x1, y1] = [gap.x0, gap.from[column], gap.x1, gap.to[row]];
  const middle = (x0 + x1) / 2;
  path.moveTo(x0, y0);
  path.bezierCurveTo(middle, y0, middle, y1, x1, y1);
}

/**
 * Return the line nearest to a point of the drawing. All lines between two layers are the same curve
 * of t in x: 1.5t − 1.5t² + t³; in y they are 3t² − 2t³ of the way.
 * @param {Gap[]} gaps
 * @param {number} x
 * @param {number} y
 * @returns {Line | null}
 */
export function lineAt(gaps, x, y) {
  const gap = gaps.find(({ x0, x1 }) => x > x0 && x < x1);
  if (!gap) return null;
  const share = (x - gap.x0) / (gap.x1 - gap.x0);
  let [low, high] = [0, 1];
  for (let i = 0; i < 20; i += 1) {
    const t = (low + high) / 2;
    if (1.5 * t - 1.5 * t * t + t ** 3 < share) low = t; else high = t;
  }
  const way = 3 * low * low - 2 * low ** 3;
  let least = 7;
  /** @type {Line | null} */
  let best = null;
  for (let row = 0; row < gap.to.length; row += 1) {
    for (let column = 0; column < gap.from.length; column += 1) {
      const distance = Math.abs(gap.from[column] + (gap.to[row] - gap.from[column]) * way - y);
      if (distance < least) [least, best] = [distance, { gap, row, column }];
    }
  }
  return best;
}

/** @param {import('./state').State} state */
export function showNetwork(state) {
  const { props, canvases } = state;
  /** @type {HTMLElement} */
  const drawing = state.part('.pg-drawing');
  /** @type {CanvasRenderingContext2D} */
  const wires = state.part('.pg-wires').getContext('2d');
  const tip = state.part('.pg-tip');
  /** @type {{ canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, image: ImageData | null, shown: number, segment: Segment | null }[]} */
  let tiles = []; // hidden neurons
  /** @type {Gap[]} */
  let gaps = [];
  /** @type {Line | null} */
  let marked = null; // the line under the pointer
  /** @type {{ segment: Segment | null, now: number | null, marked: Line | null } | null} */
  let drawn = null; // what the lines show

  /** @param {string} name @param {boolean} on */
  function inputTile(name, on) {
    const node = newTile('feature', _('Input {name}', { name }));
    node.setAttribute('aria-pressed', String(on));
    node.dataset.feature = name;
    const canvas = Object.assign(document.createElement('canvas'), { width: FEATURE_GRID, height: FEATURE_GRID });
    canvases.paintLevels(canvas.getContext('2d'), new ImageData(FEATURE_GRID, FEATURE_GRID), featureLevels(name), 0);
    node.append(canvas);
    node.addEventListener('click', () => {
      if (state.isHidden('features')) return;
      const chosen = state.settings.features;
      const features = props.choices.features.filter((other) => (other === name) !== chosen.includes(other));
      if (features.length) state.change({ features });
      else state.say(_('One input is needed at least.'));
      state.part(`[data-feature="${name}"]`).focus();
    });
    return node;
  }

  /** @param {number} layer @param {number} count */
  function countButtons(layer, count) {
    const buttons = document.createElement('div');
    buttons.className = 'pg-count';
    buttons.dataset.control = 'hidden';
    for (const [sign, step] of /** @type {[string, number][]} */ ([['−', -1], ['+', 1]])) {
      const node = Object.assign(document.createElement('button'), { type: 'button', textContent: sign });
      const name = step > 0 ? _('Layer {layer}: one neuron more', { layer: layer + 1 }) : _('Layer {layer}: one neuron less', { layer: layer + 1 });
      node.setAttribute('aria-label', name);
      node.disabled = step > 0 ? count >= props.largest.neurons : count <= 1;
      node.dataset.count = `${layer}:${step}`;
      node.addEventListener('click', () => {
        state.change({ hidden: state.settings.hidden.map((n, i) => (i === layer ? n + step : n)) });
        state.part(`[data-count="${layer}:${step}"]`)?.focus();
      });
      buttons.append(node);
    }
    return buttons;
  }

  /** @param {import('./types').Neuron} neuron */
  function neuronTile(neuron) {
    const node = newTile('neuron', _('Layer {layer}, neuron {neuron}', { layer: neuron.layer + 1, neuron: neuron.row + 1 }));
    const canvas = document.createElement('canvas');
    node.append(canvas);
    /** @param {import('./types').Neuron | null} shown */
    const show = (shown) => { state.shownNeuron = shown; state.refresh(); };
    node.addEventListener('pointerenter', (event) => { if (event.pointerType === 'mouse') show(neuron); });
    node.addEventListener('pointerleave', () => show(null));
    node.addEventListener('click', () => state.tell('edit', neuron.layer, neuron.row, null));
    tiles.push({ canvas, context: canvas.getContext('2d'), image: null, shown: -1, segment: null });
    return node;
  }

  function draw() {
    const width = drawing.clientWidth;
    if (!width) return;
    const { hidden: layers, features } = state.settings;
    const all = props.choices.features;
    const rows = Math.max(all.length, ...layers);
    const columns = layers.length + 2;
    const small = width < 480;
    const labels = small ? 34 : 44; // left of the inputs
    const tile = Math.floor(Math.min(rows > 10 ? 22 : rows > 7 ? 28 : 30, (width - labels - 24) / columns - 8));
    const gap = rows > 10 ? 4 : 5;
    const head = small && layers.length > 3 ? 60 : 34;
    drawing.style.height = `${head + rows * (tile + gap)}px`;
    const spacing = (width - labels - tile - 26) / (columns - 1);
    /** @param {number} column */
    const left = (column) => labels + column * spacing;
    /** @param {number} row @param {number} count */
    const top = (row, count) => head + ((rows - count) * (tile + gap)) / 2 + row * (tile + gap);
    /** @type {HTMLElement[]} */
    const nodes = [];
    const ys = [features.map((name) => top(all.indexOf(name), all.length) + tile / 2)];
    all.forEach((name, row) => {
      const on = features.includes(name);
      const node = inputTile(name, on);
      place(node, left(0), top(row, all.length), tile);
      const text = Object.assign(document.createElement('span'), { className: `pg-name${on ? ' on' : ''}`, textContent: name });
      place(text, 0, top(row, all.length), labels - 6, tile);
      nodes.push(text, node);
    });
    tiles = [];
    let index = 0;
    layers.forEach((count, layer) => {
      const buttons = countButtons(layer, count);
      const room = Math.min(84, Math.max(30, spacing - 4));
      place(buttons, left(layer + 1) + tile / 2 - room / 2, 0, room, head - 4);
      nodes.push(buttons);
      ys.push([]);
      for (let row = 0; row < count; row += 1) {
        const node = neuronTile({ layer, row, index });
        index += 1;
        place(node, left(layer + 1), top(row, count), tile);
        ys.at(-1).push(top(row, count) + tile / 2);
        nodes.push(node);
      }
    });
    const output = newTile('output', _('Output neuron'));
    output.textContent = 'ŷ';
    const outputTop = head + (rows * (tile + gap) - gap) / 2 - 16;
    place(output, width - 32, outputTop, 32);
    output.addEventListener('click', () => state.tell('edit', layers.length, 0, null));
    nodes.push(output);
    ys.push([outputTop + 16]);
    state.part('.pg-nodes').replaceChildren(...nodes);
    gaps = ys.slice(1).map((to, layer) => ({
      layer,
      x0: left(layer) + tile,
      x1: layer === layers.length ? width - 32 : left(layer + 1),
      from: ys[layer],
      to,
    }));
    drawn = null;
    state.refresh();
  }

  /** @param {Segment} segment @param {number} frame */
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
      canvases.paintLevels(tile.context, tile.image, array, start);
    });
  }

  /**
   * Lines of about the same width and the same sign are one stroke: a large network has 1,400.
   * @param {Segment | null} segment
   * @param {number} frame
   */
  function paintWires(segment, frame) {
    const { canvas } = wires;
    const now = segment && ownFrame(segment.weights, frame);
    const { ratio } = canvases.scaled(canvas);
    // A large network sends weights for some frames only: nothing has changed in between.
    if (drawn && drawn.segment === segment && drawn.now === now && drawn.marked === marked) return;
    drawn = { segment, now, marked };
    wires.setTransform(1, 0, 0, 1, 0, 0);
    wires.clearRect(0, 0, canvas.width, canvas.height);
    wires.setTransform(ratio, 0, 0, ratio, 0, 0);
    /** @type {Map<string, Path2D>} */
    const bundles = new Map();
    for (const gap of gaps) {
      // Names, and so the numbers, run by layer: its weights row by row, then its biases.
      let first = segment ? segment.index.get(weightName(gap, 0, 0)) : 0;
      for (let row = 0; row < gap.to.length; row += 1) {
        for (let column = 0; column < gap.from.length; column += 1) {
          const weight = segment ? weightAt(segment, frame, first) : 0;
          first += 1;
          const key = `${weight < 0 ? '-' : '+'}${segment ? Math.round(widthOf(weight) * 2) : 0}`;
          if (!bundles.has(key)) bundles.set(key, new Path2D());
          curve(bundles.get(key), { gap, row, column });
        }
      }
    }
    const [orange, blue, faint] = ['--chart-orange', '--chart-blue', '--chart-faint'].map((name) => canvases.colour(name));
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
    if (!marked) return;
    const path = new Path2D();
    curve(path, marked);
    wires.strokeStyle = canvases.colour('--course-ink');
    wires.lineWidth = 2;
    wires.stroke(path);
  }

  function paint() {
    if (state.comparing) return;
    if (!state.segments.length) {
      for (const tile of tiles) {
        if (tile.segment) tile.context.clearRect(0, 0, tile.canvas.width, tile.canvas.height);
        [tile.shown, tile.segment] = [-1, null];
      }
      paintWires(null, 0);
      return;
    }
    const [segment, frame] = locate(state.segments, state.player.position);
    const fitting = state.fits(segment);
    if (fitting) paintNeurons(segment, frame);
    paintWires(fitting ? segment : null, frame);
  }

  /** The weights as they are drawn. */
  function shownWeights() {
    if (!state.segments.length) return [];
    const [segment, frame] = locate(state.segments, state.player.position);
    if (!state.fits(segment)) return [];
    const { features, hidden } = state.settings;
    return gaps.flatMap(({ layer, to, from }) => to.flatMap((none, row) => from.map((nothing, column) => ({
      from: sourceName(features, layer, column), to: targetName(hidden, layer, row), weight: weightOf(segment, frame, `${layer + 1}.weight.${row}.${column}`),
    }))));
  }

  function listen() {
    tells(drawing, shownWeights);
    /** @param {MouseEvent} event */
    const at = (event) => placeIn(drawing, event);
    drawing.addEventListener('pointermove', (event) => {
      const [x, y] = at(event);
      const line = event.target.closest('button') ? null : lineAt(gaps, x, y);
      const same = line?.gap === marked?.gap && line?.row === marked?.row && line?.column === marked?.column;
      if (!same) marked = line;
      drawing.classList.toggle('on-line', Boolean(line));
      tip.hidden = !line || !state.segments.length;
      if (line && state.segments.length) {
        const [segment, frame] = locate(state.segments, state.player.position);
        const { features, hidden } = state.settings;
        const weight = weightOf(segment, frame, weightName(line.gap, line.row, line.column));
        tip.textContent = `${sourceName(features, line.gap.layer, line.column)} → ${targetName(hidden, line.gap.layer, line.row)}: w = ${fixed(weight)}`;
        const room = drawing.clientWidth - tip.offsetWidth;
        Object.assign(tip.style, { left: `${clamp(x + 12, 0, Math.max(0, room))}px`, top: `${y + 14}px` });
      }
      if (!same) state.refresh();
    });
    drawing.addEventListener('pointerleave', () => {
      marked = null;
      tip.hidden = true;
      state.refresh();
    });
    drawing.addEventListener('click', (event) => {
      if (event.target.closest('button')) return;
      const line = lineAt(gaps, ...at(event));
      if (line) state.tell('edit', line.gap.layer, line.row, line.column);
    });
    new ResizeObserver(draw).observe(drawing);
  }

  listen();
  state.on('change', (changes) => { if ('hidden' in changes || 'features' in changes) draw(); });
  state.on('frame', paint);
  state.on('colours', draw);
  state.on('size', () => { drawn = null; });
  return { draw };
}
