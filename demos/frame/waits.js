// What the page waits for in the queue: how many are before it, how far it is. Gradio keeps that to
// itself where its own sign is hidden, so its messages are read as they pass by, and the chapter from
// which it was asked is told: 'course:waits' with what is heard, null at the end.
import { heardIn, messagesOf } from '../widgets/lib/server.js';

/** Where each event was asked for. @type {Map<string, Element>} */
const askedBy = new Map();

/** @param {string} event @param {import('../widgets/lib/server.js').Told | null} told */
function tell(event, told) {
  askedBy.get(event)?.dispatchEvent(new CustomEvent('course:waits', { detail: told }));
  if (!told) askedBy.delete(event);
}

/** @param {Response} stream */
async function follow(stream) {
  /** @type {Set<string>} */
  const heard = new Set();
  try {
    for await (const message of messagesOf(stream)) {
      heard.add(message.event_id);
      const told = message.msg === 'process_completed' ? null : heardIn(message);
      if (told !== undefined) tell(message.event_id, told);
    }
  } catch { /* Gradio says so */ }
  for (const event of heard) tell(event, null);
}

/** Read along from now on. @param {() => Element | null} chapter the one that is open */
export function readAlong(chapter) {
  const ask = window.fetch;
  window.fetch = async (...request) => {
    const from = chapter();
    const answer = await ask(...request);
    const { pathname } = new URL(request[0] instanceof Request ? request[0].url : request[0], location.href);
    if (from && pathname.endsWith('/queue/join')) {
      const { event_id: event } = await answer.clone().json().catch(() => ({}));
      if (event) {
        askedBy.set(event, from);
        tell(event, {});
      }
    }
    if (pathname.endsWith('/queue/data') && answer.body) follow(answer.clone());
    return answer;
  };
}
