// ZIP files, half precision, and what is kept where nothing may be kept.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32 as oracle } from 'node:zlib';

import { Memory } from '../../demos/teach/board/memory.js';
import { State, foldersOfNames, namesOfFolders } from '../../demos/teach/board/state.js';
import { columns, confusionRows, fewRun, scored } from '../../demos/teach/board/runs.js';
import { base64Of, bytesOf } from '../../demos/widgets/lib/base64.js';
import { directionOf, half } from '../../demos/widgets/lib/halves.js';
import { TOO_LARGE, crc32, joined, unzipped, zipped } from '../../demos/widgets/lib/zip.js';

const python = process.env.PYTHON ?? 'python3';
const bytes = (length, seed = 1) => Uint8Array.from({ length }, (none, i) => (i * i * seed + 7 * i) % 256);
const FILES = [
  { name: 'cat/0001.jpg', bytes: bytes(70000) },
  { name: 'hund/größe ✓.jpg', bytes: bytes(10, 3) },
  { name: 'empty.txt', bytes: bytes(0) },
];

function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'zip-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('folders become names of classes: none twice, none with a comma, none too long', () => {
  assert.deepEqual(namesOfFolders(['cat', 'dog'], 40), ['cat', 'dog']);
  assert.deepEqual(namesOfFolders(['dog,1', 'Dog 1', ' dog  1 ', ',', ''], 40), ['dog 1', 'Dog 1 2', 'dog 1 3', '–', '– 2']);
  const long = namesOfFolders(Array.from({ length: 6 }, (none, n) => 'x'.repeat(40) + n), 40);
  assert.equal(new Set(long).size, 6);
  assert.ok(long.every((name) => name.length <= 40));
});

test('classes become names of folders that every system takes', () => {
  assert.deepEqual(foldersOfNames(['cat', 'a/b', 'a-b', '..', '../x', 'C:\\y.', '__z'], 40), ['cat', 'a-b', 'a-b 2', '–', '-x', 'C--y', '__z']);
});

test('Python opens what is zipped, with its names and bytes', () => inFolder((folder) => {
  writeFileSync(join(folder, 'photos.zip'), zipped(FILES));
  const code = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps({name: list(archive.read(name)) for name in archive.namelist()}))`;
  const read = JSON.parse(execFileSync(python, ['-c', code, join(folder, 'photos.zip')], { encoding: 'utf-8', maxBuffer: 1e7 }));
  assert.deepEqual(Object.keys(read), FILES.map((file) => file.name));
  for (const file of FILES) assert.deepEqual(Uint8Array.from(read[file.name]), file.bytes);
}));

test('what Python zips is opened: stored and compressed, and its folders', async () => {
  for (const kind of ['ZIP_STORED', 'ZIP_DEFLATED']) {
    const content = inFolder((folder) => {
      const code = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.${kind}) as archive:
    archive.writestr('cat/', '')
    archive.writestr('cat/ä.jpg', bytes(range(256)) * 50)
    archive.writestr('dog/1.png', b'')
    archive.comment = b'a remark'`;
      execFileSync(python, ['-c', code, join(folder, 'photos.zip')]);
      return new Uint8Array(readFileSync(join(folder, 'photos.zip')));
    });
    const files = await unzipped(content);
    assert.deepEqual(files.map((file) => file.name), ['cat/', 'cat/ä.jpg', 'dog/1.png']);
    assert.equal(files[1].bytes.length, 12800);
    assert.ok(files[1].bytes.every((byte, i) => byte === i % 256));
  }
});

test('what is no ZIP file, cut off or changed is refused', async () => {
  const whole = zipped(FILES);
  for (const content of [new Uint8Array(0), bytes(500), whole.slice(0, 5000), whole.slice(5000)]) await assert.rejects(unzipped(content));
  const changed = whole.slice();
  changed[1000] ^= 1;
  await assert.rejects(unzipped(changed), /damaged/);
  const large = whole.slice();
  const view = new DataView(large.buffer);
  view.setUint32(view.getUint32(large.length - 6, true) + 24, 300_000_000, true); // of its first file
  await assert.rejects(unzipped(large), (error) => error === TOO_LARGE);
});

test('the same files give the same bytes, and their checksum is that of zlib', () => {
  assert.deepEqual(zipped(FILES), zipped(FILES));
  for (const file of FILES) assert.equal(crc32(file.bytes), oracle(file.bytes));
  assert.deepEqual(joined([bytes(3), bytes(2)]), Uint8Array.from([...bytes(3), ...bytes(2)]));
});

