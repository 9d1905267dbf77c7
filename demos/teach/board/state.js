// What all parts of the page share: the classes, their photos, and the trained head.
import { base64Of, bytesOf } from '../../widgets/lib/base64.js';
import { directionOf } from '../../widgets/lib/halves.js';
import { Server } from '../../widgets/lib/server.js';
import { _ } from '../../widgets/lib/texts.js';
import { joined } from '../../widgets/lib/zip.js';
import { Memory } from './memory.js';

/** @typedef {import('./types').Sample} Sample */

/** What is known before; see demos/teach/answers.py. */
export const [IMAGENET, TIRES] = ['imagenet', 'tires'];
export class State {
  /** @type {Sample[]} */
  samples = [];

  /** @type {import('./types').Settings} */
  settings = { topic: 'teach', head: 'linear', hidden: 16, steps: 40, l2: 0.01, learning_rate: 0.003, seed: 0 };

  /** The newest training, and the photos of each class it knows. @type {{ answer: import('./types').Trained, names: string[], samples: Sample[][] } | null} */
  trained = null;

  memory = new Memory();

  server = new Server('teach');

  /** Of the features of photos. @type {WeakMap<Uint8Array, Float32Array>} */
  #directions = new WeakMap();

  /** @type {Map<string, Function[]>} */
  #listeners = new Map();

  #looking = false;

  /**
   * @param {HTMLElement} root
   * @param {import('./types').Props & { value: any }} props
   */
  constructor(root, props) {
    this.root = root;
    this.props = props;
    this.names = namesIn(props.value?.classes ?? 'A,B');
    /** What is known before; see demos/teach/answers.py. */
    this.base = props.value?.base ?? IMAGENET;
  }

  /** @param {string} selector */
  part(selector) { return this.root.querySelector(selector); }

  /** @param {string} name */
  button(name) { return this.part(`[data-do=${name}]`); }

