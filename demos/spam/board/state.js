// What all parts of the page share: the message, the newest answers, and how they are asked for.
import { grouped } from '../../widgets/lib/numbers.js';
import { Server } from '../../widgets/lib/server.js';
import { _ } from '../../widgets/lib/texts.js';
import { lengthOf } from './parts.js';

/** @typedef {import('./types').Kind} Kind */

const REST = 350; // ms without a key: then what takes longer is asked for
const TELL = 500; // ms: then the address says the message

/** @type {Kind[]} */
export const KINDS = ['counts', 'tfidf', 'embedding'];

export class State {
  message = '';

  /** Words that are left out, as the answer of the kind that is shown names them. @type {Set<string>} */
  struck = new Set();

  /** @type {import('./types').Settings} */
  settings = { topic: 'words', features: 'counts', leak: false, layer: 1, head: 1 };

  threshold = 0.5;

  /** @type {import('./types').Compared | null} */
  compared = null;

  /** @type {import('./types').Predicted | null} */
  predicted = null;

  /** Of which kind `predicted` is. @type {Kind} */
  kind = 'counts';

  /** @type {import('./types').Inside | null} */
  inside = null;

  /** @type {import('./types').Corpus | null} */
  corpus = null;

  server = new Server('spam');

  /** @type {Map<string, Function[]>} */
  #listeners = new Map();

  #asked = 0; // counts what was typed; an answer to older text is late

  #busy = false;

  #resting = 0;

  #telling = 0;

  /** @type {Promise<import('./types').Corpus> | null} */
  #coming = null;

  /** @type {Map<string, any>} */
  #deep = new Map();

  /**
   * @param {HTMLElement} root
   * @param {import('./types').Props} props
   */
  constructor(root, props) {
    this.root = root;
    this.props = props;
    this.message = props.value?.message ?? '';
  }

  /** @param {string} selector @returns {any} */
  part(selector) { return this.root.querySelector(selector); }

  /** @param {string} name @param {Function} listener */
  on(name, listener) { this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]); }

  /** @param {string} name */
  tell(name) { for (const listener of this.#listeners.get(name) ?? []) listener(); }

  /** @param {string} sentence */
  trouble(sentence) {
    const box = this.part('.spam-trouble');
    box.hidden = !sentence;
    if (box.textContent !== sentence) box.textContent = sentence;
  }

  // ---------------------------------------------------------------- what is typed

  /** @param {string} message */
  write(message) {
    this.message = message;
    this.struck.clear();
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => this.say(), TELL);
    this.ask();
  }

  /** Take another message: at once it stands in the field, and in the address. @param {string} message */
  take(message) {
    this.write(message);
    this.say();
    this.tell('replace');
  }

  say() {
    clearTimeout(this.#telling);
    if (this.props.value?.message !== this.message && lengthOf(this.message) <= this.props.limits.message) this.props.value = { message: this.message };
  }

  /** @param {string} word */
  strike(word) {
    if (!this.struck.delete(word)) this.struck.add(word);
    this.ask();
  }

  // ---------------------------------------------------------------- asking: one at a time, the newest wins

  ask() {
    this.#asked += 1;
    this.root.dataset.pending = 'true';
    if (lengthOf(this.message) > this.props.limits.message) {
      const [count, most] = [lengthOf(this.message), this.props.limits.message].map((n) => grouped(n));
      this.trouble(_('This message has {count} characters or more: at most {most} are read.', { count, most }));
      return;
    }
    clearTimeout(this.#resting);
    this.#pump();
  }

  async #pump() {
    if (this.#busy) return;
    this.#busy = true;
    let mine;
    do {
      mine = this.#asked;
      await this.#answer(mine);
    } while (mine !== this.#asked && lengthOf(this.message) <= this.props.limits.message);
    this.#busy = false;
    this.#resting = setTimeout(() => this.deepen(), REST);
  }

  /** @param {number} mine */
  async #answer(mine) {
    const { message, kind, struck } = { message: this.message, kind: this.settings.features, struck: [...this.struck] };
    const needed = ['words', 'sum'].includes(this.settings.topic);
    const began = performance.now();
    try {
      const [compared, predicted] = await Promise.all([
        this.server.atOnce('spam_compare', [message, this.threshold, struck]),
        needed ? this.server.atOnce('spam_predict', [message, kind, struck, false]) : null,
      ]);
      this.root.dataset.took = (performance.now() - began).toFixed(0); // for tests
      if (mine !== this.#asked) return; // newer text is waiting
      this.trouble('');
      this.compared = compared;
      if (predicted) {
        this.kind = kind;
        this.predicted = kind === 'embedding' && this.predicted?.parts.length && this.#deep.get('sum') === this.#key('sum') ? this.predicted : predicted;
      }
      this.tell('answer');
      this.root.dataset.pending = 'false';
    } catch (error) {
      if (mine === this.#asked) { this.trouble(error.message); this.root.dataset.pending = 'false'; }
    }
  }

  /** What an answer depends on. @param {string} topic */
  #key(topic) {
    const { layer, head, features } = this.settings;
    return JSON.stringify([topic, this.message, ...(topic === 'inside' ? [layer, head] : [features, ...this.struck])]);
  }

  /** Ask for what takes longer, once nobody types. */
  async deepen() {
    const { topic, features, layer, head } = this.settings;
    const key = this.#key(topic);
    const wanted = topic === 'inside' || topic === 'attack' || (topic === 'sum' && features === 'embedding');
    if (!wanted || this.#deep.get(topic) === key || lengthOf(this.message) > this.props.limits.message) return;
    this.#deep.set(topic, key);
    try {
      if (topic === 'attack') { this.tell('rest'); return; }
      const answer = await (topic === 'inside'
        ? this.server.atOnce('spam_inside', [this.message, layer, head])
        : this.server.atOnce('spam_predict', [this.message, features, [...this.struck], true]));
      if (key !== this.#key(this.settings.topic)) return;
      if (topic === 'inside') this.inside = answer;
      else { this.predicted = answer; this.kind = features; }
      this.tell('answer');
    } catch (error) {
      this.#deep.delete(topic);
      this.trouble(error.message);
    }
  }

  /** Return the figures of the messages that were learned; they are fetched once. */
  async figures() {
    this.#coming ??= this.server.atOnce('spam_corpus', []);
    try {
      this.corpus = await this.#coming;
    } catch (error) {
      this.#coming = null;
      this.trouble(error.message);
    }
    return this.corpus;
  }

  /** @param {Partial<import('./types').Settings>} changes */
  set(changes) {
    const before = this.settings;
    this.settings = { ...before, ...changes };
    const { topic, features, layer, head } = this.settings;
    this.root.dataset.topic = topic;
    if (features !== before.features) this.struck.clear();
    if (topic !== 'words' && topic !== 'inside') this.figures().then(() => this.tell('figures'));
    if (layer !== before.layer || head !== before.head) this.deepen();
    if (topic !== before.topic || features !== before.features || !this.compared) this.ask();
    this.tell('settings');
  }
}
