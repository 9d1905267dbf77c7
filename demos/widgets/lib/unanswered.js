// What is said of one photo or sketch never stands beside another: it is hidden until the answer to
// the new one is there, or where none comes. Style sheets hide it, by `data-unanswered`.

/** How long an answer is waited for [ms]. */
export const patience = { photo: 8000, photos: 20_000, sketch: 3000 };

/** @typedef {keyof typeof patience} Kind */

export class Unanswered {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @type {() => Element | null | undefined} */
  #place;

  /** @type {() => void} */
  #late;

  /**
   * @param {Kind} kind of what is asked about
   * @param {() => Element | null | undefined} place where answers stand
   * @param {() => void} late called when no answer came in time
   */
  constructor(kind, place, late) {
    this.kind = kind;
    this.#place = place;
    this.#late = late;
  }

  /** Whether an answer is waited for. */
  get due() { return this.#timer !== undefined; }

  /** Whether what was said is hidden. */
  get hides() { return Boolean(this.#place()?.hasAttribute('data-unanswered')); }

  /** A question goes out. @param {boolean} hide at once, what was said before */
  ask(hide) {
    this.rest();
    if (hide) this.#place()?.setAttribute('data-unanswered', this.kind);
    this.#timer = setTimeout(() => { this.lose(); this.#late(); }, patience[this.kind]);
  }

  /** Wait no longer. */
  rest() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The answer is there. */
  answered() {
    this.rest();
    this.#place()?.removeAttribute('data-unanswered');
  }

  /** There is none, or only that to another question. */
  lose() {
    this.rest();
    this.#place()?.setAttribute('data-unanswered', `lost ${this.kind}`);
  }
}
