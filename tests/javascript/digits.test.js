// What the lessons of the digits write out: numbers that a calculator comes to.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addsUp, exact, percent, small, summand } from '../../demos/digits/board/parts.js';

test('the summands of a logit add up to it, to the last digit', () => {
  for (let seed = 1; seed < 300; seed += 1) {
    const [bias, plus, minus] = [-2.6, 9, -8].map((size, i) => size * Math.abs(Math.sin(seed * 12.9898 + i)));
    const sum = addsUp(bias, plus, minus, bias + plus + minus, 4);
    assert.equal(Math.round(10000 * (sum.bias + sum.plus + sum.minus)), Math.round(10000 * sum.z));
    assert.ok(Math.abs(sum.minus - minus) < 0.0002 && Math.abs(sum.z - (bias + plus + minus)) < 0.0001);
  }
});

test('a probability has the digits from which its logarithm comes to the loss', () => {
  const read = (text) => Number(text.replace('·10^\u2212', 'e-').replace('·10^', 'e').replace('\u2212', '-'));
  for (const p of [0.98431, 0.5, 0.0123456, 0.000136421, 3.21987e-7]) {
    assert.ok(Math.abs(Math.log(read(exact(p))) - Math.log(p)) < 1e-4, exact(p));
    assert.ok(Math.abs(read(small(p)) - p) <= Math.max(5e-5, 0.005 * p), small(p));
  }
  assert.equal(exact(1224.43), '1224.4');
  assert.equal(exact(3.2e7), '3.2000·10^7');
  assert.equal(small(0.0000421), '4.21·10^\u22125');
  assert.equal(small(0), '0.0000');
});

test('what is not all is not called 100 per cent', () => {
  assert.equal(percent(1), '100.0');
  assert.equal(percent(0.99999), '>99.9');
  assert.equal(percent(0.9967, 2), '99.67');
  assert.equal(summand(-1.5), '\u2212 1.50');
});
