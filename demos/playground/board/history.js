// A run as the server sends it (see demos/playground/history.py), unpacked once; several runs that
// follow each other ("Train on", weights set by hand) are one chain of segments.
let segments = [];
let trained = null; // { settings } of the newest run
let points = { points: [], axes: [], classes: [] };

async function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed.data), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  const array = new Uint8Array(await new Response(stream).arrayBuffer());
  const size = array.length / packed.shape[0];
  for (let i = size; i < array.length; i += 1) array[i] += array[i - size]; // wraps at 256
  return { array, size, frames: packed.frames, shape: packed.shape, low: packed.low, high: packed.high };
}

// Frame f of the run shows the last own frame that is not after f.
function ownFrame(packed, frame) {
  const { frames } = packed;
  if (frames.length === frames.at(-1) + 1) return Math.min(frame, frames.length - 1);
  let [low, high] = [0, frames.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (frames[middle] <= frame) low = middle; else high = middle - 1;
  }
  return low;
}

async function segmentOf(history) {
  const [surface, neurons, weights] = await Promise.all(['surface', 'neurons', 'weights'].map((name) => history[name] && unpack(history[name])));
  const index = new Map((history.names || []).map((name, i) => [name, i]));
  return { ...history, surface, neurons, weights, index, length: history.epochs.length };
}

const totalFrames = () => segments.reduce((sum, segment) => sum + segment.length, 0);

// The segment of a frame of the chain, and the frame within it.
function locate(frame) {
  let rest = frame;
  for (const segment of segments) {
    if (rest < segment.length) return [segment, rest];
    rest -= segment.length;
  }
  const last = segments.at(-1);
  return [last, last.length - 1];
}

function weightAt(segment, frame, index) {
  const { array, size, low, high } = segment.weights;
  const level = array[ownFrame(segment.weights, frame) * size + index];
  return low[index] + ((high[index] - low[index]) * level) / 255;
}
