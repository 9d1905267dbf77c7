// How the pictures of a batch fill their place.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { columnsFor } from '../../demos/loop/board/board.js';

test('the pictures of a batch are as large as their place allows', () => {
  assert.equal(columnsFor(1, 240, 240), 1);
  assert.equal(columnsFor(4, 240, 240), 2);
  assert.equal(columnsFor(32, 800, 100), 16);
  for (const count of [7, 22, 32, 40]) {
    const side = (columns) => Math.min(240 / columns, 220 / Math.ceil(count / columns));
    const best = Math.max(...Array.from({ length: count }, (none, i) => side(i + 1)));
    assert.equal(side(columnsFor(count, 240, 220)), best);
  }
});
