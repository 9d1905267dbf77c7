// What the browser keeps of the visitor's photos, until it is told to forget them. All windows of
// this page keep the same photos: what one of them does, the others hear.

/** @typedef {import('./types').Sample} Sample */

const [NAME, SAMPLES, ABOUT] = ['course-teach', 'samples', 'about'];
const PAUSE = 250; // ms without a change, until it is heard: photos come one by one

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** Where storage is forbidden, nothing is kept, and nothing fails: `works` is false then. */
export class Memory {
  works = true;

  /** @type {Promise<IDBDatabase | null> | null} */
  #database = null;

  /** @type {BroadcastChannel | null} */
  #windows = null;

  /** Hear when another window has changed what is kept. @param {() => void} listener */
  onOther(listener) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let waiting;
    this.#windows = new BroadcastChannel(NAME);
    this.#windows.addEventListener('message', () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => { if (this.works) listener(); }, PAUSE);
    });
  }

  #open() {
    this.#database ??= (async () => {
      try {
        const request = indexedDB.open(NAME, 1);
        request.onupgradeneeded = () => {
          request.result.createObjectStore(SAMPLES, { keyPath: 'id' });
          request.result.createObjectStore(ABOUT);
        };
        return await done(request);
      } catch {
        this.works = false;
        return null;
      }
    })();
    return this.#database;
  }

  /**
   * @template T
   * @param {string} store
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<T>} ask
   * @returns {Promise<T | undefined>}
   */
  async #with(store, mode, ask) {
    const database = await this.#open();
    if (!database) return undefined;
    try {
      const answer = await done(ask(database.transaction(store, mode).objectStore(store)));
      if (mode === 'readwrite') this.#windows?.postMessage(store);
      return answer;
    } catch { // no room is left
      this.works = false;
      return undefined;
    }
  }

  /** Keep a photo, as it is now. @param {Sample} sample */
  keep(sample) { return this.#with(SAMPLES, 'readwrite', (store) => store.put(sample)); }

  /** @param {number} id */
  forget(id) { return this.#with(SAMPLES, 'readwrite', (store) => store.delete(id)); }

  /** Forget everything. */
  async forgetAll() {
    await this.#with(SAMPLES, 'readwrite', (store) => store.clear());
    await this.#with(ABOUT, 'readwrite', (store) => store.clear());
  }

  /** Return all photos in the order in which they came. @returns {Promise<Sample[]>} */
  async samples() {
    const found = /** @type {Sample[] | undefined} */ (await this.#with(SAMPLES, 'readonly', (store) => store.getAll()));
    return (found ?? []).sort((a, b) => a.id - b.id);
  }

  /** Keep what is said of all photos. @param {'names' | 'base'} what @param {string} text */
  keepSaid(what, text) { return this.#with(ABOUT, 'readwrite', (store) => store.put(text, what)); }

  /** @param {'names' | 'base'} what @returns {Promise<string>} */
  async said(what) { return (await this.#with(ABOUT, 'readonly', (store) => store.get(what))) ?? ''; }
}
