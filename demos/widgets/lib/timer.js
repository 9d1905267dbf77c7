// A timer that counts down. Knows no page.

/**
 * Return what a timer shows: 5:00, 0:07, 1:05:00; a second that has begun counts.
 * @param {number} left [ms]
 */
export function timeText(left) {
  const seconds = Math.max(0, Math.ceil(left / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** How long until the text changes [ms]. @param {number} left [ms] */
export const untilNext = (left) => (left - 1) % 1000 + 1;

/**
 * @typedef {object} Timing
 * @property {(text: string) => void} show
 * @property {() => void} ended
 * @property {() => number} [clock] [ms]
 * @property {(callback: () => void, wait: number) => number} [later] as setTimeout
 * @property {(id: number) => void} [cancel]
 */

/** Counts down to an end; a computer that slept in between is not late. */
export class Timer {
  #id = 0;

  #end = 0;

  /** @type {Required<Timing>} */
  #how;

  /** @param {Timing} how */
  constructor(how) {
    this.#how = {
      clock: () => Date.now(),
      later: (callback, wait) => setTimeout(callback, wait),
      cancel: (id) => clearTimeout(id),
      ...how,
    };
  }

  get running() { return this.#id !== 0; }

  /** @param {number} minutes */
  start(minutes) {
    this.stop();
    this.#end = this.#how.clock() + minutes * 60_000;
    this.#tick();
  }

  stop() {
    this.#how.cancel(this.#id);
    this.#id = 0;
  }

  #tick() {
    const left = this.#end - this.#how.clock();
    this.#how.show(timeText(left));
    if (left > 0) this.#id = this.#how.later(() => this.#tick(), untilNext(left));
    else {
      this.#id = 0;
      this.#how.ended();
    }
  }
}
