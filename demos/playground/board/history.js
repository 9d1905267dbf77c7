// A run as the server sends it (see demos/playground/history.py), unpacked once; several runs that
// follow each other ("Train on", weights set by hand) are one chain of segments.
import { inflate } from '../../widgets/lib/base64.js';

/** @typedef {import('./types').Segment} Segment */
/** @typedef {import('./types').Unpacked} Unpacked */

/**
 * @param {import('./types').Packed} packed
 * @returns {Promise<Unpacked>}
 */
export async function unpack({ data, shape, frames, low, high }) {
  const array = await inflate(data);
  const size = array.length / shape[0];
  for (let i = size; i < array.length; i += 1) array[i] += array[i - size]; // wraps at 256
  return { array, size, frames, shape, low, high };
}

/**
 * Frame f of the run shows the last own frame that is not after f.
 * @param {{ frames: number[] }} packed
 * @param {number} frame
 */
export function ownFrame({ frames }, frame) {
  if (frames.length === frames.at(-1) + 1) return Math.min(frame, frames.length - 1);
  let [low, high] = [0, frames.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (frames[middle] <= frame) low = middle; else high = middle - 1;
  }
  return low;
}

/**
 * @param {import('./types').History} history
 * @returns {Promise<Segment>}
 */
export async function segmentOf(history) {
  const { surface, neurons, weights } = history;
  const unpacked = await Promise.all([surface, neurons, weights].map((packed) => packed && unpack(packed)));
  const index = new Map((history.names || []).map((name, i) => [name, i]));
  return { ...history, surface: unpacked[0], neurons: unpacked[1], weights: unpacked[2], index, length: history.epochs.length };
}

/** @param {Segment[]} segments */
export const totalFrames = (segments) => segments.reduce((sum, segment) => sum + segment.length, 0);

/**
 * Return the segment of a frame of the chain, and the frame within it.
 * @param {Segment[]} segments one at least
 * @param {number} frame
 * @returns {[Segment, number]}
 */
export function locate(segments, frame) {
  let rest = frame;
  for (const segment of segments) {
    if (rest < segment.length) return [segment, rest];
    rest -= segment.length;
  }
  const last = segments.at(-1);
  return [last, last.length - 1];
}

/**
 * @param {Segment} segment
 * @param {number} frame
 * @param {number} index
 */
export function weightAt({ weights }, frame, index) {
  const { array, size, low, high } = weights;
  const level = array[ownFrame(weights, frame) * size + index];
  return low[index] + ((high[index] - low[index]) * level) / 255;
}

/**
 * @param {Segment} segment
 * @param {number} frame
 * @param {string} name
 */
export function weightOf(segment, frame, name) {
  const index = segment.index.get(name);
  return index === undefined ? null : weightAt(segment, frame, index);
}

/**
 * Return a hidden neuron's own surface at a frame; null if the network has no such neuron.
 * @param {Segment} segment
 * @param {number} frame
 * @param {{ index: number }} neuron
 */
export function neuronSurface({ neurons }, frame, { index }) {
  const [, count, grid] = neurons.shape;
  if (index >= count) return null;
  return { array: neurons.array, start: ownFrame(neurons, frame) * neurons.size + index * grid * grid, grid };
}
