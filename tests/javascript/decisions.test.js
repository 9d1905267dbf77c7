// What a threshold does; scikit-learn is the oracle.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

import { Judged, logit, rates, sigmoid } from '../../demos/widgets/lib/decisions.js';
import { ticks } from '../../demos/widgets/threshold_board/plots.js';

const python = process.env.PYTHON ?? 'python3';
const near = (found, expected, message, by = 1e-9) => assert.ok(Math.abs(found - expected) <= by, `${message}: ${found}, not ${expected}`);

// Scores with ties, scores that are no probabilities, one example of a class, far from balanced.
let state = 7;
const chance = () => { state = (state * 16807) % 2147483647; return state / 2147483647; };
const made = (length, share, score) => {
  const labels = Array.from({ length }, (_none, i) => (i === 0 ? 1 : i === 1 ? 0 : Number(chance() < share)));
  return { scores: labels.map(score), labels };
};
const CASES = [
  made(200, 0.5, (label) => (chance() + label) / 2),
  made(300, 0.1, (label) => Math.round(10 * (0.7 * chance() + 0.3 * label)) / 10),
  made(2, 0.5, () => 0.5),
  made(60, 0.5, (label) => 20 * (chance() - 0.5) + 3 * label),
  made(40, 0, () => chance()),
];
const THRESHOLDS = [-30, 0, 0.1, 0.30000000000000004, 0.5, 0.9, 1, 30];
const ORACLE = `
import json, sys
import numpy as np
from sklearn import metrics as m
answers = []
for case in json.load(sys.stdin):
    s, y = np.array(case["scores"]), np.array(case["labels"])
    far, found, _ = m.roc_curve(y, s, drop_intermediate=False)
    precision, recall, _ = m.precision_recall_curve(y, s)
    at = []
    for t in case["thresholds"]:
        (tn, fp), (fn, tp) = m.confusion_matrix(y, s >= t, labels=[0, 1]).tolist()
        at.append([tp, fp, fn, tn, m.accuracy_score(y, s >= t), m.recall_score(y, s >= t),
                   m.precision_score(y, s >= t, zero_division=0), m.f1_score(y, s >= t, zero_division=0)])
    p = s if case["probabilities"] else 1 / (1 + np.exp(-s))
    answers.append({"area": m.roc_auc_score(y, s), "average": m.average_precision_score(y, s),
                    "roc": [far.tolist(), found.tolist()], "pr": [precision[:-1].tolist(), recall[:-1].tolist()],
                    "at": at, "loss": m.log_loss(y, np.clip(p, 1e-7, 1 - 1e-7))})
print(json.dumps(answers))
`;

test('counts, rates, curves and areas are those of scikit-learn', () => {
  const asked = CASES.map((one) => ({ ...one, thresholds: THRESHOLDS, probabilities: new Judged(one.scores, one.labels).probabilities }));
  const answers = JSON.parse(execFileSync(python, ['-c', ORACLE], { input: JSON.stringify(asked), encoding: 'utf8' }));
  assert.deepEqual(asked.map(({ probabilities }) => probabilities), [true, true, true, false, true]);
  CASES.forEach(({ scores, labels }, i) => {
    const [judged, oracle] = [new Judged(scores, labels), answers[i]];
    THRESHOLDS.forEach((threshold, j) => {
      const counts = judged.at(threshold);
      const found = rates(counts);
      const mine = [counts.tp, counts.fp, counts.fn, counts.tn, found.accuracy, found.sensitivity, found.precision ?? 0, found.f1 ?? 0];
      mine.forEach((value, k) => near(value, oracle.at[j][k], `case ${i} at ${threshold}, number ${k}`));
    });
    near(judged.area, oracle.area, 'area');
    near(judged.averagePrecision, oracle.average, 'average precision');
    near(judged.crossEntropy(1), oracle.loss, 'cross-entropy', 1e-7);
    assert.equal(judged.roc.length, oracle.roc[0].length);
    judged.roc.forEach(({ x, y }, k) => { near(x, oracle.roc[0][k], 'roc'); near(y, oracle.roc[1][k], 'roc'); });
    const [precision, recall] = oracle.pr.map((one) => one.toReversed());
    judged.precisionRecall.forEach(({ x, y }, k) => { near(x, recall[k], 'recall'); near(y, precision[k], 'precision'); });
  });
});

