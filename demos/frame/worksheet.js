// A chapter on paper: its question, empty figures, the tasks of the topic, questions, and a code that
// leads to its state. Made in the browser, from what it shows.
import { html, make } from '../widgets/lib/make.js';
import { root } from '../widgets/lib/root.js';
import { styled } from '../widgets/lib/style.js';
import { _, language } from '../widgets/lib/texts.js';
import { loadVega } from '../widgets/lib/vega.js';
import { filled, mixed } from '../quiz/lib.js';
import { ofTopic } from './notebook.js';

const SEED = 1; // numbers of the questions: the same on every sheet
const MOST = 5; // questions
const lines = (count) => make('div', 'sheet-lines', ...Array.from({ length: count }, () => make('i')));

// The charts in view, with their axes and nothing else: to be drawn by hand.
// Boards mark what they offer: `data-figure` says which parts of an SVG stay; of anything else, a frame.
// Where nothing is marked, a frame for each of the largest pictures.
function figures(chapter) {
  const shown = (selector) => [...chapter.querySelectorAll(selector)].filter((one) => one.checkVisibility() && one.clientWidth > 100 && one.clientHeight > 60);
  const area = (one) => one.clientWidth * one.clientHeight;
  const marked = shown('.live-panel svg.marks, [data-figure]');
  const found = marked.length ? marked : shown('canvas, .tensor-lines').sort((one, other) => area(other) - area(one));
  return found.slice(0, 2).map((one) => {
    if (!(one instanceof SVGSVGElement)) {
      const frame = make('div', 'sheet-empty');
      frame.style.aspectRatio = `${one.clientWidth} / ${one.clientHeight}`;
      return make('figure', 'sheet-figure', frame);
    }
    const copy = /** @type {SVGSVGElement} */ (one.cloneNode(true));
    const stays = one.dataset.figure;
    for (const mark of stays ? copy.querySelectorAll(`:scope > :not(${stays})`) : copy.querySelectorAll('[class*="role-mark"], [class*="role-legend"], image')) mark.remove();
    const { width, height } = one.viewBox.baseVal;
    copy.style.aspectRatio = `${width} / ${height}`;
    return make('figure', 'sheet-figure', copy);
  });
}

async function questions(chapter) {
  const { quiz } = chapter.querySelector('[data-quiz]').dataset;
  if (!quiz) return [];
  const response = await fetch(root() + quiz.replace('{language}', language));
  const all = response.ok ? (await response.json()).questions : [];
  return all.slice(0, MOST);
}

// Draw what questions show, as wide as their places.
async function drawPictures(sheet, quiz, chapter) {
  const shown = quiz.filter((one) => one.picture);
  if (!shown.length) return;
  const { vegaEmbed } = await loadVega(chapter.querySelector('[data-vega]').dataset.vega);
  await Promise.all([...sheet.querySelectorAll('.sheet-picture')].map((place, i) => vegaEmbed(place, shown[i].picture, { renderer: 'svg', actions: false })));
}

function asked(question) {
  const box = html('div', 'sheet-question', filled(question, question.asks, SEED));
  if (question.picture) box.append(make('div', 'sheet-picture'));
  if (question.options) box.append(make('ul', 'sheet-options', ...mixed(question.options.length, SEED, question.name).map((index) => html('li', '', question.options[index].says))));
  if (question.steps) box.append(make('ul', 'sheet-options', ...mixed(question.steps.length, SEED, question.name).map((index) => html('li', '', question.steps[index]))));
  if (question.code) box.append(make('pre', '', make('code', '', question.code.map((line, at) => `${String(at + 1).padStart(2)}  ${line}`).join('\n'))));
  if (question.kind === 'compute') {
    const said = [question.unit, question.tolerance ? `± ${question.tolerance}` : ''].filter(Boolean).join(' ');
    if (said) box.append(make('p', 'sheet-tolerance', said));
  }
  if (!question.options) box.append(lines(2));
  return box;
}

