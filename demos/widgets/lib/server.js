// Asks endpoints, as a program would.
import { root } from './root.js';
import { _ } from './texts.js';

const LOST = () => new Error(_('The server cannot be reached: check the connection, or reload the page.'));
const endpoints = () => root().replace(/\/$/, '') + (window.gradio_config?.api_prefix ?? '/gradio_api');

/** @typedef {{ ahead?: number, share?: number }} Told how many are computed before, or how far it is, 0 to 1 */

export class Server {
  /** What was asked last of the queue. @type {Promise<unknown>} */
  #last = Promise.resolve();

  /** @param {string} chapter begins the name of the session */
  constructor(chapter) { this.session = `${chapter}${Math.random().toString(36).slice(2)}`; }

  /**
   * @param {string} path
   * @param {object} body
   * @returns {Promise<any>}
   */
  async #post(path, body, attempts = 3) {
    let response;
    try {
      response = await fetch(`${endpoints()}/${path}`, {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...body, session_hash: this.session }),
      });
    } catch { throw LOST(); }
    if (response.status === 429 && attempts > 1) {
      // A whole class behind one address: the server says when there is room again.
      await new Promise((resolve) => { setTimeout(resolve, 1000 * (Number(response.headers.get('Retry-After')) || 1)); });
      return this.#post(path, body, attempts - 1);
    }
    const answer = await response.json().catch(() => ({}));
    const said = answer.error || (typeof answer.detail === 'string' && answer.detail);
    if (!response.ok) throw said ? new Error(said) : LOST();
    return answer;
  }

  /**
   * Ask an endpoint that waits in the queue; one after the other.
   * @param {string} name
   * @param {unknown[]} data its arguments
   * @param {(told: Told) => void} told what is heard of it meanwhile
   * @returns {Promise<any>}
   */
  queued(name, data, told = () => {}) {
    const answer = this.#last.then(() => this.#inQueue(name, data, told));
    this.#last = answer.catch(() => {});
    return answer;
  }

  /** @param {string} name @param {unknown[]} data @param {(told: Told) => void} told */
  async #inQueue(name, data, told) {
    const { event_id: event } = await this.#post(`call/${name}`, { data });
    const stream = await fetch(`${endpoints()}/queue/data?session_hash=${this.session}`).catch(() => { throw LOST(); });
    if (!stream.ok) throw LOST();
    for await (const message of messagesOf(stream)) {
      if (message.event_id !== event) continue;
      const heard = heardIn(message);
      if (heard) told(heard);
      if (message.msg !== 'process_completed') continue;
      if (message.success) return message.output.data[0];
      throw message.output?.error ? new Error(message.output.error) : LOST();
    }
    throw LOST();
  }

  /**
   * Ask an endpoint that answers at once.
   * @param {string} name
   * @param {unknown[]} data its arguments
   */
  async atOnce(name, data) { return (await this.#post(`run/${name}`, { data })).data[0]; }
}

/**
 * Return what a message of the queue says of what is waited for, if it says anything.
 * @param {any} message
 * @returns {Told | undefined}
 */
export function heardIn({ msg, rank, progress_data: progress }) {
  if (msg === 'estimation') return { ahead: rank };
  const share = progress?.[0]?.progress;
  if (typeof share === 'number') return { share };
  return msg === 'process_starts' ? { share: 0 } : undefined;
}

/**
 * Yield the messages of a stream of events as they come.
 * @param {Response} response
 */
export async function* messagesOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read().catch(() => { throw LOST(); });
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    for (const line of lines) if (line.startsWith('data: ')) yield JSON.parse(line.slice(6));
  }
}
