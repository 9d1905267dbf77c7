// Asking endpoints: what is heard of the queue, and in which order.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readAlong } from '../../demos/frame/waits.js';
import { Server } from '../../demos/widgets/lib/server.js';

/** Answer as Gradio does: each call gets the messages of its turn, cut anywhere. */
function gradio(turns) {
  globalThis.window = {};
  globalThis.location = { origin: 'http://suite' };
  const asked = [];
  globalThis.fetch = async (address, { body } = {}) => {
    asked.push(address.replace(/=.*/, '='));
    if (body) return Response.json({ event_id: `event${asked.length}` });
    const id = `event${asked.length - 1}`;
    const text = turns.shift().map((message) => `data: ${JSON.stringify({ event_id: id, ...message })}\n\n`).join('');
    const bytes = new TextEncoder().encode(text);
    const parts = [0, 1, 2, 3].map((i) => bytes.slice(Math.floor((i * bytes.length) / 4), Math.floor(((i + 1) * bytes.length) / 4)));
    return new Response(new ReadableStream({
      start(stream) { parts.forEach((part) => stream.enqueue(part)); stream.close(); },
    }));
  };
  return asked;
}

const DONE = { msg: 'process_completed', success: true, output: { data: ['good: größe ✓'] } };

test('a queued call tells its place, how far it is, and answers', async () => {
  const asked = gradio([[
    { msg: 'estimation', rank: 2 }, { msg: 'estimation', rank: 0 }, { msg: 'process_starts' },
    { msg: 'heartbeat', event_id: null }, { msg: 'progress', progress_data: [{ index: null, length: null, progress: 0.25 }] },
    { msg: 'progress', event_id: 'of another', progress_data: [{ progress: 0.9 }] }, DONE,
  ]]);
  const heard = [];
  const answer = await new Server('test').queued('tune', [1], (told) => heard.push(told));
  assert.equal(answer, 'good: größe ✓');
  assert.deepEqual(heard, [{ ahead: 2 }, { ahead: 0 }, { share: 0 }, { share: 0.25 }]);
  assert.deepEqual(asked, ['http://suite/gradio_api/call/tune', 'http://suite/gradio_api/queue/data?session_hash=']);
});

test('a refusal is an error with its sentence, and the next call is made all the same', async () => {
  const refused = { msg: 'process_completed', success: false, output: { error: 'Take fewer.' } };
  const asked = gradio([[refused], [], [DONE]]);
  const server = new Server('test');
  const answers = await Promise.allSettled([server.queued('a', []), server.queued('b', []), server.queued('c', [])]);
  assert.deepEqual(answers.map(({ value, reason }) => value ?? reason.message), [
    'Take fewer.', 'The server cannot be reached: check the connection, or reload the page.', 'good: größe ✓',
  ]);
  // One after the other: two streams of one session would take each other's messages.
  assert.deepEqual(asked.map((address) => address.split('/').at(-1)), ['a', 'queue', 'b', 'queue', 'c', 'queue'].map((one) => (one === 'queue' ? 'data?session_hash=' : one)));
});

test('what the page itself waits for is told to the chapter from which it was asked', async () => {
  gradio([[{ msg: 'estimation', rank: 1 }, { msg: 'process_starts' }, { msg: 'progress', progress_data: [{ progress: 0.5 }] }, DONE], [{ msg: 'process_starts' }]]);
  globalThis.location.href = 'http://suite/';
  const chapter = new EventTarget();
  const heard = [];
  chapter.addEventListener('course:waits', ({ detail }) => heard.push(detail));
  const { window } = globalThis;
  window.fetch = globalThis.fetch;
  readAlong(() => chapter);
  for (let turn = 0; turn < 2; turn += 1) {
    heard.push('asks');
    const { event_id: event } = await (await window.fetch('http://suite/gradio_api/queue/join?chapter=loop', { body: '{}' })).json();
    assert.match(event, /^event/);
    const stream = await window.fetch('http://suite/gradio_api/queue/data?session_hash=own', {});
    assert.match(await stream.text(), /process_starts/); // Gradio reads all of it
    await new Promise((resolve) => { setTimeout(resolve); });
  }
  // A stream that breaks off ends the waiting, too.
  assert.deepEqual(heard, ['asks', {}, { ahead: 1 }, { share: 0 }, { share: 0.5 }, null, 'asks', {}, { share: 0 }, null]);
});