test('bytes become base 64 and come back, however many they are', () => {
  for (const length of [0, 1, 2, 3, 100000]) {
    assert.equal(base64Of(bytes(length)), Buffer.from(bytes(length)).toString('base64'));
    assert.deepEqual(bytesOf(base64Of(bytes(length))), bytes(length));
  }
});

test('sixteen bits are the number that IEEE 754 says', () => {
  for (const [bits, number] of [[0, 0], [0x3c00, 1], [0xc000, -2], [0x3555, 0.333251953125], [0x7bff, 65504], [1, 2 ** -24], [0x0400, 2 ** -14], [0x7c00, Infinity], [0xfc00, -Infinity]]) assert.equal(half(bits), number);
  assert.ok(Number.isNaN(half(0x7e00)));
});

test('a direction is 1 long, and that of nothing is nothing', () => {
  const three = Uint8Array.from([0x00, 0x42, 0x00, 0x44]); // 3 and 4
  assert.deepEqual([...directionOf(three)].map((one) => Number(one.toFixed(5))), [0.6, 0.8]);
  assert.deepEqual([...directionOf(new Uint8Array(4))], [0, 0]);
});

test('where nothing may be kept, nothing is kept and nothing fails', async () => {
  const memory = new Memory(); // Node.js has no IndexedDB
  await memory.keep({ id: 1, label: 0, url: '', features: null });
  assert.equal(memory.works, false);
  assert.deepEqual(await memory.samples(), []);
  assert.equal(await memory.said('names'), '');
  await memory.forget(1);
  await memory.forgetAll();
});

test('the matrix has a row for each cell, as demos/pictures/confusion.py makes them', () => {
  assert.deepEqual(confusionRows([[3, 1], [0, 0]], '0,1'), [
    { truth: 0, answer: 0, count: 3, share: 0.75, right: true, chosen: false, sign: '✓' },
    { truth: 0, answer: 1, count: 1, share: 0.25, right: false, chosen: true, sign: '' },
    { truth: 1, answer: 0, count: 0, share: null, right: false, chosen: false, sign: '' },
    { truth: 1, answer: 1, count: 0, share: null, right: true, chosen: false, sign: '✓' },
  ]);
});

test('rows become columns, and a gap is null', () => {
  assert.deepEqual(columns([{ a: 1, b: 2 }, { a: 3 }]), { a: [1, 3], b: [2, null] });
  assert.deepEqual(columns([]), {});
});

test('how many were right is said with its interval, and nothing where nothing was held out', () => {
  assert.match(scored({ right: 8, of: 10, accuracy: 0.8, low: 0.49, high: 0.943 }), /8 of 10 .* 80\u202f%.* 49\u202f% to 94\u202f%/);
  assert.match(scored({ right: 0, of: 0, accuracy: null, low: null, high: null }), /five of a class/);
});

test('a bar of deviations ends at none and at all', () => {
  const { data } = JSON.parse(fewRun([{ photos: 1, mean: 0.95, deviation: 0.1 }], [{ series: 'pixels', photos: 2, mean: 0.05, deviation: 0.1 }]));
  assert.deepEqual(data.few.series, ['own', 'pixels']);
  assert.equal(data.few.high[0], 1);
  assert.equal(data.few.low[1], 0);
});

test('of ten thousand photos those are kept that fit, and a sentence says how many do not', async () => {
  const trouble = { hidden: true, textContent: '' };
  const root = { querySelector: () => trouble, setAttribute() {} };
  const state = new State(root, { value: null, limits: { photos: 1000, request: 16 }, features: { imagenet: 1280 } });
  let asked = 0;
  state.server.atOnce = async (_name, [urls]) => {
    asked += urls.length;
    return { features: base64Of(new Uint8Array(2560 * urls.length)) };
  };
  await state.add(0, Array.from({ length: 10000 }, (none, i) => `data:${i}`));
  assert.deepEqual([state.samples.length, state.waiting, asked, state.room], [1000, 0, 1000, 0]);
  assert.match(trouble.textContent, /At most 1000 photos are kept here: 9000 of these 10000 were left out/);
  assert.equal(trouble.hidden, false);
});

