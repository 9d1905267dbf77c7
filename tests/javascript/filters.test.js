// Where a filter reads, also beyond the edge of a picture; numbers as they are written out.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { inkOn, levelsOf } from '../../demos/widgets/lib/colours.js';
import { factor, shapeText, written } from '../../demos/widgets/lib/make.js';
import { Windows } from '../../demos/filters/board/windows.js';
import { halvesOf } from '../../demos/widgets/lib/halves.js';

const COUNT = Array.from({ length: 49 }, (none, i) => i + 1);
const windows = (how = {}) => new Windows({ pixels: COUNT, shape: [1, 7, 7], k: 3, padding: 'none', stride: 1, dilation: 1, ...how });
const patch = (of, row, column) => of.places(row, column).map(([y, x]) => of.at(0, y, x));

test('the patch around 18 is the one of the course', () => {
  const of = windows();
  assert.deepEqual([of.rows, of.columns], [5, 5]);
  assert.deepEqual(patch(of, 1, 2), [10, 11, 12, 17, 18, 19, 24, 25, 26]);
  assert.deepEqual(of.nearest(2, 3), { row: 1, column: 2 });
  assert.deepEqual(of.nearest(0, 6), { row: 0, column: 4 });
});

test('beyond the edge there are zeros, or the picture in a mirror', () => {
  const zeros = windows({ padding: 'zeros' });
  assert.deepEqual([zeros.rows, zeros.columns], [7, 7]);
  assert.deepEqual(patch(zeros, 0, 0), [0, 0, 0, 0, 1, 2, 0, 8, 9]);
  const mirror = windows({ padding: 'reflect', dilation: 2 });
  assert.deepEqual([mirror.rows, mirror.columns], [7, 7]);
  assert.deepEqual(patch(mirror, 0, 0), [17, 15, 17, 3, 1, 3, 17, 15, 17]);
  assert.deepEqual(patch(mirror, 6, 6), [33, 35, 33, 47, 49, 47, 33, 35, 33]);
});

test('stride and dilation leave places out, and the formula says how many are left', () => {
  const of = windows({ stride: 2, dilation: 2 });
  assert.deepEqual([of.rows, of.columns], [2, 2]);
  assert.deepEqual(patch(of, 1, 0), [15, 17, 19, 29, 31, 33, 43, 45, 47]);
  assert.equal(of.formula(7), '⌊(7 + 2·0 − 2·(3 − 1) − 1) / 2⌋ + 1 = 2');
});

test('numbers are written short, negative factors in brackets, shapes as in Python', () => {
  assert.equal(written(94.20000457763672), '94.2');
  assert.equal(written(-0.000012), '−1.20e−5');
  assert.equal(written(NaN), '–');
  assert.equal(factor(-0.5), '(−0.5)');
  assert.equal(factor(2), '2');
  assert.equal(shapeText([3]), '(3,)');
  assert.equal(shapeText([1, 3, 7]), '(1, 3, 7)');
});

test('what is written on a colour is as black or as white as can be read there', () => {
  for (const [colour, ink] of [[[0, 0, 0], '#fff'], [[255, 255, 255], '#000'], [[117, 117, 117], '#fff'], [[118, 118, 118], '#000'],
    [[0, 0, 255], '#fff'], [[255, 0, 0], '#000'], [[0, 114, 178], '#fff'], [[0, 255, 0], '#000']]) assert.equal(inkOn(colour), ink, String(colour));
});

test('numbers beyond the ends of a range have the colours of its ends', () => {
  assert.deepEqual([...levelsOf([-5, 0, 127.5, 255, 999], 0, 255)], [0, 0, 128, 255, 255]);
  assert.deepEqual([...levelsOf([-2, 0, 2], -2, 2)], [0, 128, 255]);
});

test('numbers of half precision are read as they were written', () => {
  assert.deepEqual([...halvesOf(Uint8Array.of(0x00, 0x3c, 0x00, 0xc0, 0x00, 0x38))], [1, -2, 0.5]);
});
