// Asks endpoints, as a program would.
import { _ } from './texts.js';

const LOST = () => new Error(_('The server cannot be reached: check the connection, or reload the page.'));
const root = () => (window.gradio_config?.root || location.origin).replace(/\/$/, '') + (window.gradio_config?.api_prefix ?? '/gradio_api');

export class Server {
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
      response = await fetch(`${root()}/${path}`, {
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
   * Ask an endpoint that waits in the queue; one at a time.
   * @param {string} name
   * @param {unknown[]} data its arguments
   */
  async queued(name, data) {
    const { event_id: event } = await this.#post(`call/${name}`, { data });
    const stream = await fetch(`${root()}/call/${name}/${event}`).then((response) => response.text()).catch(() => { throw LOST(); });
    const [, kind, text] = /event: (complete|error)\ndata: (.*)/.exec(stream) || [];
    const answer = text ? JSON.parse(text) : null;
    if (kind === 'complete') return answer[0];
    const said = answer?.error || (typeof answer === 'string' && answer);
    throw said ? new Error(said) : LOST();
  }

  /**
   * Ask an endpoint that answers at once.
   * @param {string} name
   * @param {unknown[]} data its arguments
   */
  async atOnce(name, data) { return (await this.#post(`run/${name}`, { data })).data[0]; }
}