test('features of another network are forgotten, and the nearest photos are those of this set', () => {
  const state = new State({}, { value: { base: 'tires' }, limits: {}, features: { imagenet: 4, tires: 6 } });
  const photo = (id, length) => ({ id, label: 0, url: '', features: Uint8Array.from({ length }, (none, i) => (i % 2 ? 0x3c : 0)) });
  state.samples = [photo(1, 8), photo(2, 12)];
  state.checkFeatures();
  assert.deepEqual(state.samples.map((one) => one.features?.length), [undefined, 12]);
  const [one, other] = [Uint8Array.of(0, 0x3c, 0, 0), Uint8Array.of(0, 0, 0, 0x3c)]; // (1, 0), (0, 1)
  for (const features of [one, other]) { // a new set begins with the same numbers of photos
    state.trained = { samples: [[{ id: 1, label: 0, url: '', features }]] };
    const [{ distance }] = state.nearest(base64Of(one));
    assert.ok(Math.abs(distance - (features === one ? 0 : Math.SQRT2)) < 1e-6);
  }
});

/** A page of three classes with two photos each, whose server answers at once. */
async function filled() {
  const part = { hidden: true, textContent: '' };
  const root = { querySelector: () => part, setAttribute() {} };
  const state = new State(root, { value: { classes: 'a,b,c' }, limits: { photos: 1000, request: 16 }, features: { imagenet: 1280 } });
  state.server.atOnce = async (_name, [urls]) => ({ features: base64Of(new Uint8Array(2560 * urls.length)) });
  for (const label of [0, 1, 2]) await state.add(label, [`data:${label}0`, `data:${label}1`]);
  return state;
}
const urls = (state) => state.names.map((_name, label) => state.of(label).map((sample) => sample.url));

test('a class that was removed comes back with its photos, and what was added since can come back in turn', async () => {
  const state = await filled();
  const before = urls(state);
  await state.drop(0);
  assert.deepEqual([state.names, urls(state)], [['b', 'c'], before.slice(1)]);
  await state.add(1, ['data:new']);
  await state.undo();
  assert.deepEqual([state.names, urls(state)], [['a', 'b', 'c'], before]);
  await state.undo();
  assert.deepEqual([state.names, state.of(1).at(-1).url], [['b', 'c'], 'data:new']);
  assert.equal(state.waiting, 0);
});

test('photos that are still being opened find their class when others are removed or renamed', async () => {
  const state = await filled();
  const [a, b, c] = [0, 1, 2].map((label) => state.follow(label));
  state.rename(['a', 'B', 'c']);
  assert.deepEqual([a(), b(), c()], [0, 1, 2]);
  await state.drop(0);
  assert.deepEqual([a(), c()], [-1, 1]);
  await state.begin(['a', 'b', 'c']);
  assert.deepEqual([a(), b(), c()], [-1, -1, -1]);
});

test('of two sets that are begun at once the later one stays', async () => {
  const state = await filled();
  assert.deepEqual(await Promise.all([state.begin(['x', 'y']), state.begin(['u', 'v'])]), [false, true]);
  assert.deepEqual([state.names, state.samples.length, state.before.samples.length], [['u', 'v'], 0, 6]);
});

test('what another window has done is taken over, and what came or went here meanwhile stays so', async () => {
  const state = await filled();
  const [first, second, ...others] = state.samples;
  const elsewhere = { id: 1, label: 1, url: 'data:elsewhere', features: null };
  const stored = { ...second, label: 2 };
  let meanwhile = () => {};
  state.memory = {
    keep() {}, forget() {}, keepSaid() {},
    samples: async () => { meanwhile(); return [elsewhere, stored, { ...others[0] }, first]; },
    said: async (what) => ({ names: 'a,b,d', base: 'imagenet' }[what]),
  };
  meanwhile = () => { state.remove(others[0]); state.add(0, ['data:here']); };
  await state.reread();
  assert.deepEqual(state.names, ['a', 'b', 'd']);
  assert.deepEqual(urls(state), [['data:00', 'data:here'], ['data:elsewhere'], ['data:01']]);
  assert.ok(state.samples.includes(second)); // the same photo, moved there
  assert.equal(second.features.length, 2560);
  // Nothing of it is new the second time: what was trained stays.
  meanwhile = () => {};
  state.memory.samples = async () => state.samples.map((sample) => ({ ...sample }));
  state.trained = {};
  await state.reread();
  assert.deepEqual(state.trained, {});
});
