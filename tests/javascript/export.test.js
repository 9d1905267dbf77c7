// What leaves the page as a file.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { csvCell, csvOf, fileName, headingOf, standalone, titleText, titlesOf } from '../../demos/widgets/lib/export.js';

test('numbers stand in a CSV as they are, and what is missing is empty', () => {
  assert.deepEqual([1234567.5, -0.25, 1e-7, 0, true, null, undefined, NaN].map(csvCell), ['1234567.5', '-0.25', '1e-7', '0', 'true', '', '', '']);
});

test('no text of a CSV is a formula to a spreadsheet', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1']) assert.equal(csvCell(text).replaceAll('"', '')[0], "'", text);
  assert.equal(csvCell('=A1,"x"'), `"'=A1,""x"""`);
  assert.equal(csvCell('plain = text'), 'plain = text');
  assert.equal(csvCell('two\nlines'), '"two\nlines"');
  assert.equal(csvCell([1, 2]), '"[1,2]"');
});

test('the columns of a CSV are called as the page calls them', () => {
  const rows = [{ step: 0, loss: 2.5 }, { step: 1, loss: 0.5, note: 'end' }];
  assert.equal(csvOf({ run: rows }, { loss: 'loss [°F²]' }), 'step,loss [°F²],note\r\n0,2.5,\r\n1,0.5,end\r\n');
  // Two fields at one axis are told apart, and a heading is no formula either.
  assert.equal(csvOf({ run: [{ a: 1, b: 2 }] }, { a: '=w', b: '=w' }), "'=w (a),'=w (b)\r\n1,2\r\n");
});

test('of several data sets each row says which one it belongs to; empty ones are left out', () => {
  assert.equal(csvOf({ run: [{ x: 1 }], none: [], points: [{ y: 2 }] }, {}, 'set'), 'set,x,y\r\nrun,1,\r\npoints,,2\r\n');
  // What is drawn as a picture is no number of a table.
  assert.equal(csvOf({ run: [{ x: 1, url: 'data:image/png;base64,AA' }], map: [{ url: 'data:image/png;base64,AA' }] }), 'x\r\n1\r\n');
});

test('the title of a chart is found in each of the forms that Vega-Lite has', () => {
  assert.equal(titleText('The loss'), 'The loss');
  assert.equal(titleText({ text: ['two ', 'lines'] }), 'two lines');
  assert.equal(titleText({ text: { expr: 'a' } }), '');
  assert.equal(titleText(undefined), '');
  const spec = { layer: [{ encoding: { x: { field: 'w' }, y: { field: 'loss', axis: { title: 'loss [°F²]' } } } }], encoding: { tooltip: [{ field: 'w', title: 'weight' }] } };
  assert.deepEqual(titlesOf(spec), { loss: 'loss [°F²]', w: 'weight' });
});

test('what a heading adds in brackets is an instruction, and no part of the name', () => {
  assert.equal(headingOf({ title: 'The loss surface (click: start there)' }, ''), 'The loss surface');
  assert.equal(headingOf({ title: 'The inputs (x₁ x₂) on it' }, ''), 'The inputs (x₁ x₂) on it');
  assert.equal(headingOf({}, 'The ROC curve, of tires.'), 'The ROC curve');
});

test('a file is called after chapter and heading, in letters that every system takes', () => {
  assert.equal(fileName(['celsius', 'Die Größe: ŷ = w·x + b?'], 'svg'), 'celsius-die-groesse-y-w-x-b.svg');
  assert.equal(fileName(['', '../…'], 'csv'), 'chart.csv');
  assert.equal(fileName(['x'.repeat(200)], 'png').length, 84);
});

const FRAME = {
  width: 200, height: 100, paper: '#fff', ink: '#111', font: '"A B", sans-serif', foot: 'step 3 <of> 9',
  value: (name) => ({ '--blue': '#0072b2' })[name], measure: (text) => 7 * text.length,
};

test('a picture is readable alone: no variables, a background, its legend, and what it shows', () => {
  const legend = [{ label: 'Adam', colour: 'var(--blue)', dash: [6, 3] }, { label: 'SGD & Company', colour: 'var(--blue)', dash: [] }];
  const drawn = '<svg class="marks" width="200" height="100" viewBox="0 0 200 100"><text font-family="inherit" fill="var(--blue)">x</text></svg>';
  const svg = standalone(drawn, { ...FRAME, legend });
  assert.ok(!/var\(|inherit/.test(svg), svg);
  assert.match(svg, /<rect width="224" height="1\d\d" fill="#fff"\/>/);
  for (const part of ['Adam', 'SGD &amp; Company', 'step 3 &lt;of> 9', 'stroke-dasharray="6 3"', `font-family="'A B', sans-serif"`]) assert.ok(svg.includes(part), part);
  // The second entry has no room beside the first.
  const lines = [...svg.matchAll(/<path d="M(\d+) (\d+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
  assert.deepEqual(lines.map(([x]) => x), [12, 12]);
  assert.ok(lines[1][1] > lines[0][1]);
});

test('a chart without a legend and without steps has no empty lines around it', () => {
  assert.match(standalone('<svg />', { ...FRAME, legend: [], foot: '' }), /viewBox="0 0 224 124"/);
});
