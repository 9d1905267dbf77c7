// Plays the miniatures of the course map: each shows its last moment, and plays when it is looked at.

/** @typedef {{ kind: 'line' | 'dots' | 'bars' | 'cells', frames: any[], colour?: number, colours?: number[][] }} Layer */

const COLOURS = ['blue', 'vermillion', 'green', 'orange', 'purple', 'sky'];
const [WIDE, HIGH, EDGE] = [200, 100, 10];
const SPEED = 90; // ms a frame
const colourOf = (/** @type {number} */ number) => (number < 0 ? 'var(--chart-faint)' : `var(--chart-${COLOURS[number]})`);
const x = (/** @type {number} */ share) => (EDGE + share * (WIDE - 2 * EDGE)).toFixed(1);
const y = (/** @type {number} */ share) => (HIGH - EDGE - share * (HIGH - 2 * EDGE)).toFixed(1);

/** The SVG of a layer at a moment. @param {Layer} layer @param {number} moment */
export function layerAt(layer, moment) {
  const at = (/** @type {any[]} */ frames) => frames[Math.min(moment, frames.length - 1)];
  const frame = at(layer.frames);
  if (layer.kind === 'line') {
    const points = frame.map((/** @type {number[]} */ [across, up]) => `${x(across)},${y(up)}`).join(' ');
    return `<polyline points="${points}" fill="none" stroke="${colourOf(layer.colour ?? 0)}" stroke-width="3" stroke-linejoin="round" stroke-linecap="round"/>`;
  }
  if (layer.kind === 'dots') {
    const colours = at(layer.colours ?? [[]]);
    return frame.map((/** @type {number[]} */ [across, up], /** @type {number} */ i) => (
      `<circle cx="${x(across)}" cy="${y(up)}" r="3.6" fill="${colourOf(colours[i] ?? 0)}"/>`)).join('');
  }
  if (layer.kind === 'bars') {
    const width = (WIDE - 2 * EDGE) / frame.length;
    return frame.map((/** @type {number} */ height, /** @type {number} */ i) => (
      `<rect x="${(EDGE + i * width + width * 0.12).toFixed(1)}" y="${y(height)}" width="${(width * 0.76).toFixed(1)}" height="${(HIGH - EDGE - Number(y(height))).toFixed(1)}" fill="${colourOf(layer.colour ?? 0)}"/>`)).join('');
  }
  const side = Math.min((HIGH - EDGE) / frame.length, (WIDE - EDGE) / frame[0].length);
  const [left, top] = [(WIDE - side * frame[0].length) / 2, (HIGH - side * frame.length) / 2];
  return frame.flatMap((/** @type {number[]} */ row, /** @type {number} */ i) => row.map((value, j) => (Math.abs(value) < 0.02 ? ''
    : `<rect x="${(left + j * side).toFixed(1)}" y="${(top + i * side).toFixed(1)}" width="${(side + 0.2).toFixed(1)}" height="${(side + 0.2).toFixed(1)}" fill="${colourOf(value < 0 ? 1 : 0)}" fill-opacity="${Math.min(1, Math.abs(value)).toFixed(2)}"/>`))).join('');
}

/** A miniature as it is drawn in a place. @param {Element} place an <svg> @param {Layer[]} layers */
export function miniature(place, layers) {
  const last = Math.max(...layers.map(({ frames }) => frames.length)) - 1;
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
