// What all parts of one playground share. Every mount makes its own; the parts tell each other what
// has happened by signals, and so need not know each other.
import { playerOf } from '../../widgets/lib/player.js';
import { Server } from '../../widgets/lib/server.js';
import { Canvases } from './canvases.js';
import { totalFrames } from './history.js';
import { CHARACTERS } from './places.js';

/** @typedef {import('./types').Segment} Segment */
/** @typedef {import('./types').Settings} Settings */
/** @typedef {import('./types').Signals} Signals */

const FEWEST = 2; // points that a training needs

export class State {
  /** The newest run, and those it trained on. @type {Segment[]} */
  segments = [];

  /** The runs of compared networks; empty unless comparing. @type {Segment[]} */
  runs = [];

  /** The settings of the newest run, and what it took [s]. @type {{ settings: Settings, seconds: number } | null} */
  trained = null;

  /** Counts what is shown: answers to older requests are dropped. */
  version = 0;

  /** Whether a training is on its way. */
  busy = false;

  /** The newest run's points. @type {import('./types').Data} */
  data = { points: [], axes: [], classes: [] };

  /** What a CSV calls its columns and labels. @type {Pick<import('./types').Data, 'axes' | 'classes'> | null} */
  named = null;

  /** The hidden neuron under the pointer: its surface is shown instead of the output's. @type {import('./types').Neuron | null} */
  shownNeuron = null;

  server = new Server('playground');

  #silence = 0;

  /** @type {Map<string, Function[]>} */
  #listeners = new Map();

  /**
   * @param {HTMLElement} element
   * @param {import('./types').Props} props
   */
  constructor(element, props) {
    this.element = element;
    this.props = props;
    /** @type {HTMLElement} */
    this.root = element.querySelector('.playground');
    /** @type {Settings} */
    this.settings = { ...props.defaults, ...props.value };
    this.canvases = new Canvases(this.root, () => this.tell('size'));
    this.player = playerOf(this.part('.pg-player'), {
      length: () => this.length,
      show: () => this.tell('frame'),
      seconds: 6,
      alive: () => element.isConnected && this.length > 0,
      stand: {
        // A run plays to its end by itself. One that went on from another, or from weights that were
        // set by hand, no settings bring back: of it the address says nothing.
        first: () => (this.segments.length > 1 && !this.comparing ? this.player.position : this.player.last),
      },
    });
  }

  /** @param {string} selector */
  part(selector) { return this.root.querySelector(selector); }

  /** @param {string} selector @returns {any[]} */
  parts(selector) { return [...this.root.querySelectorAll(selector)]; }

  /** @param {string} name */
  button(name) { return this.part(`[data-do=${name}]`); }

  /**
   * @template {keyof Signals} Name
   * @param {Name} name
   * @param {import('./types').Listener<Name>} listener
   */
  on(name, listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
  }

  /**
   * @template {keyof Signals} Name
   * @param {Name} name
   * @param {Signals[Name]} values
   */
  tell(name, ...values) {
    for (const listener of this.#listeners.get(name) ?? []) listener(...values);
  }

  /**
   * Change settings: all changes go through here.
   * @param {Partial<Settings>} changes
   * @param {import('./types').Change} [options]
   */
  change(changes, { later = 250 } = {}) {
    this.settings = { ...this.settings, ...changes };
    this.props.value = this.settings;
    const chapter = this.element.closest('.chapter');
    chapter?.dispatchEvent(new CustomEvent('course:hand', { detail: changes }));
    chapter?.dispatchEvent(new Event('course:change'));
    if (this.settings.points === '') this.named = null; // new points are not those of the CSV
    this.tell('change', changes, later);
  }

  /** Return the value of a control. @param {string} name @returns {any} */
  valueOf(name) { return /** @type {Record<string, any>} */ (this.settings)[name]; }

  get comparing() { return this.settings.compare !== ''; }

  /** How many frames there are to play. */
  get length() {
    return this.comparing ? Math.max(0, ...this.runs.map((run) => run.length)) : totalFrames(this.segments);
  }

  /** Whether there are too few points of one's own to train on. */
  get empty() { return this.settings.data === 'own' && this.settings.points.length < FEWEST * CHARACTERS; }

  /** Whether points must stay as they are: a link hides them, or the data set they would replace. */
  get locked() { return this.isHidden('points') || (this.isHidden('data') && this.settings.data !== 'own'); }

  /** Forget all runs. */
  clear() {
    this.version += 1;
    [this.segments, this.runs, this.trained] = [[], [], null];
    this.tell('runs');
    this.refresh();
  }

  /** Draw again what is shown. */
  refresh() { this.player.show(this.player.position); }

  /** Whether the drawing, which follows the controls, is the network of this segment. @param {Segment | undefined} segment */
  fits(segment) {
    return Boolean(segment?.neurons)
      && JSON.stringify([segment.network.hidden, segment.network.features]) === JSON.stringify([this.settings.hidden, this.settings.features]);
  }

  /** Controls that a link hides keep its value (`hide=` is read by the page's own script). @param {string} name */
  isHidden(name) { return (window.courseHidden?.('playground') ?? []).includes(name); }

  /** @param {string} sentence */
  warn(sentence) {
    this.part('.pg-warning').hidden = !sentence;
    this.part('.pg-warning').textContent = sentence;
  }

  /** @param {string} sentence */
  say(sentence, lasting = false) {
    this.part('.pg-status').textContent = sentence;
    clearTimeout(this.#silence);
    if (sentence && !lasting) this.#silence = setTimeout(() => this.say(''), 5000);
  }
}