test('the worked numbers of the textbook come out', () => {
  const first = rates({ tn: 3117, fp: 1842, fn: 84, tp: 1469 });
  near(first.sensitivity, 0.946, 'sensitivity', 5e-4);
  near(first.false_alarms, 0.371, 'false alarms', 5e-4);
  const second = rates({ tn: 4948, fp: 11, fn: 1305, tp: 248 });
  near(second.sensitivity, 0.16, 'sensitivity', 5e-4);
  near(second.false_alarms, 0.0022, 'false alarms', 5e-5);
});

test('the cheapest threshold is that of all that were tried', () => {
  for (const { scores, labels } of CASES) {
    const judged = new Judged(scores, labels);
    for (const [miss, alarm] of [[1, 1], [10, 1], [1, 10], [0, 1], [0, 0]]) {
      const by_hand = judged.grid.map((t) => scores.reduce((sum, score, i) => sum + (labels[i] && score < t ? miss : !labels[i] && score >= t ? alarm : 0), 0));
      const best = judged.cheapest(miss, alarm);
      assert.equal(best.cost, Math.min(...by_hand));
      assert.equal(by_hand[judged.grid.indexOf(best.threshold)], best.cost);
    }
  }
});

test('a group is as sensitive as it can be made', () => {
  const judged = new Judged(CASES[0].scores, CASES[0].labels);
  for (const wanted of [0, 0.3, 0.9, 1]) {
    const found = rates(judged.at(judged.asSensitive(wanted))).sensitivity;
    const steps = judged.grid.map((t) => Math.abs(rates(judged.at(t)).sensitivity - wanted));
    near(Math.abs(found - wanted), Math.min(...steps), 'sensitivity');
  }
  assert.equal(new Judged([0.2], [0]).asSensitive(0.5), 0.5);
});

test('the temperature divides the logits, and how sure it is is compared with what was found', () => {
  const { scores, labels } = CASES[0];
  const judged = new Judged(scores, labels);
  judged.atTemperature(2).forEach((p, i) => near(p, sigmoid(logit(judged.scores[i]) / 2), 'temperature'));
  const bins = judged.reliability(1, 5);
  assert.equal(bins.reduce((sum, { count }) => sum + count, 0), 200);
  const third = scores.map((score, i) => [score, labels[i]]).filter(([score]) => score >= 0.4 && score < 0.6);
  near(bins[2].said, third.reduce((sum, [score]) => sum + score, 0) / third.length, 'said');
  near(bins[2].right, third.reduce((sum, [, label]) => sum + label, 0) / third.length, 'found');
  const error = bins.reduce((sum, { count, said, right }) => sum + (count / 200) * Math.abs(said - right), 0);
  near(judged.calibrationError(1, 5), error, 'error');
});

test('every example is in one bin, and ends of axes are round', () => {
  for (const { scores, labels } of CASES) {
    const judged = new Judged(scores, labels);
    const bins = judged.histogram(24);
    assert.equal(bins.reduce((sum, { yes }) => sum + yes, 0), judged.yes);
    assert.equal(bins.reduce((sum, { no }) => sum + no, 0), judged.no);
  }
  assert.deepEqual(ticks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks(-130, 95, 4), [-100, 0]);
});

test('one class alone has no curve and nothing to divide by', () => {
  const judged = new Judged([0.1, 0.2], [0, 0]);
  assert.deepEqual(judged.roc, []);
  assert.deepEqual(judged.precisionRecall, []);
  const found = rates(judged.at(0.5));
  assert.equal(found.sensitivity, null);
  assert.equal(found.precision, null);
  assert.equal(found.accuracy, 1);
});
