// Maps side by side: which of them is pointed at, and what its number is made of.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { coloursOf } from '../../demos/inside/board/gallery.js';
import { columnsOf, mapAt, sumsAt } from '../../demos/inside/board/tiles.js';

test('large maps stand eight in a row, small ones more', () => {
  assert.deepEqual([[16, 28], [48, 14], [96, 7], [3, 28]].map(([maps, width]) => columnsOf(maps, width)), [8, 12, 16, 3]);
});

test('a place of the canvas is a map and a place in it', () => {
  const of = { maps: 16, height: 28, width: 28 };
  assert.equal(mapAt(0.01, 0.01, of).map, 0);
  const last = mapAt(0.999, 0.999, of);
  assert.deepEqual([last.map, last.x, last.y], [15, 0.999, 0.999]);
  const middle = mapAt((2 + 0.5) / 8, 0.25, of);
  assert.equal(middle.map, 2);
  assert.ok(Math.abs(middle.x - 0.5) < 1e-9 && Math.abs(middle.y - 0.5) < 1e-9);
  assert.equal(mapAt(0.99, 0.99, { maps: 9, height: 28, width: 28 }), null); // the row is not full
});

test('sums of a convolution are those of each map, the largest first, zeros beyond the edge', () => {
  const ones = [[1, 1, 1], [1, 1, 1], [1, 1, 1]];
  const one = { input_shape: [2, 3, 3], stride: 1, kernel: [ones, ones.map((row) => row.map((value) => -2 * value))], numbers: Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 1, 1, 1, 1, 1, 1, 1, 1]) };
  const [first, second] = sumsAt(one, 1, 1);
  assert.deepEqual([first.map, first.sum, second.map, second.sum], [0, 45, 1, -18]);
  assert.deepEqual(first.patch, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const corner = sumsAt(one, 0, 0);
  assert.deepEqual(corner.map(({ map, sum }) => [map, sum]), [[0, 12], [1, -8]]);
  assert.deepEqual(corner[0].patch, [0, 0, 0, 0, 1, 2, 0, 4, 5]);
  assert.deepEqual(sumsAt({ ...one, stride: 2 }, 1, 1)[0].patch, [5, 6, 0, 8, 9, 0, 0, 0, 0]);
});

test('a filter of colours is grey where it is 0, and its largest weight is full', () => {
  assert.deepEqual([...coloursOf(Float32Array.from([0, 2, -2, 1]))], [128, 255, 0, 191]);
  assert.deepEqual([...coloursOf(new Float32Array(3))], [128, 128, 128]);
});
