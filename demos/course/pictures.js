// Plays the miniatures of the course map: each shows its last moment, and plays when it is looked at.

/** @typedef {{ kind: 'line' | 'dots' | 'bars' | 'cells', frames: any[], colour?: number, colours?: number[][], size?: number, width?: number, span?: number[] }} Layer */

const COLOURS = ['blue', 'vermillion', 'green', 'orange', 'purple', 'sky'];
const [WIDE, HIGH, EDGE] = [200, 100, 10]; // as in frame/miniature.py
const SPEED = 90; // ms a frame
const colourOf = (/** @type {number} */ number) => (number < 0 ? 'var(--chart-faint)' : `var(--chart-${COLOURS[number]})`);
const x = (/** @type {number} */ share) => EDGE + share * (WIDE - 2 * EDGE);
const y = (/** @type {number} */ share) => HIGH - EDGE - share * (HIGH - 2 * EDGE);
const short = (/** @type {number} */ number) => String(Math.round(number * 10) / 10);

/** @param {number} left @param {number} top @param {number} wide @param {number} high @param {string} colour @param {number} opacity @param {number} round */
function box(left, top, wide, high, colour, opacity, round) {
  const corners = round ? ` rx="${round}"` : '';
  return `<rect x="${short(left)}" y="${short(top)}" width="${short(wide)}" height="${short(high)}"${corners} fill="${colour}" fill-opacity="${Math.min(1, opacity)}"/>`;
}

/** The SVG of a layer at a moment. @param {Layer} layer @param {number} moment */
export function layerAt({ kind, frames, colour = 0, colours = [[]], size = 3.6, width = 3, span = [0, 1] }, moment) {
  const at = (/** @type {any[]} */ all) => all[Math.min(moment, all.length - 1)];
  const frame = at(frames);
  if (kind === 'line') {
    const points = frame.map((/** @type {number[]} */ [across, up]) => `${short(x(across))},${short(y(up))}`).join(' ');
    return `<polyline points="${points}" fill="none" stroke="${colourOf(colour)}" stroke-width="${width}" stroke-linejoin="round" stroke-linecap="round"/>`;
  }
  if (kind === 'dots') {
    const now = at(colours);
    return frame.map((/** @type {number[]} */ [across, up], /** @type {number} */ i) => (
      `<circle cx="${short(x(across))}" cy="${short(y(up))}" r="${size}" fill="${colourOf(now[i] ?? 0)}"/>`)).join('');
  }
  const room = (WIDE - 2 * EDGE) * (span[1] - span[0]);
  if (kind === 'bars') {
    const each = room / frame.length;
    return frame.map((/** @type {number} */ height, /** @type {number} */ i) => (
      box(x(span[0]) + each * (i + 0.1), y(height), each * 0.8, y(0) - y(height), colourOf(colour), 0.75, Math.min(2, each / 8)))).join('');
  }
  const [rows, columns] = [frame.length, frame[0].length];
  const side = Math.min((HIGH - EDGE) / rows, (room + EDGE) / columns);
  const [left, top] = [x((span[0] + span[1]) / 2) - (side * columns) / 2, (HIGH - side * rows) / 2];
  const [gap, round] = side > 10.5 ? [1, 2] : [-0.2, 0]; // large cells stand apart
  return frame.flatMap((/** @type {number[]} */ row, /** @type {number} */ i) => row.map((value, j) => (Math.abs(value) < 0.02 ? ''
    : box(left + j * side, top + i * side, side - gap, side - gap, colourOf(value < 0 ? 1 : colour), Math.abs(value), round)))).join('');
}

/** A miniature as it is drawn in a place. @param {Element} place an <svg> @param {Layer[]} layers */
export function miniature(place, layers) {
  const last = Math.max(...layers.flatMap(({ frames, colours = [] }) => [frames.length, colours.length])) - 1;
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let [playing, began] = [0, 0];
  const show = (/** @type {number} */ moment) => { place.innerHTML = layers.map((layer) => layerAt(layer, moment)).join(''); };
  function next(/** @type {number} */ now) {
    began ||= now;
    const moment = Math.floor((now - began) / SPEED);
    show(Math.min(moment, last));
    playing = moment < last && place.isConnected ? requestAnimationFrame(next) : 0;
  }
  show(last);
  return {
    last,
    show,
    /** Play once from the start, unless it plays, or the visitor wants nothing to move. */
    play() {
      if (playing || still.matches || !last) return;
      began = 0;
      playing = requestAnimationFrame(next);
    },
  };
}
