// The quiz in the browser marks as the server does: Python is the oracle.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

import { codeOf, drawn, filled, isRight, linked, listed, mixed, resultOf } from '../../demos/quiz/lib.js';

const result = { n: 'Zoë 🙂 O’Neill', q: 'neuron', s: 3, a: { 'neuron.bias': [1], 'neuron.sigmoid': -0.25 } };
const code = codeOf(result);
// One process for all that Python is asked.
const python = JSON.parse(execFileSync(process.env.PYTHON ?? 'python3', ['-c', `
import json
from demos.frame.quiz import SEEDS, Choose, Compute, Fault, Option, Order, mixed
from demos.quiz.answers import read_code
questions = [
    Choose("one", "?", options=[Option("a", ""), Option("b", "", True), Option("c", "")]),
    Choose("two", "?", options=[Option("a", "", True), Option("b", ""), Option("c", "", True)]),
    Compute("sum", "{a:d}", draw=lambda chance: {"a": chance.randint(-5, 5)}, answer=lambda a: a / 3, tolerance=0.01, because="{answer:.2f}"),
    Order("order", "?", steps=["x", "y", "z"], because="So."),
    Fault("line", "?", code="a\\nb\\nc", line=2, mended="d", because="So."),
]
answers = {"choose": [[1], [2], [3], [1, 2], [1, 3], [2, 3]], "compute": [0, 1, -1, 0.335, 1.66, -1.66],
           "order": [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]], "fault": [1, 2, 3]}
print(json.dumps({
    "orders": [[n, s, name, mixed(n, s, name)] for n in (2, 4, 7) for s in (1, 2, 33, SEEDS) for name in ("bias", "zero_grad", "ü")],
    "cases": [[one.shown(), answer, seed, one.right(answer, seed)] for one in questions for answer in answers[one.kind] for seed in range(1, 20)],
    "code": read_code("${code}"),
}))`], { encoding: 'utf8', maxBuffer: 2 ** 26 }));
const COURSE = new Map([['neuron', ['bias', 'xor']], ['losses', ['huber']], ['loop', ['order', 'eval', 'grad']]]);

test('options stand in the order in which the server shows them', () => {
  for (const [count, seed, name, order] of python.orders) assert.deepEqual(mixed(count, seed, name), order);
});

test('answers are right for the browser if they are for the server', () => {
  for (const [question, answer, seed, right] of python.cases) assert.equal(isRight(question, answer, seed), right, JSON.stringify([question.name, answer, seed]));
  assert.ok(python.cases.some(([{ kind }, , , right]) => kind === 'compute' && right));
});

test('a code that was made by hand gets no number right that is none', () => {
  const question = { kind: 'compute', name: 'zero', tolerance: 0.01, answers: [0, 5] };
  for (const answer of [null, '', '0', [], [0], false, {}]) assert.equal(isRight(question, answer, 1), false, JSON.stringify(answer));
  assert.equal(isRight(question, [5], 2), false);
  assert.equal(isRight(question, 5, 2), true);
});

test('what was drawn stands in its places', () => {
  const question = { slots: [['−2', '3.5'], ['1', '0.5']] };
  assert.equal(filled(question, '<mi>\ue100</mi> and \ue101, \ue100', 2), '<mi>1</mi> and 0.5, 1');
  assert.equal(filled({}, 'as it is', 1), 'as it is');
});

test('a link names chapters where all of their questions are chosen', () => {
  assert.deepEqual(listed('neuron,loop.eval,neuron.xor,gone', COURSE), ['neuron.bias', 'neuron.xor', 'loop.eval']);
  assert.equal(linked(['neuron.xor', 'neuron.bias', 'loop.eval'], COURSE), 'neuron,loop.eval');
  assert.equal(linked(listed('loop,losses', COURSE), COURSE), 'losses,loop');
});

test('questions from all chapters are of as many as can be, and others with another seed', () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    assert.equal(new Set(drawn(COURSE, 3, seed).map((name) => name.split('.')[0])).size, 3);
    assert.equal(new Set(drawn(COURSE, 6, seed)).size, 6);
  }
  assert.ok(new Set(Array.from({ length: 60 }, (none, i) => drawn(COURSE, 3, i + 1).join())).size > 20);
});

test('a result becomes a code that the server reads, too', () => {
  assert.match(code, /^quiz\.[\w-]+$/);
  assert.deepEqual(resultOf(` ${code}\n`), result);
  const [who, questions, seed, answers] = python.code;
  assert.deepEqual({ n: who, q: questions, s: seed, a: answers }, result);
  for (const none of ['', 'quiz', 'quiz.', 'quiz.e30', 'quiz.%%', code.slice(0, -9), 'other.e30', 'quiz.bnVsbA']) assert.equal(resultOf(none), null, none);
});
