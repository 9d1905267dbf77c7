// What the widgets' scripts share.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';

import { bytesOf, inflate } from '../../demos/widgets/lib/base64.js';
import { gradientOf, plainColour } from '../../demos/widgets/lib/boxes.js';
import { textOf } from '../../demos/widgets/lib/files.js';
import { clamp, fixed, format, grouped, linesOf, readNumber, tip } from '../../demos/widgets/lib/numbers.js';
import { cellOf } from '../../demos/widgets/lib/pictures.js';
import { Refusal, firstPicture, mark, refusalOf, shrinkage } from '../../demos/widgets/lib/photos.js';
import { filled, literal } from '../../demos/widgets/lib/scripts.js';
import { readSlot, withNumbers } from '../../demos/widgets/lib/slots.js';
import { logarithmicStops, nextStop } from '../../demos/widgets/lib/stops.js';
import { GRID, decodeStrokes, encodeStroke, simplify } from '../../demos/widgets/lib/strokes.js';
import { _ } from '../../demos/widgets/lib/texts.js';
import { Unanswered, patience } from '../../demos/widgets/lib/unanswered.js';
import { steadyScales } from '../../demos/widgets/lib/vega.js';

test('a text is said in the language of the page, with its slots filled', () => {
  assert.equal(_('{a} of {b}', { a: 1 }), '1 of {b}');
  globalThis.courseTexts = { '{a} of {b}': '{a} von {b}' };
  assert.equal(_('{a} of {b}', { a: 1, b: 2 }), '1 von 2');
  delete globalThis.courseTexts;
});

test('colours are written so that every program reads them, also those of bars that are gradients', () => {
  assert.equal(plainColour('rgb(1, 2, 3)'), 'rgb(1, 2, 3)');
  assert.equal(plainColour('color(srgb 1 0.5 0)'), 'rgb(255, 128, 0)');
  assert.equal(plainColour('color(srgb 0 0 0 / 0.25)'), 'rgba(0, 0, 0, 0.25)');
  assert.deepEqual(gradientOf('linear-gradient(90deg, color(srgb 0 0.5 1 / 0.45) 37.5%, rgba(0, 0, 0, 0) 0px)'), { colour: 'rgba(0, 128, 255, 0.45)', share: 0.375 });
  assert.deepEqual(gradientOf('repeating-linear-gradient(135deg, rgb(0, 114, 178) 0px, rgb(0, 114, 178) 5px, rgb(1, 1, 1) 5px)'), { colour: 'rgb(0, 114, 178)', share: 1 });
  assert.equal(gradientOf('none'), null);
});

test('what is read off the page is a number where it is one', () => {
  assert.deepEqual(['−4.465', '+0.522', '1,234', ' 12 ', '.5', '1e-7'].map(cellOf), [-4.465, 0.522, 1234, 12, 0.5, 1e-7]);
  assert.deepEqual(['93 %', '1 · 0.5', '', 'T-shirt', '1,2', '3 / 4'].map(cellOf), ['93 %', '1 · 0.5', '', 'T-shirt', '1,2', '3 / 4']);
});

test('base 64 is read, and what zlib packed', async () => {
  const bytes = Uint8Array.from({ length: 1000 }, (none, i) => (i * i) % 256);
  assert.deepEqual(bytesOf(Buffer.from(bytes).toString('base64')), bytes);
  assert.deepEqual(await inflate(deflateSync(bytes).toString('base64')), bytes);
  assert.equal(bytesOf('').length, 0);
  assert.throws(() => bytesOf('§'));
});

test('three stops for every power of ten, as exact as they are written', () => {
  assert.deepEqual(logarithmicStops(0.01, 1), [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]);
  assert.deepEqual(logarithmicStops(0.3, 0.7), [0.1, 0.2, 0.5, 1, 2, 5]);
  assert.equal(logarithmicStops(1e-6, 10)[0], 1e-6);
});

