// What the spam chapter tells without the server: sums that add up, rates, misspellings, CSV.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { lengthOf, misspelled, portions, rates, waterfall } from '../../demos/spam/board/parts.js';
import { csvText } from '../../demos/widgets/lib/export.js';
import { wordsOf } from '../../demos/spam/board/words.js';

test('what is written beside the bars adds up to what is written below them', () => {
  for (let seed = 1; seed < 200; seed += 1) {
    const random = () => Math.sin(seed * 12.9898 + products.length * 78.233) * 2.5;
    const products = [];
    for (let i = 0; i < 25; i += 1) products.push(random());
    const rows = waterfall(-1.23456, products);
    const total = products.reduce((sum, one) => sum + one, -1.23456);
    const shown = rows.reduce((sum, row) => sum + Math.round(1000 * row.shown), 0);
    assert.equal(shown, Math.round(1000 * total));
    rows.forEach((row, i) => {
      assert.ok(Math.abs(row.shown - (i ? products[i - 1] : -1.23456)) < 0.0011);
      if (i) assert.equal(row.from, rows[i - 1].to);
    });
  }
});

test('numbers of three decimals are written as they are', () => {
  const rows = waterfall(-4.465, [0.522, 0.704, -0.452]);
  assert.deepEqual(rows.map((row) => row.shown), [-4.465, 0.522, 0.704, -0.452]);
});

test('words are misspelled as spammers do, addresses and numbers are not', () => {
  assert.equal(misspelled('FREE prize! Call 0800 at www.x.example now'), 'FR33 pr1z3! C4ll 0800 at www.x.example n0w');
});

test('rates are shares, and null where there is nothing to share', () => {
  const now = rates([true, true, false, false], [true, false, true, false]);
  assert.deepEqual(now, { tp: 1, fp: 1, fn: 1, tn: 1, accuracy: 0.5, sensitivity: 0.5, specificity: 0.5, precision: 0.5 });
  assert.equal(rates([false], [false]).precision, null);
  assert.equal(rates([false], [false]).sensitivity, null);
});

test('a table of messages is CSV, and no message is a formula', () => {
  const text = csvText([['message', 'counts'], ['say "hi",\nnow', 0.5], ['=1+1', -0.25]]);
  assert.equal(text, 'message,counts\r\n"say ""hi"",\nnow",0.5\r\n\'=1+1,-0.25\r\n');
});

test('an emoji is one character, as for the server, and also half of one', () => {
  assert.equal(lengthOf('😀'.repeat(1001)), 1001);
  assert.equal(lengthOf('a\ud83d'), 2);
  assert.equal(lengthOf(''), 0);
});

test('many messages are sent in portions, each as large as is read at once', () => {
  assert.deepEqual(portions(['aa', 'b', 'cc', 'd'], 3), [['aa', 'b'], ['cc', 'd']]);
  assert.deepEqual(portions(['aaaa', 'b', '😀😀😀'], 3), [['aaaa'], ['b'], ['😀😀😀']]);
  assert.deepEqual(portions([], 3), []);
  const long = Array.from({ length: 500 }, () => 'x'.repeat(160));
  const found = portions(long, 60_000);
  assert.deepEqual(found.flat(), long);
  assert.deepEqual(found.map((one) => one.length), [375, 125]);
});

test('words have two letters or digits at least, of any script', () => {
  assert.deepEqual(wordsOf('I won £500, größer 世界 a_b!'), ['won', '500', 'größer', '世界', 'a_b']);
});