  /** @param {string} name @param {Function} listener */
  on(name, listener) { this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]); }

  /** @param {string} name @param {unknown[]} values */
  tell(name, ...values) { for (const listener of this.#listeners.get(name) ?? []) listener(...values); }

  /** @param {string} sentence */
  trouble(sentence) {
    this.part('.teach-trouble').hidden = !sentence;
    this.part('.teach-trouble').textContent = sentence;
  }

  /**
   * Do something that may fail; the sentence of an error is shown.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T | undefined>}
   */
  async attempt(work) {
    this.trouble('');
    this.root.setAttribute('aria-busy', 'true');
    try {
      return await work();
    } catch (error) {
      this.trouble(error.message);
      return undefined;
    } finally {
      this.root.setAttribute('aria-busy', 'false');
    }
  }

  /** Return the photos of a class. @param {number} label */
  of(label) { return this.samples.filter((sample) => sample.label === label); }

  // ---------------------------------------------------------------- classes

  /** @param {string[]} names @param {string} base */
  rename(names, base = this.base) {
    this.names = names;
    this.base = base;
    const value = { classes: names.join(','), cell: '', base };
    if (JSON.stringify(value) !== JSON.stringify(this.props.value)) this.props.value = value;
    this.memory.keepSaid('names', value.classes);
    this.memory.keepSaid('base', base);
  }

  /** Remove a class with its photos. @param {number} label */
  async drop(label) {
    if (this.of(label).length) this.#putAside();
    for (const sample of this.of(label)) this.memory.forget(sample.id);
    this.samples = this.samples.filter((sample) => sample.label !== label);
    for (const sample of this.samples.filter((one) => one.label > label)) {
      sample.label -= 1;
      this.memory.keep(sample);
    }
    this.rename(this.names.filter((_name, i) => i !== label));
    this.changed();
  }

  /** What was there before photos were replaced or removed by the class; gone when the page is left. @type {{ names: string[], base: string, samples: Sample[] } | null} */
  before = null;

  /** Counts the sets of classes: what is under way for one that is gone is given up. */
  era = 0;

  #putAside() {
    this.before = this.samples.length ? { names: this.names, base: this.base, samples: this.samples.map((sample) => ({ ...sample })) } : null;
  }

  /**
   * Begin anew with other classes; return whether none have begun meanwhile.
   * @param {string[]} names
   * @param {string} base
   */
  async begin(names, base = IMAGENET) {
    if (this.samples.length) this.#putAside();
    this.era += 1;
    const { era } = this;
    await this.memory.forgetAll();
    if (era !== this.era) return false;
    this.samples = [];
    this.rename(names, base);
    this.changed();
    return true;
  }

  /** Bring back what was there before; what is there now can be brought back in its place. */
  async undo() {
    const { names, base, samples } = this.before;
    this.#putAside();
    this.era += 1;
    const { era } = this;
    await this.memory.forgetAll();
    if (era !== this.era) return undefined;
    this.samples = samples;
    samples.forEach((sample) => this.memory.keep(sample));
    this.rename(names, base);
    this.changed();
    return this.lookAtAll();
  }

  /**
   * Return what says where a class stands later, when some may have been removed; -1 if it is gone.
   * @param {number} label
   */
  follow(label) {
    const { era, names } = this;
    return () => {
      if (era !== this.era) return -1;
      const now = this.names.indexOf(names[label]);
      return now < 0 && this.names.length === names.length ? label : now; // it has another name
    };
  }

  /** Take over what another window of this page has kept. */
  async reread() {
    const [{ era }, then] = [this, this.samples.map(({ id }) => id)];
    const found = await this.memory.samples();
    const [names, base] = [await this.memory.said('names'), await this.memory.said('base')];
    if (era !== this.era) return;
    const known = new Map(this.samples.map((sample) => [sample.id, sample]));
    // What has come or gone in this window meanwhile.
    const come = this.samples.filter(({ id }) => !then.includes(id) && !found.some((one) => one.id === id));
    const gone = new Set(then.filter((id) => !known.has(id)));
    const stood = (/** @type {Sample[]} */ all) => JSON.stringify([this.names, this.base, all.map(({ id, label }) => [id, label])]);
    const before = stood(this.samples);
    if (names && (names !== this.names.join(',') || base !== this.base)) {
      if (base !== this.base || !namesIn(names).some((name) => this.names.includes(name))) this.era += 1;
      this.rename(namesIn(names), base || this.base);
    }
    const kept = found.filter(({ id, label }) => label < this.names.length && !gone.has(id));
    this.samples = [...kept.map((sample) => {
      const here = known.get(sample.id);
      return here ? Object.assign(here, sample, { features: sample.features ?? here.features }) : sample;
    }), ...come];
    this.checkFeatures();
    if (stood(this.samples) === before) this.tell('looked');
    else this.changed();
  }

  // ---------------------------------------------------------------- photos

  /** Photos came or went: what was trained no longer fits. */
  changed() {
    this.trained = null;
    this.tell('samples');
    this.tell('trained');
  }

  /** How many more photos are kept. */
  get room() { return Math.max(0, this.props.limits.photos - this.samples.length); }

  /** Say that some photos were too many. @param {number} left out @param {number} all */
  full(left, all) {
    this.trouble(_('At most {most} photos are kept here: {left} of these {all} were left out. Delete some first, or take fewer.', { most: this.props.limits.photos, left, all }));
  }

  /** Add photos to a class. @param {number} label @param {string[]} urls */
  add(label, urls) {
    const { room } = this;
    const last = Math.max(0, ...this.samples.map((sample) => sample.id));
    // The number of a photo is later than that of any before, and no other window takes it.
    const first = Math.max(last + 1, 1000 * Date.now() + Math.floor(1000 * Math.random()));
    const added = urls.slice(0, room).map((url, i) => ({ id: first + i, label, url, features: null }));
    this.samples.push(...added);
    added.forEach((sample) => this.memory.keep(sample));
    if (room < urls.length) this.full(urls.length - room, urls.length);
    this.changed();
    return this.lookAtAll();
  }

  /** @param {Sample} sample */
  remove(sample) {
    this.samples = this.samples.filter((one) => one !== sample);
    this.memory.forget(sample.id);
    this.changed();
  }

  /** @param {Sample} sample @param {number} label */
  move(sample, label) {
    if (!this.samples.includes(sample)) return; // another window has removed it
    sample.label = label;
    this.memory.keep(sample);
    this.changed();
  }

  /** Forget the features that another network has made. */
  checkFeatures() {
    const bytes = 2 * this.props.features[this.base];
    for (const sample of this.samples) if (sample.features?.length !== bytes) sample.features = null;
  }

  /** Let the network look at the photos that it has not seen, some at a time. */
  async lookAtAll() {
    if (this.#looking) return;
    this.#looking = true;
    try {
      for (;;) {
        const next = this.samples.filter((sample) => !sample.features).slice(0, this.props.limits.request);
        if (!next.length) break;
        const each = await this.featuresOf(next.map((sample) => sample.url));
        next.forEach((sample, i) => {
          sample.features = each[i];
          if (this.samples.includes(sample)) this.memory.keep(sample);
        });
        this.tell('looked');
      }
    } catch (error) {
      this.trouble(error.message);
    } finally {
      this.#looking = false;
      this.tell('looked');
    }
  }

  /** How many photos the network has not looked at yet. */
  get waiting() { return this.samples.filter((sample) => !sample.features).length; }

  /**
   * Return the features of photos, some of which are sent at a time.
   * @param {string[]} urls
   * @param {string} base
   * @returns {Promise<Uint8Array<ArrayBuffer>[]>}
   */
  async featuresOf(urls, base = this.base) {
    const { request } = this.props.limits;
    const each = [];
    for (let at = 0; at < urls.length; at += request) {
      const some = urls.slice(at, at + request);
      const all = bytesOf((await this.server.atOnce('teach_features', [some, base])).features);
      const bytes = all.length / some.length;
      each.push(...some.map((_url, i) => all.slice(bytes * i, bytes * (i + 1))));
    }
    return each;
  }

  /** Return the photos of each class that have features, and those as /teach_train wants them. */
  async ready() {
    await this.lookAtAll();
    while (this.waiting && this.#looking) await new Promise((resolve) => { setTimeout(resolve, 50); });
    const samples = this.names.map((_name, label) => this.of(label).filter((sample) => sample.features));
    return { samples, features: samples.map(packed) };
  }

  /**
   * Return the training photos that are nearest to one, with their distances.
   * @param {string} features in base 64
   * @param {number} count
   */
  nearest(features, count = 3) {
    const asked = directionOf(bytesOf(features));
    const known = (this.trained?.samples ?? []).flat().map((sample) => {
      if (!this.#directions.has(sample.features)) this.#directions.set(sample.features, directionOf(sample.features));
      return { sample, distance: distanceOf(asked, this.#directions.get(sample.features)) };
    });
    return known.sort((a, b) => a.distance - b.distance).slice(0, count);
  }
}

/** @param {Float32Array} a @param {Float32Array} b */
function distanceOf(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i];
  return Math.sqrt(Math.max(0, 2 - 2 * sum)); // both are 1 long
}

/** @param {{ features: Uint8Array<ArrayBuffer> | null }[]} samples */
export const packed = (samples) => base64Of(joined(samples.map((sample) => sample.features)));

/**
 * Return the names of classes for folders: without commas, none twice.
 * @param {string[]} folders
 * @param {number} longest [characters]
 */
export const namesOfFolders = (folders, longest) => different(folders.map((folder) => folder.replaceAll(',', ' ').replace(/\s+/g, ' ')), longest);

/**
 * Return the names of folders for classes: such as every system takes, none twice.
 * @param {string[]} names
 * @param {number} longest [characters]
 */
export const foldersOfNames = (names, longest) => different(names.map((name) => name.replace(/[\\/:*?"<>|]/g, '-').replace(/^[\s.]+|[\s.]+$/g, '')), longest);

/**
 * Return names, none empty, none too long, and a number behind those that were there already.
 * @param {string[]} wanted
 * @param {number} longest
 */
function different(wanted, longest) {
  /** @type {string[]} */
  const names = [];
  for (const one of wanted) {
    const name = one.trim().slice(0, longest) || '–';
    const taken = (/** @type {string} */ it) => names.some((other) => other.toLowerCase() === it.toLowerCase());
    let free = name;
    for (let i = 2; taken(free); i += 1) free = `${name.slice(0, longest - 2)} ${i}`;
    names.push(free);
  }
  return names;
}

/** @param {string} text */
export const namesIn = (text) => text.split(',').map((name) => name.trim());