test('a value moves to the next stop, and stays where there is none', () => {
  const stops = [0, 0.1, 0.3, 1];
  assert.equal(nextStop(stops, 0.1, 1), 0.3);
  assert.equal(nextStop(stops, 0.1, -1), 0);
  assert.equal(nextStop(stops, 0.2, 1), 0.3);
  assert.equal(nextStop(stops, 0.30000000000000004, 1), 1);
  assert.equal(nextStop(stops, 0.29999999999999999, -1), 0.1);
  assert.equal(nextStop(stops, 0, 1), 0.1);
  assert.equal(nextStop(stops, 1, 1), undefined);
  assert.equal(nextStop(stops, 0, -1), undefined);
});

test('numbers are read as they are typed, and nothing else is', () => {
  assert.equal(readNumber(' 0,5 '), 0.5);
  assert.equal(readNumber('\u22121e-3'), -0.001);
  for (const text of ['', '  ', 'fast', '1,2,3', '--1']) assert.ok(Number.isNaN(readNumber(text)), text);
  assert.equal(clamp(7, 0, 5), 5);
  assert.equal(clamp(-7, 0, 5), 0);
});

test('thousands stand apart as a language writes them', () => {
  assert.deepEqual([999, 4009, 46100, -1234567].map((count) => grouped(count, 'en')), ['999', '4,009', '46,100', '-1,234,567']);
  assert.deepEqual([999, 4009, 46100, 1234567].map((count) => grouped(count, 'de')), ['999', '4009', '46\u202f100', '1\u202f234\u202f567']);
});

test('numbers keep their digits, with a true minus and without a negative zero', () => {
  assert.equal(fixed(-1.25, 1), '\u22121.3');
  assert.equal(fixed(-0.0001), '0.000');
  assert.equal(fixed(null), '–');
  assert.equal(fixed(undefined), '–');
  assert.equal(tip('1.25e-9 <b> & the-end'), '1.25e\u22129 &lt;b> &amp; the-end');
});

test('a blackboard writes values as it asks for them', () => {
  assert.equal(format(6578.8321, '.2f'), '6578.83');
  assert.equal(format(-3, 'd'), '\u22123');
  assert.equal(format(-0, 'd'), '0');
  assert.equal(format(0.1, 'g'), '0.1');
  assert.equal(format(2.5e9, '.2f'), '2.50e9');
  assert.equal(format(-2.5e9, '.2f'), '\u22122.50e9');
  assert.equal(format('yes', '.2f'), 'yes');
  assert.equal(format(6578.8321, '.6s'), '6578.83');
  assert.equal(format(-404.42883, '.6s'), '\u2212404.429');
  assert.equal(format(0.002466506, '.6s'), '0.00246651');
  assert.equal(format(-1.52588e-5, '.5s'), '\u22121.5259e\u22125');
  assert.equal(format(123456.7, '.5s'), '1.2346e5');
  assert.equal(format(-1e-15, '.5s'), '0.0000');
  assert.equal(format(-0.5, '+.6s'), '\u2212 0.500000');
  assert.equal(format(null, '.2f'), '–');
});

test('a slot is told from other texts of a formula', () => {
  assert.deepEqual(readSlot('@bias:+.6s@'), { name: 'bias', spec: '+.6s' });
  assert.deepEqual(readSlot('@weight-gradient:.2f@'), { name: 'weight_gradient', spec: '.2f' });
  assert.deepEqual(readSlot(' @adam.loss:d@ '), { name: 'adam.loss', spec: 'd' });
  for (const text of ['', '@loss@', 'loss:.2f', '@a:b@ c']) assert.equal(readSlot(text), null);
});

