// A chapter before a class: its timer, its keys, where the pointer is in what is shown larger.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { pressed } from '../../demos/widgets/lib/keys.js';
import { placeIn } from '../../demos/widgets/lib/place.js';
import { Timer, timeText, untilNext } from '../../demos/widgets/lib/timer.js';

test('a timer shows minutes and seconds, hours where there are any, and never less than nothing', () => {
  const told = { 300_000: '5:00', 299_999: '5:00', 299_000: '4:59', 7_001: '0:08', 1: '0:01', 0: '0:00', [-5]: '0:00', 3_900_000: '1:05:00' };
  for (const [left, text] of Object.entries(told)) assert.equal(timeText(Number(left)), text, left);
});

test('a timer looks again when its text changes', () => {
  assert.deepEqual([2000, 1999, 1001, 1000, 1].map(untilNext), [1000, 999, 1, 1000, 1]);
});

/** A timer with a clock that the test moves. */
function timing() {
  const one = { now: 0, shown: [], ended: 0, waiting: null };
  one.timer = new Timer({
    show: (text) => one.shown.push(text),
    ended: () => { one.ended += 1; },
    clock: () => one.now,
    later: (callback, wait) => { one.waiting = { callback, wait }; return 1; },
    cancel: () => { one.waiting = null; },
  });
  one.tick = (wait = one.waiting.wait) => { one.now += wait; one.waiting.callback(); };
  return one;
}

test('a timer counts down to its end, and says that once', () => {
  const one = timing();
  one.timer.start(0.05);
  while (one.timer.running) one.tick();
  assert.deepEqual(one.shown, ['0:03', '0:02', '0:01', '0:00']);
  assert.equal(one.ended, 1);
});

test('a computer that slept is not late, and a timer that was stopped does not end', () => {
  const slept = timing();
  slept.timer.start(5);
  slept.tick(600_000);
  assert.deepEqual([slept.shown.at(-1), slept.ended], ['0:00', 1]);
  const stopped = timing();
  stopped.timer.start(5);
  stopped.timer.stop();
  assert.deepEqual([stopped.timer.running, stopped.waiting, stopped.ended], [false, null, 0]);
});

test('arrow keys and space press the player, wherever the focus is but in a field or a slider', () => {
  const keys = (focus) => ['ArrowLeft', 'ArrowRight', ' '].map((key) => pressed({ key }, focus));
  const all = ['back', 'forward', 'play'];
  for (const focus of [{ tag: 'BODY' }, { tag: 'BUTTON' }, { tag: 'A' }, { tag: 'INPUT', type: 'radio', checked: true }]) assert.deepEqual(keys(focus), all);
  const none = [undefined, undefined, undefined];
  for (const focus of [
    { tag: 'INPUT', type: 'text' }, { tag: 'INPUT', type: 'range' }, { tag: 'INPUT' }, { tag: 'TEXTAREA' }, { tag: 'SELECT' },
    { tag: 'DIV', role: 'slider' }, { tag: 'DIV', editable: true },
  ]) assert.deepEqual(keys(focus), none, JSON.stringify(focus));
  // Nothing else could tick a box.
  assert.deepEqual(keys({ tag: 'INPUT', type: 'checkbox' }), ['back', 'forward', undefined]);
  assert.deepEqual(keys({ tag: 'INPUT', type: 'radio' }), ['back', 'forward', undefined]);
  assert.equal(pressed({ key: 'ArrowLeft', altKey: true }, { tag: 'BODY' }), undefined); // the browser's Back
  assert.equal(pressed({ key: 'Enter' }, { tag: 'BODY' }), undefined);
});

test('a pointer has its place also in what is shown larger', () => {
  const element = { getBoundingClientRect: () => ({ left: 100, top: 50 }), currentCSSZoom: 1.5 };
  assert.deepEqual(placeIn(element, { clientX: 130, clientY: 80 }), [20, 20]);
  assert.deepEqual(placeIn({ ...element, currentCSSZoom: undefined }, { clientX: 130, clientY: 80 }), [30, 30]);
});
