// A run that was computed at once is played here: step by step, at a speed, or by the slider.
import { clamp } from './numbers.js';
import { _ } from './texts.js';

/**
 * @typedef {object} Playing
 * @property {() => number} length how many positions there are
 * @property {(position: number) => void} show draw a position
 * @property {() => number} [speed] 1 is normal
 * @property {number} [seconds] that a whole run takes at speed 1
 * @property {number} [slowest] positions a second: short runs are slow enough to be read
 * @property {() => boolean} [alive] whether the page still shows this player
 * @property {() => void} [changed] it plays, or no longer does
 * @property {Stand} [stand] what the address says of it; nothing, where a control says it
 * @property {(callback: (now: number) => void) => number} [request] as requestAnimationFrame
 * @property {(id: number) => void} [cancel]
 * @property {() => number} [clock] [ms]
 */

/**
 * @typedef {object} Stand
 * @property {(position: number) => number} [step] what the address calls a position
 * @property {() => number} [first] the step at which the run stands by itself: that is not said
 * @property {(position: number) => void} [lead] show the position to which a link leads
 */

/** Where a run stands and whether it moves. Knows no page. */
export class Playback {
  position = 0;

  #id = 0;

  /** @type {Required<Omit<Playing, 'stand'>>} */
  #how;

  /** @param {Playing} how */
  constructor(how) {
    this.#how = {
      speed: () => 1,
      seconds: 8,
      slowest: 6,
      alive: () => true,
      changed: () => {},
      request: (callback) => requestAnimationFrame(callback),
      cancel: (id) => cancelAnimationFrame(id),
      clock: () => performance.now(),
      ...how,
    };
  }

  get last() { return Math.max(0, this.#how.length() - 1); }

  get playing() { return this.#id !== 0; }

  get ended() { return this.position >= this.last; }

  /** @param {number} next */
  show(next) {
    this.position = clamp(next, 0, this.last);
    this.#how.show(this.position);
  }

  /** From here; from the start if this is the end. */
  play() {
    this.#how.cancel(this.#id);
    if (this.ended) this.show(0);
    let before = this.#how.clock();
    let exact = this.position;
    /** @param {number} now */
    const frame = (now) => {
      if (!this.#how.alive()) { this.#id = 0; return; }
      const rate = Math.max(this.#how.slowest, this.#how.length() / this.#how.seconds) * this.#how.speed();
      exact += ((now - before) / 1000) * rate;
      before = now;
      if (Math.floor(exact) !== this.position) this.show(Math.floor(exact));
      if (this.ended) this.pause();
      else this.#id = this.#how.request(frame);
    };
    this.#id = this.#how.request(frame);
    this.#how.changed();
  }

  pause() {
    this.#how.cancel(this.#id);
    this.#id = 0;
    this.#how.changed();
  }

  toggle() { if (this.playing) this.pause(); else this.play(); }

  /** Stop, and show a position. @param {number} next */
  scrub(next) {
    this.pause();
    this.show(next);
  }

  /** @param {number} by */
  step(by) { this.scrub(this.position + by); }
}

const faces = () => ({ play: `▶\uFE0E ${_('Play')}`, pause: `❚❚ ${_('Pause')}`, replay: `↺ ${_('Replay')}` });

/**
 * Let the address say at which step the run of a chapter stands.
 * @param {HTMLElement} place in the chapter
 * @param {number} step
 * @param {number} first where it stands by itself
 */
const tellStand = (place, step, first) => place.dispatchEvent(new CustomEvent('course:stands', { bubbles: true, detail: { step, first } }));

/**
 * A topic is shown, with a new run or again: a link may lead it to a step, and the address says where
 * it stands.
 * @param {HTMLElement} place in the chapter
 * @param {Player} [player] of the topic, if it has one
 */
export function arrived(place, player) {
  if (player) player.arrive(); else tellStand(place, 0, 0);
}

/**
 * Return a playback that is moved by the buttons first, back, play and forward (`data-do`), the
 * slider and the speed in `root`. Call `paint` whenever the position or the length has changed.
 * @param {HTMLElement} root
 * @param {Playing} how
 */
export function playerOf(root, how) {
  const slider = root.querySelector('input[type=range]');
  const speed = root.querySelector('select');
  /** @param {string} name */
  const button = (name) => root.querySelector(`[data-do=${name}]`);
  const face = button('play').firstElementChild;
  const FACES = faces();
  // As wide as its longest face in any language, so that nothing moves.
  button('play').style.minWidth = `${Math.max(...Object.values(FACES).map((one) => one.length)) + 3}ch`;

  function paintFace() {
    const label = playback.playing ? FACES.pause : playback.ended ? FACES.replay : FACES.play;
    if (face.textContent !== label) face.textContent = label;
    button('play').disabled = how.length() < 2;
  }

  /** @param {string} text what the slider says of the position */
  function paint(text) {
    slider.max = playback.last;
    slider.value = playback.position;
    slider.setAttribute('aria-valuetext', text);
    button('first').disabled = button('back').disabled = playback.position === 0;
    button('forward').disabled = playback.ended;
    paintFace();
    tell();
  }

  // ---------------------------------------------------------------- the address
  const { step: stepOf = (/** @type {number} */ position) => position, first = () => 0, lead } = how.stand ?? {};

  // It says to which step a visitor has led the run.
  function tell() {
    if (playback.playing || how.alive?.() === false) return;
    if (how.stand) tellStand(root, stepOf(playback.position), first());
  }

  /** The step to which a link leads this run; null: where it begins; undefined: no link does. */
  const led = () => (how.stand ? window.courseStep?.(root.closest('.chapter')?.id.replace('chapter-', ''), stepOf(playback.last)) : undefined);

  /** Go where a link leads, and tell the address where that is. */
  function arrive() {
    const step = led();
    if (!how.stand) tellStand(root, 0, 0);
    if (step === undefined) { tell(); return; }
    let position = playback.last;
    while (position > 0 && stepOf(position) > (step ?? first())) position -= 1;
    playback.pause();
    if (lead) lead(position); else playback.show(position);
  }

  const playback = new Playback({
    speed: () => Number(speed.value),
    ...how,
    changed: () => { paintFace(); how.changed?.(); tell(); },
  });
  if (how.stand) document.addEventListener('course:led', () => { if (how.alive?.() !== false) arrive(); });
  button('first').addEventListener('click', () => playback.scrub(0));
  button('back').addEventListener('click', () => playback.step(-1));
  button('forward').addEventListener('click', () => playback.step(1));
  button('play').addEventListener('click', () => playback.toggle());
  slider.addEventListener('input', () => playback.scrub(Number(slider.value)));
  slider.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== ' ') return;
    event.preventDefault();
    event.stopPropagation();
    playback.toggle();
  });
  return Object.assign(playback, { paint, led, arrive });
}

/** @typedef {ReturnType<typeof playerOf>} Player */