test('strokes come back as they were drawn, but for what the eye does not see', () => {
  const stroke = { width: 30, points: [[150.4, 99.7], [151, 99.8], [360.2, 100.1], [300, 230], [0, GRID - 1]] };
  const [{ width, points }] = decodeStrokes(encodeStroke(stroke));
  assert.equal(width, 30);
  assert.deepEqual(points[0], [150, 100]);
  assert.deepEqual(points.at(-1), [0, GRID - 1]);
  for (const corner of [[360, 100], [300, 230]]) {
    assert.ok(points.some(([x, y]) => Math.hypot(x - corner[0], y - corner[1]) < 1.5), String(corner));
  }
  assert.equal(decodeStrokes('').length, 0);
  assert.equal(decodeStrokes([stroke, stroke].map(encodeStroke).join('.')).length, 2);
  assert.throws(() => decodeStrokes('A§'), /not a sketch/);
});

test('points on a line are left out, corners stay', () => {
  assert.deepEqual(simplify([[0, 0], [5, 0.5], [10, 0]]), [[0, 0], [10, 0]]);
  assert.deepEqual(simplify([[0, 0], [5, 5], [10, 0]]), [[0, 0], [5, 5], [10, 0]]);
  assert.deepEqual(simplify([[1, 1]]), [[1, 1]]);
});

test('a photo is made smaller, never larger, and a panorama keeps its height', () => {
  assert.equal(shrinkage({ width: 4000, height: 3000 }, 500), 0.125);
  assert.equal(shrinkage({ width: 100, height: 50 }, 500), 1);
  assert.equal(shrinkage({ width: 8000, height: 512 }, 224, { shortest: 256, longest: 4096 }), 0.5);
  assert.equal(shrinkage({ width: 8000, height: 512 }, 224, { shortest: 256, longest: 2000 }), 0.25);
});

test('a file of text is read in the encoding it has', () => {
  const text = 'größe,prix [£]\n1,2\n'; // not €: some versions of Node.js take Windows-1252 for Latin-1
  assert.equal(textOf(new TextEncoder().encode(`\ufeff${text}`)), text);
  const old = Uint8Array.from([...text], (char) => char.charCodeAt(0));
  assert.equal(textOf(old.buffer), text);
  assert.equal(textOf(Buffer.from(`\ufeff${text}`, 'utf16le')), text);
  assert.equal(textOf(new Uint8Array()), '');
});

test('what is no picture is refused with a sentence, and found among others', () => {
  assert.match(refusalOf(new TypeError('another format')), /not a PNG, JPEG, WebP, HEIC/);
  assert.equal(refusalOf(new Refusal('The server says why.')), 'The server says why.');
  assert.equal(firstPicture([{ type: 'text/plain' }, { type: 'image/png' }]).type, 'image/png');
  assert.equal(firstPicture(null), undefined);
  assert.equal(mark('data:abc'), '8:data:abc');
});

test('a setting is written as Python writes it', () => {
  assert.equal(literal(1, 'float'), '1.0');
  assert.equal(literal(1e-7, 'float'), '1e-7');
  assert.equal(literal(7, 'int'), '7');
  assert.equal(literal([1, 0.25], 'list[float]'), '[1.0, 0.25]');
  assert.equal(literal(['a', 'b'], 'list[str]'), '["a", "b"]');
  assert.equal(literal(true, 'bool'), 'True');
  assert.equal(literal('say "ä"', 'str'), '"say \\"ä\\""');
});

test('a script gets the settings of the moment, wherever it names them', () => {
  const script = { text: 'rate = {{rate}}\nf = {1: {{rate}}}\n', kinds: { rate: 'float' } };
  assert.equal(filled(script, new Map([['rate', 2]])), 'rate = 2.0\nf = {1: 2.0}\n');
});

test('a caption gets the numbers of the step', () => {
  const row = { step: 3, bias: -0.5, weight: 1.25 };
  const said = withNumbers('{step:d}: {weight:.2f}·x {bias:+.1f}', (name, spec) => format(row[name], spec));
  assert.equal(said, '3: 1.25·x − 0.5');
  assert.equal(format(0.5, '+.3f'), '+ 0.500');
});