function answered(question) {
  const because = question.because ? filled(question, question.because, SEED) : '';
  if (question.options) {
    const right = question.options.filter((one) => one.right);
    return make('div', '', ...right.map((one) => html('p', '', `<b>${one.says}</b> ${one.why}`)));
  }
  const solution = question.kind === 'compute' ? '' : question.steps ? `<ol>${question.steps.map((one) => `<li>${one}</li>`).join('')}</ol>` : `<p>${question.line}: <code></code></p>`;
  const box = html('div', '', solution + because);
  if (question.kind === 'fault') box.querySelector('code').textContent = question.mended;
  return box;
}

function taskOf(one) {
  const copy = one.cloneNode(true);
  for (const part of copy.querySelectorAll('.set-up, details, button')) part.remove();
  copy.className = 'sheet-task';
  return copy;
}

/**
 * Show a chapter as a worksheet, ready to be printed.
 * @param {HTMLElement} chapter
 * @param {{ link: string, code: string }} what where the state lies, and the SVG of its QR code
 */
export async function worksheet(chapter, { link, code }) {
  const slug = chapter.id.replace('chapter-', '');
  const tasks = [...chapter.querySelectorAll('.tasks .task')].filter((one) => ofTopic(one, chapter));
  const quiz = await questions(chapter).catch(() => []);
  const title = document.querySelector(`.chapters > .tab-wrapper [role=tab][data-tab-id="${slug}"]`)?.textContent.trim() ?? '';

  const print = Object.assign(make('button', 'sheet-main', _('Print')), { type: 'button' });
  const close = Object.assign(make('button', '', _('Close')), { type: 'button' });
  const withAnswers = Object.assign(make('input'), { type: 'checkbox' });
  const bar = make('div', 'sheet-bar', print, close, make('label', '', withAnswers, _('With answers, for the teacher')));

  const answers = make('section', 'sheet-answers', make('h3', '', _('Answers')),
    make('ol', '', ...tasks.map((one) => html('li', '', one.querySelector('details')?.innerHTML.replace(/<summary>.*?<\/summary>/s, '') ?? ''))),
    ...(quiz.length ? [make('h3', '', _('Answers to the questions')), make('ol', '', ...quiz.map((one) => make('li', '', answered(one))))] : []));
  const sheet = make('article', 'worksheet',
    bar,
    make('header', '',
      make('div', '', make('p', 'sheet-title', title), make('h2', '', chapter.querySelector('.question').textContent.trim()),
        make('p', 'sheet-name', _('Name'), make('i'), _('Date'), make('i'))),
      make('div', 'sheet-code', html('div', '', code), make('p', '', link.replace(/^https?:\/\//, '').slice(0, 60)))),
    make('p', 'sheet-intro', chapter.querySelector('.intro p')?.textContent.trim() ?? ''),
    make('div', 'sheet-figures', ...figures(chapter)),
    make('h3', '', _('Try this')),
    make('div', '', ...tasks.map((one) => make('div', 'sheet-block', taskOf(one), lines(3)))),
    ...(quiz.length ? [make('h3', '', _('Questions')), make('ol', '', ...quiz.map((one) => make('li', 'sheet-block', asked(one))))] : []),
    answers);
  answers.hidden = true;
  withAnswers.addEventListener('change', () => { answers.hidden = !withAnswers.checked; });

  await styled(new URL('worksheet.css', import.meta.url).href);
  const before = /** @type {HTMLElement} */ (document.activeElement);
  function leave() {
    sheet.remove();
    document.documentElement.removeAttribute('data-worksheet');
    document.removeEventListener('keydown', byKey);
    before?.focus?.();
  }
  const byKey = (event) => { if (event.key === 'Escape') leave(); };
  document.addEventListener('keydown', byKey);
  close.addEventListener('click', leave);
  print.addEventListener('click', () => window.print());
  document.documentElement.setAttribute('data-worksheet', '');
  document.querySelector('.gradio-container').append(sheet);
  scrollTo(0, 0);
  print.focus();
  await drawPictures(sheet, quiz, chapter);
}
