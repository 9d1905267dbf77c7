// The grid world: what a click puts, where arrows point, and what an episode brought.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { beside, bestOf, COLUMNS, put, returned, ROWS, summands } from '../../demos/rewards/board/board.js';

const WORLD = `s${'.'.repeat(ROWS * COLUMNS - 1)}`;

test('a click puts what is chosen, the same again clears it, and the start only moves', () => {
  const walled = put(WORLD, 5, 'w');
  assert.equal(walled[5], 'w');
  assert.equal(put(walled, 5, 'w'), WORLD);
  assert.equal(put(walled, 5, 'g')[5], 'g');
  assert.equal(put(walled, 5, '.'), WORLD);
  assert.equal(put(WORLD, 0, 'w'), WORLD);
  const moved = put(WORLD, 7, 's');
  assert.equal(moved[7], 's');
  assert.equal([...moved].filter((cell) => cell === 's').length, 1);
  assert.equal(moved.length, ROWS * COLUMNS);
});

test('arrows point where Q is largest, nowhere if all are alike, and never where it costs for ever', () => {
  assert.deepEqual(bestOf([0, 0.5, 0.5, -1]), [1, 2]);
  assert.deepEqual(bestOf([0, 0, 0, 0]), []);
  assert.deepEqual(bestOf([null, -2, null, null]), [1]);
  assert.deepEqual(bestOf([null, null, null, null]), []);
});

test('arrow keys go to the cell beside, and stay at the edge', () => {
  assert.equal(beside(0, 'ArrowRight'), 1);
  assert.equal(beside(0, 'ArrowDown'), COLUMNS);
  assert.equal(beside(0, 'ArrowLeft'), 0);
  assert.equal(beside(0, 'ArrowUp'), 0);
  assert.equal(beside(COLUMNS - 1, 'ArrowRight'), COLUMNS - 1);
  assert.equal(beside(ROWS * COLUMNS - 1, 'ArrowDown'), ROWS * COLUMNS - 1);
  assert.equal(beside(4, 'a'), null);
});

test('the return is r₀ + γ·r₁ + γ²·r₂ + …, and long ones leave out what is in the middle', () => {
  const rewards = [-0.1, -0.1, 0.9];
  assert.ok(Math.abs(returned(rewards, 0.9) - (-0.1 - 0.09 + 0.81 * 0.9)) < 1e-12);
  assert.equal(returned(rewards, 0), -0.1);
  assert.ok(Math.abs(returned(rewards, 1) - 0.7) < 1e-12);
  assert.equal(returned([], 0.9), 0);
  assert.deepEqual(summands(rewards).map((one) => one.power), [0, 1, 2]);
  const long = summands(Array.from({ length: 20 }, (none, i) => i));
  assert.deepEqual(long.map((one) => one?.reward ?? null), [0, 1, 2, null, 18, 19]);
});