test('what is said of another photo is hidden until its answer comes, and where it comes too late', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const said = new Map();
  const place = {
    setAttribute: (name, value) => said.set(name, value), removeAttribute: (name) => said.delete(name), hasAttribute: (name) => said.has(name),
  };
  let late = 0;
  const photo = new Unanswered('photo', () => place, () => { late += 1; });
  photo.ask(true);
  assert.deepEqual([photo.due, photo.hides, said.get('data-unanswered')], [true, true, 'photo']);
  photo.answered();
  t.mock.timers.tick(patience.photo);
  assert.deepEqual([photo.due, photo.hides, late], [false, false, 0]);
  photo.ask(false); // what was said stays, for a while
  t.mock.timers.tick(patience.photo - 1);
  assert.deepEqual([photo.due, photo.hides, late], [true, false, 0]);
  photo.ask(false); // another one: the time begins anew
  t.mock.timers.tick(patience.photo - 1);
  assert.equal(late, 0);
  t.mock.timers.tick(1);
  assert.deepEqual([photo.due, photo.hides, said.get('data-unanswered'), late], [false, true, 'lost photo', 1]);
  photo.ask(true);
  photo.lose();
  t.mock.timers.tick(patience.photo);
  assert.deepEqual([photo.due, photo.hides, late], [false, true, 1]);
});

test('a heading that is too long for its line goes on below, no word is cut', () => {
  assert.equal(linesOf('The loss', 20), 'The loss');
  assert.deepEqual(linesOf('How much of the gradient arrives, the last step being 1', 46), ['How much of the gradient arrives, the last', 'step being 1']);
  assert.deepEqual(linesOf('one two three four five six', 10), ['one two', 'three four', 'five six']);
  assert.deepEqual(linesOf('one two three', 16, (line) => 2 * line.length), ['one two', 'three']);
  assert.deepEqual(linesOf('Donaudampfschifffahrt hier', 10), ['Donaudampfschifffahrt', 'hier']);
});

test('scales look at the rows of all steps, and only once at each', () => {
  const filter = (expr) => ({ type: 'filter', expr });
  const domainOf = (...fields) => steadyScales({
    data: [
      { name: 'run' },
      { name: 'best' },
      { name: 'all', source: 'run', transform: [filter("isValid(datum['loss'])")] },
      { name: 'played', source: 'all', transform: [filter('datum.step <= step')] },
      { name: 'dot', source: 'played', transform: [filter('datum.step === step'), filter('isValid(datum["step"])')] },
      { name: 'twice', source: 'all', transform: [filter('datum.step <= step'), { type: 'formula', expr: '2 * datum.loss', as: 'loss' }] },
      { name: 'mean', source: 'all', transform: [{ type: 'aggregate' }] },
      { name: 'marked', source: 'best', transform: [filter('isValid(datum["step"])'), filter('datum.step <= step')] },
      { name: 'good', source: 'best', transform: [filter('datum["step"] > 3')] },
    ],
    scales: [{ name: 'x', domain: { fields: fields.map(([data, field]) => ({ data, field })) } }, { name: 'y', domain: [0, 1] }, { name: 'c', domain: { data: 'run', field: 'k' } }],
  }).scales[0].domain.fields.map(({ data, field }) => `${data}.${field}`);
  assert.deepEqual(domainOf(['all', 'step'], ['played', 'step'], ['dot', 'step']), ['all.step']);
  assert.deepEqual(domainOf(['dot', 'step'], ['all', 'step']), ['all.step']);
  assert.deepEqual(domainOf(['played', 'step'], ['dot', 'step'], ['marked', 'step']), ['all.step', 'best.step']);
  assert.deepEqual(domainOf(['all', 'loss'], ['twice', 'loss'], ['twice', 'step'], ['mean', 'loss']), ['all.loss', 'twice.loss', 'all.step', 'mean.loss']);
  assert.deepEqual(domainOf(['run', 'step'], ['good', 'step']), ['run.step', 'good.step']);
});
