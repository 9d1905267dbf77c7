// The player without a page: a clock of our own moves it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Playback } from '../../demos/widgets/lib/player.js';

/** A playback of `length` positions, and how to let time pass. */
function playing(length, how = {}) {
  const shown = [];
  let now = 0;
  let next = null;
  let ids = 0;
  const playback = new Playback({
    length: () => length,
    show: (position) => shown.push(position),
    clock: () => now,
    request: (callback) => { next = callback; ids += 1; return ids; },
    cancel: () => { next = null; },
    ...how,
  });
  const pass = (seconds, frames = 10) => {
    for (let i = 0; i < frames; i += 1) {
      now += (1000 * seconds) / frames;
      const callback = next;
      next = null;
      callback?.(now);
    }
  };
  return { playback, shown, pass };
}

test('a long run takes the seconds it is given, whatever its length', () => {
  for (const length of [100, 401]) {
    const { playback, pass } = playing(length, { seconds: 8 });
    playback.play();
    pass(7.9, 200);
    assert.ok(playback.playing);
    assert.ok(!playback.ended);
    pass(0.2);
    assert.ok(playback.ended);
    assert.ok(!playback.playing);
  }
});

test('a short run is slow enough to be read, and the speed counts', () => {
  const { playback, pass } = playing(7, { slowest: 6 });
  playback.play();
  pass(0.5);
  assert.equal(playback.position, 3);
  const fast = playing(7, { slowest: 6, speed: () => 4 });
  fast.playback.play();
  fast.pass(0.26);
  assert.equal(fast.playback.position, 6);
});

test('every position is shown once, from the start if it stood at the end', () => {
  const { playback, shown, pass } = playing(5);
  playback.show(4);
  playback.play();
  pass(2, 400);
  assert.deepEqual(shown, [4, 0, 1, 2, 3, 4]);
});

test('pause, steps and scrubbing stop it, and stay within the run', () => {
  const { playback, pass } = playing(20);
  playback.play();
  pass(0.5);
  playback.toggle();
  const { position } = playback;
  pass(1);
  assert.equal(playback.position, position);
  playback.play();
  playback.step(1);
  assert.ok(!playback.playing);
  assert.equal(playback.position, position + 1);
  playback.scrub(99);
  assert.equal(playback.position, 19);
  playback.step(1);
  assert.equal(playback.position, 19);
  playback.scrub(-3);
  assert.equal(playback.position, 0);
});

test('it ends when the page no longer shows it, and an empty run has one position', () => {
  let alive = true;
  const { playback, shown, pass } = playing(50, { alive: () => alive });
  playback.play();
  pass(0.1);
  alive = false;
  const count = shown.length;
  pass(1);
  assert.equal(shown.length, count);
  assert.ok(!playback.playing);
  const empty = playing(0).playback;
  empty.show(3);
  assert.equal(empty.position, 0);
  assert.ok(empty.ended);
});

test('who looks on hears when it starts and stops', () => {
  const heard = [];
  const { playback } = playing(9, { changed: () => heard.push(playback.playing) });
  playback.play();
  playback.pause();
  assert.deepEqual(heard, [true, false]);
});
