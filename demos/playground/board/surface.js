// The plane: the decision surface and its border.
import { tells } from '../../widgets/lib/pictures.js';
import { _ } from '../../widgets/lib/texts.js';
import { GRID, traceBoundary } from './canvases.js';
import { locate, neuronSurface, ownFrame } from './history.js';
import { EXTENT } from './places.js';

/** @param {import('./state').State} state */
export function showSurface(state) {
  const { canvases, part } = { canvases: state.canvases, part: (/** @type {string} */ name) => state.part(`.pg-result ${name}`) };
  /** @type {CanvasRenderingContext2D} */
  const surface = part('.pg-surface').getContext('2d');
  /** @type {CanvasRenderingContext2D} */
  const boundary = part('.pg-boundary').getContext('2d');
  const whole = new ImageData(GRID, GRID);
  const what = part('.pg-what');

  function clear() {
    for (const { canvas } of [surface, boundary]) canvas.getContext('2d').clearRect(0, 0, canvas.width, canvas.height);
    what.hidden = true;
  }

  function paint() {
    if (state.comparing) return;
    if (!state.segments.length) { clear(); return; }
    const [segment, frame] = locate(state.segments, state.player.position);
    const chosen = state.shownNeuron && neuronSurface(segment, frame, state.shownNeuron);
    const output = { array: segment.surface.array, start: ownFrame(segment.surface, frame) * GRID * GRID, grid: GRID };
    const { array, start, grid } = chosen || output;
    const { canvas } = surface;
    if (canvas.width !== grid) canvas.width = canvas.height = grid;
    canvases.paintLevels(surface, grid === GRID ? whole : new ImageData(grid, grid), array, start);
    const { ratio } = canvases.scaled(boundary.canvas);
    boundary.clearRect(0, 0, boundary.canvas.width, boundary.canvas.height);
    what.hidden = !state.shownNeuron;
    if (state.shownNeuron) what.textContent = _('Layer {layer}, neuron {neuron}', { layer: state.shownNeuron.layer + 1, neuron: state.shownNeuron.row + 1 });
    if (chosen) return;
    boundary.strokeStyle = canvases.colour('--course-ink');
    boundary.lineWidth = 1.2 * ratio;
    traceBoundary(boundary, array, start, GRID);
  }

  // The probability of blue at the places that it was computed for.
  tells(surface.canvas, () => {
    if (!state.segments.length) return [];
    const [segment, frame] = locate(state.segments, state.player.position);
    const start = ownFrame(segment.surface, frame) * GRID * GRID;
    const middle = (/** @type {number} */ i) => ((i + 0.5) / GRID) * 2 * EXTENT - EXTENT;
    return Array.from({ length: GRID * GRID }, (none, i) => ({ x: Number(middle(i % GRID).toFixed(2)), y: Number((-middle(Math.floor(i / GRID))).toFixed(2)), output: Number((segment.surface.array[start + i] / 255).toFixed(3)) }));
  });
  state.on('frame', paint);
}
