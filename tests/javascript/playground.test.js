// The playground's scripts, as far as they need no page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';

import { boundaryOf } from '../../demos/playground/board/canvases.js';
import { readChanges, titleOf, writeChanges } from '../../demos/playground/board/compare.js';
import { linkOf } from '../../demos/playground/board/controls.js';
import { topOf } from '../../demos/playground/board/curves.js';
import { locate, ownFrame, totalFrames, unpack } from '../../demos/playground/board/history.js';
import { lineAt } from '../../demos/playground/board/network.js';
import { decodePoints, encodePoints } from '../../demos/playground/board/places.js';
import { work } from '../../demos/playground/board/training.js';

test('points are written as Python writes them', () => {
  const corners = [[-6, -6], [-6, 6], [6, -6], [6, 6]].map(([x, y]) => ({ x, y, label: 1 }));
  assert.equal(encodePoints(corners), 'QAAAQAf_f_gAf___');
  assert.deepEqual(decodePoints('QAAAQAf_f_gAf___'), corners);
  const text = encodePoints([{ x: 1.234, y: -5.1, label: 0 }]);
  assert.equal(encodePoints(decodePoints(text)), text);
  assert.deepEqual(decodePoints(''), []);
});

test('a packed array is the sum of its frames, modulo 256', async () => {
  const data = deflateSync(Uint8Array.from([10, 250, 5, 10, 0, 1])).toString('base64');
  const { array, size } = await unpack({ data, shape: [3, 2], frames: [0, 1, 4], low: 0, high: 1 });
  assert.equal(size, 2);
  assert.deepEqual([...array], [10, 250, 15, 4, 15, 5]);
});

test('a frame shows the last own frame that is not after it', () => {
  assert.deepEqual([0, 1, 3, 4, 9].map((frame) => ownFrame({ frames: [0, 1, 4] }, frame)), [0, 1, 1, 2, 2]);
  assert.deepEqual([0, 2, 9].map((frame) => ownFrame({ frames: [0, 1, 2] }, frame)), [0, 2, 2]);
});

test('segments follow each other', () => {
  const segments = [{ length: 3 }, { length: 2 }];
  assert.equal(totalFrames(segments), 5);
  assert.deepEqual(locate(segments, 3), [segments[1], 0]);
  assert.deepEqual(locate(segments, 99), [segments[1], 1]);
});

test('what differs between networks is read and written', () => {
  const text = 'optimizer:sgd;optimizer:adam,l2:0.01;';
  assert.deepEqual(readChanges(text), [[['optimizer', 'sgd']], [['optimizer', 'adam'], ['l2', '0.01']], []]);
  assert.equal(writeChanges(readChanges(text)), text);
  assert.equal(titleOf([['optimizer', 'adam'], ['l2', '0.01']]), 'optimizer Adam, L2 0.01');
  assert.equal(titleOf([]), 'unchanged');
});

test('an example is a link', () => {
  const link = linkOf({ title: '', sentence: '', settings: { hidden: [], features: ['x', 'y'], epochs: 5 } });
  assert.equal(link, '?chapter=playground&hidden=none&features=x%2Cy&epochs=5');
});

test('the border runs where the surface crosses one half', () => {
  const grid = 10;
  const levels = Uint8Array.from({ length: 100 }, (none, i) => (i % grid < 5 ? 0 : 255));
  const lines = boundaryOf(levels, 0, grid, 100);
  assert.ok(lines.length >= 9);
  for (const [x0, , x1] of lines) assert.deepEqual([x0, x1], [50, 50]);
  assert.deepEqual(boundaryOf(new Uint8Array(100).fill(127), 0, grid, 100), []);
});

test('the axis of losses is not flattened by a run that diverges', () => {
  assert.equal(topOf([0.7, 0.5, 0.3, null]), 0.75);
  assert.ok(topOf([0.7, 0.5, 0.3, 0.2, 1e9]) <= 3);
  assert.equal(topOf([]), 1);
});

test('the line under the pointer is found, and none where there is none', () => {
  const gap = { layer: 0, x0: 0, x1: 100, from: [0, 100], to: [0, 100] };
  assert.deepEqual(lineAt([gap], 50, 49.9).gap, gap);
  const { row, column } = lineAt([gap], 50, 1);
  assert.deepEqual([row, column], [0, 0]);
  assert.equal(lineAt([gap], 50, 25), null);
  assert.equal(lineAt([gap], 150, 0), null);
});

test('compared networks cost their number', () => {
  const one = { epochs: 100, batch_size: 10, hidden: [4, 2], compare: '' };
  assert.equal(work({ ...one, compare: 'l2:0;l2:1;l2:0.5' }), 3 * work(one));
  assert.ok(work({ ...one, batch_size: 1 }) > 5 * work(one));
});
