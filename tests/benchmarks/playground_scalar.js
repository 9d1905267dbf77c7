// The playground's default work in plain scalar JavaScript: stochastic gradient descent on a tanh
// network with a sigmoid output and binary cross-entropy, as a browser would do it.
// Reads {points: [[x, y, label]], sizes, weights: [layer][neuron][bias, weights…], batch, rate,
// epochs} from standard input; prints {seconds, cpu, loss}.
"use strict";

const { points, sizes, weights, batch, rate, epochs } = JSON.parse(
  require("fs").readFileSync(0, "utf8"),
);
const layers = sizes.length - 1;
const outputs = sizes.map((n) => new Array(n).fill(0));
const deltas = sizes.map((n) => new Array(n).fill(0));
const gradients = weights.map((layer) => layer.map((neuron) => neuron.map(() => 0)));

function forward(point) {
  outputs[0][0] = point[0];
  outputs[0][1] = point[1];
  for (let l = 0; l < layers; l++) {
    for (let i = 0; i < sizes[l + 1]; i++) {
      const w = weights[l][i];
      let z = w[0];
      for (let j = 0; j < sizes[l]; j++) z += w[j + 1] * outputs[l][j];
      outputs[l + 1][i] = l === layers - 1 ? 1 / (1 + Math.exp(-z)) : Math.tanh(z);
    }
  }
  return outputs[layers][0];
}

function backward(label) {
  deltas[layers][0] = outputs[layers][0] - label;
  for (let l = layers - 1; l >= 0; l--) {
    for (let i = 0; i < sizes[l + 1]; i++) {
      const g = gradients[l][i];
      const delta = deltas[l + 1][i];
      g[0] += delta;
      for (let j = 0; j < sizes[l]; j++) g[j + 1] += delta * outputs[l][j];
    }
    if (l === 0) break;
    for (let j = 0; j < sizes[l]; j++) {
      let sum = 0;
      for (let i = 0; i < sizes[l + 1]; i++) sum += weights[l][i][j + 1] * deltas[l + 1][i];
      deltas[l][j] = sum * (1 - outputs[l][j] * outputs[l][j]);
    }
  }
}

function update(count) {
  for (let l = 0; l < layers; l++) {
    for (let i = 0; i < weights[l].length; i++) {
      for (let j = 0; j < weights[l][i].length; j++) {
        weights[l][i][j] -= (rate * gradients[l][i][j]) / count;
        gradients[l][i][j] = 0;
      }
    }
  }
}

function epoch() {
  for (let i = points.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [points[i], points[j]] = [points[j], points[i]];
  }
  let count = 0;
  for (const point of points) {
    forward(point);
    backward(point[2]);
    if (++count === batch) {
      update(count);
      count = 0;
    }
  }
  if (count) update(count);
}

// A tenth as warm-up, so that the just-in-time compiler has done its work.
for (let i = 0; i < epochs / 10; i++) epoch();
const before = process.cpuUsage();
const started = performance.now();
for (let i = 0; i < epochs; i++) epoch();
const seconds = (performance.now() - started) / 1000;
const used = process.cpuUsage(before);
let loss = 0;
for (const point of points) {
  const p = forward(point);
  loss -= Math.log(point[2] ? p : 1 - p) / points.length;
}
console.log(JSON.stringify({ seconds, cpu: (used.user + used.system) / 1e6, loss }));
