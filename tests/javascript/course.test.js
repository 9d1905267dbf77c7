// The pictures of the course map, as SVG, and how they play.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { layerAt, miniature } from '../../demos/course/pictures.js';

/** @type {any} */
const world = globalThis;
let still = false;
/** @type {((now: number) => void)[]} */
let asked = [];

beforeEach(() => {
  still = false;
  asked = [];
  world.matchMedia = () => ({ matches: still });
  world.requestAnimationFrame = (/** @type {(now: number) => void} */ next) => asked.push(next);
});

const place = () => /** @type {any} */ ({ innerHTML: '', isConnected: true });
const line = { kind: /** @type {const} */ ('line'), frames: [[[0, 0], [1, 1]], [[0, 1], [1, 1]], [[0.5, 0.5]]], colour: 1 };

test('a line goes through its places, which are shares from the bottom left', () => {
  const svg = layerAt(line, 0);
  assert.match(svg, /points="10,90 190,10"/);
  assert.match(svg, /stroke="var\(--chart-vermillion\)"/);
  assert.match(layerAt({ ...line, colour: -1 }, 2), /points="100,50".*--chart-faint/);
});

test('after its last frame a layer stays', () => {
  assert.equal(layerAt(line, 9), layerAt(line, 2));
});

test('dots have a colour each', () => {
  const svg = layerAt({ kind: 'dots', frames: [[[0, 0], [1, 1]]], colours: [[0, 2], [-1, 3]], size: 5 }, 1);
  assert.deepEqual([...svg.matchAll(/cx="(\d+)" cy="(\d+)" r="5" fill="var\(--chart-(\w+)\)"/g)].map((one) => one.slice(1)), [['10', '90', 'faint'], ['190', '10', 'orange']]);
});

test('bars stand on the ground, within their span', () => {
  const svg = layerAt({ kind: 'bars', frames: [[0.5, 1]], span: [0.5, 1] }, 0);
  assert.deepEqual([...svg.matchAll(/x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)].map((one) => one.slice(1).map(Number)), [[104.5, 50, 36, 40], [149.5, 10, 36, 80]]);
});

test('cells are square, in the middle; empty ones are not drawn, negative ones have the other colour', () => {
  const svg = layerAt({ kind: 'cells', frames: [[[1, 0], [-0.5, 0.25]]], colour: 2 }, 0);
  assert.deepEqual([...svg.matchAll(/x="([\d.]+)" y="([\d.]+)".*?--chart-(\w+)\)" fill-opacity="([\d.]+)"/g)].map((one) => one.slice(1)), [['55', '5', 'green', '1'], ['55', '50', 'vermillion', '0.5'], ['100', '50', 'green', '0.25']]);
});

test('a picture rests at its last frame, plays once from the first, and then asks for no more', () => {
  const where = place();
  const picture = miniature(where, [line]);
  assert.equal(where.innerHTML, layerAt(line, 2));
  assert.equal(asked.length, 0);
  picture.play();
  picture.play(); // it plays already
  assert.equal(asked.length, 1);
  const seen = [];
  for (let now = 1000; asked.length && now < 3000; now += 90) {
    asked.shift()?.(now);
    seen.push(where.innerHTML);
  }
  assert.deepEqual(seen, [0, 1, 2].map((moment) => layerAt(line, moment)));
  assert.equal(asked.length, 0);
  picture.play();
  assert.equal(asked.length, 1);
});

test('a picture that left the page stops, and nothing plays where motion is not wanted', () => {
  const where = place();
  const picture = miniature(where, [line]);
  picture.play();
  where.isConnected = false;
  asked.shift()?.(1000);
  assert.equal(asked.length, 0);
  still = true;
  miniature(place(), [line]).play();
  assert.equal(asked.length, 0);
});

test('what has one frame does not play', () => {
  miniature(place(), [{ ...line, frames: [line.frames[0]] }]).play();
  assert.equal(asked.length, 0);
});
