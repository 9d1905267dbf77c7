// Where a control stops when it is moved step by step.

/**
 * Three stops for every power of ten: 1, 2, 5.
 * @param {number} low more than 0
 * @param {number} high
 * @returns {number[]} ascending; the powers of both ends are complete
 */
export function logarithmicStops(low, high) {
  const stops = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    // As text: 3 · 10⁻¹ would be 0.30000000000000004.
    for (const digit of [1, 2, 5]) stops.push(Number(`${digit}e${power}`));
  }
  return stops;
}

/**
 * Return the next stop above or below a value; undefined beyond the last.
 * @param {number[]} stops ascending
 * @param {number} value
 * @param {number} direction more than 0: up
 */
export function nextStop(stops, value, direction) {
  // A value that is a stop but for rounding stands on it.
  const near = Math.abs(value) * 1e-4;
  return direction > 0 ? stops.find((stop) => stop > value + near) : stops.findLast((stop) => stop < value - near);
}

/** Which way an arrow key moves a control; undefined for other keys. @type {Record<string, 1 | -1>} */
export const DIRECTIONS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
