// The page's own script, loaded before Gradio's: the address, which is the state of the page; links
// and codes that hold it; the language; what a teacher's link hides.
import { note as remember } from '../widgets/lib/done.js';
import { keep } from '../widgets/lib/keep.js';
import { root } from '../widgets/lib/root.js';
import { filled } from '../widgets/lib/scripts.js';
import { _ } from '../widgets/lib/texts.js';
import { presenting, presents } from './present.js';
import { sharing } from './share.js';
import { readAlong } from './waits.js';

const LONGEST = 6000; // characters of a value in an address
const PAUSE = 250; // ms between two changes of the address: browsers allow some three a second

// Where the page lies. Gradio's server cannot know of a prefix that a proxy in front of it strips.
if (window.gradio_config && location.pathname.endsWith('/')) {
  window.gradio_config.root = location.origin + location.pathname.replace(/\/$/, '');
}
// Gradio copies all properties of a component at each step of an event, each number and each word by
// itself; what is no object needs no copying.
const cloneOf = window.structuredClone;
window.structuredClone = (value, options) => (Object(value) === value ? cloneOf(value, options) : value);
// Gradio counts the seconds of "Loading…" at every frame, for ever: also when that is long gone, so that
// a page that nobody touches never rests. Nowhere here are they shown.
const frameOf = window.requestAnimationFrame;
const counts = (callback) => /performance\.now\(\)-\w+\(\w+\)\)\/1e3/.test(String(callback));
window.requestAnimationFrame = (callback) => (counts(callback) ? 0 : frameOf(callback));
const chapterAt = (slug) => document.getElementById(`chapter-${slug}`);
const query = () => new URLSearchParams(location.search);
const selected = () => document.querySelector('.chapters > .tab-wrapper [role=tab][aria-selected=true]')?.dataset.tabId
  ?? query().get('chapter') ?? document.querySelector('.chapters > .tab-wrapper [role=tab]')?.dataset.tabId;

readAlong(() => chapterAt(selected()));

// ---------------------------------------------------------------- what a link hides
// Those controls keep the link's value: `hide=activation,learning_rate`.
const hiding = (() => {
  const names = (query().get('hide') || '').split(',').filter((name) => /^\w+$/.test(name));
  return { slug: query().get('chapter'), names };
})();
window.courseHidden = (slug) => (slug === hiding.slug ? hiding.names : []);
if (/^\w+$/.test(hiding.slug || '') && hiding.names.length) {
  const style = document.createElement('style');
  style.textContent = hiding.names.map((name) =>
    `#chapter-${hiding.slug} :is(.control-${name}, [data-control="${name}"]) { display: none !important; }`).join('\n');
  if (hiding.names.includes('answers')) style.textContent += `\n#chapter-${hiding.slug} .tasks details { display: none !important; }`;
  document.head.append(style);
}

// ---------------------------------------------------------------- the address is the state
const states = new Map(); // chapter → its parameters that differ from their defaults: [name, text]
const textOf = (value) => (Array.isArray(value) ? value.join(',') || 'none' : String(value ?? ''));

// A control may hold several parameters, by name.
const parametersOf = (names, values) => names.flatMap((name, i) => (
  values[i] && typeof values[i] === 'object' && !Array.isArray(values[i]) ? Object.entries(values[i]) : [[name, values[i]]]));

function defaultsOf(slug) {
  const known = JSON.parse(chapterAt(slug)?.querySelector('[data-defaults]')?.dataset.defaults ?? '{}');
  return new Map(parametersOf(Object.keys(known), Object.values(known)));
}

// The address of a chapter as it stands; `longest`: values that are longer are left out.
function addressOf(slug, { longest = LONGEST, hidden = window.courseHidden(slug), lang = query().get('lang'), present = presents() } = {}) {
  const parameters = new URLSearchParams({ chapter: slug });
  for (const [name, text] of states.get(slug) ?? []) if (text !== '' && text.length <= longest) parameters.set(name, text);
  if (stands.has(slug)) parameters.set('step', stands.get(slug));
  if (hidden.length) parameters.set('hide', hidden.join());
  if (lang) parameters.set('lang', lang);
  if (present) parameters.set('present', '1');
  for (const [name, text] of query()) if (name.startsWith('__')) parameters.set(name, text); // Gradio's and Spaces'
  return `${location.pathname}?${parameters}`;
}

// Where a run stands that the visitor has led to a step, and where a link wants it to stand.
const stands = new Map(); // chapter → step; none: where a run begins
const led = new Map(); // chapter → step, or null: where a run begins
window.courseStep = (slug, last) => {
  const step = led.get(slug);
  if (!(step > last)) led.delete(slug); // else a longer run will come, with the link's settings
  return step;
};
document.addEventListener('course:change', ({ target }) => led.delete(target.closest('.chapter').id.replace('chapter-', '')), true);
document.addEventListener('course:stands', ({ target, detail: { step, first } }) => {
  const slug = target.closest('.chapter')?.id.replace('chapter-', '');
  const before = stands.get(slug);
  if (step === first) stands.delete(slug); else stands.set(slug, step);
  if (stands.get(slug) !== before && slug === selected()) writeAddress();
});

let writing = 0;
function writeAddress() {
  clearTimeout(writing);
  writing = setTimeout(() => {
    const slug = selected();
    if (slug) history.replaceState(null, '', addressOf(slug));
  }, PAUSE);
}

// Chapters of which another topic was chosen by hand: Back leads to the one before, as it stood.
const turned = new Map(); // chapter → its address before
document.addEventListener('course:chosen', ({ target }) => {
  const slug = target.closest('.chapter').id.replace('chapter-', '');
  turned.set(slug, addressOf(slug));
});

// Called by Gradio with the values of a chapter's controls, whenever one of them has changed.
window.courseState = (slug, names, values) => {
  const defaults = defaultsOf(slug);
  states.set(slug, parametersOf(names, values)
    .filter(([name, value]) => defaults.has(name) && JSON.stringify(value) !== JSON.stringify(defaults.get(name)))
    .map(([name, value]) => [name, textOf(value)]));
  for (const name of defaults.keys()) keep(slug, name, states.get(slug).find(([one, text]) => one === name && text.length > LONGEST)?.[1] ?? '');
  const now = addressOf(slug);
  const before = turned.get(slug);
  turned.delete(slug);
  if (before && now !== before && slug === selected()) {
    clearTimeout(writing);
    history.replaceState(null, '', before);
    history.pushState(null, '', now);
  } else if (slug === selected()) writeAddress();
  return codeOf(slug, names, values);
};

// ---------------------------------------------------------------- the code, with the settings of the moment
const codes = new Map(); // address → what lies there: { lesson, scripts, topic }

function codesOf(slug) {
  const address = chapterAt(slug)?.querySelector('[data-code]')?.dataset.code;
  if (!codes.has(address)) codes.set(address, fetch(root() + address).then((response) => response.json()));
  return codes.get(address);
}

// What the boxes of a chapter's code show: the script, if it has any, and the lesson.
async function codeOf(slug, names, values) {
  const chapter = chapterAt(slug);
  // Nothing is fetched for code that nobody looks at.
  if (!chapter?.querySelector('.source .cm-editor, .source .open')) return chapter?.querySelector('.about-code') ? ['', ''] : '';
  const { lesson, scripts, topic } = await codesOf(slug);
  const settings = new Map(parametersOf(names, values));
  const script = scripts[settings.get(topic) ?? ''];
  if (!chapter.querySelector('.about-code')) return lesson;
  return [script ? filled(script, settings) : '', lesson];
}

// What the address says from the start, until a control changes.
function readAddress({ anew = true } = {}) {
  const slug = query().get('chapter');
  const skipped = ['chapter', 'step', 'lang', 'hide', 'present'];
  if (!slug) return;
  const before = String([...states.get(slug) ?? []].sort());
  states.set(slug, [...query()].filter(([name]) => !skipped.includes(name) && !name.startsWith('__')));
  const step = /^\d+$/.test(query().get('step') ?? '') ? Number(query().get('step')) : null;
  if (step === null && !anew) return;
  led.set(slug, step);
  if (step === null) stands.delete(slug); else stands.set(slug, step);
  // The run that is shown is the one that is asked for: no other will come.
  if (String([...states.get(slug)].sort()) === before) document.dispatchEvent(new Event('course:led'));
}
readAddress();
presenting((present) => addressOf(selected(), { present }));

// ---------------------------------------------------------------- from chapter to chapter
// One at a time: of those that are asked for meanwhile, such as by Back and Back again, the last.
const LOST = 10_000; // ms: then the answer will not come
let opening = 0; // when it was asked for, as long as it has not come
let then = null;
const meanwhile = new Map(); // what is set by hand until it comes: control → value
function open(search) {
  meanwhile.clear();
  if (opening && performance.now() - opening < LOST) then = search;
  else ask(search);
}
function ask(search) {
  const asked = !document.dispatchEvent(new CustomEvent('course:open', { detail: search, cancelable: true }));
  opening = asked ? performance.now() : 0; // before Gradio's page stands, nobody takes it
}
// What a visitor sets while a link is on its way counts: it is set again when the link has come.
document.addEventListener('course:hand', ({ target, detail }) => {
  if (!opening || target !== chapterAt(selected())) return;
  for (const [name, value] of Object.entries(detail)) meanwhile.set(name, value);
}, true);
let going = false; // Back and Forward: the address is there already

function tabInView() {
  document.querySelector('.chapters > .tab-wrapper [role=tab][aria-selected=true]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
  document.dispatchEvent(new CustomEvent('course:chapter', { detail: selected() }));
}

document.addEventListener('course:mounted', () => setTimeout(tabInView));

// ---------------------------------------------------------------- what scrolls sideways
// By keyboard, too: not every browser sees to it.
const SCROLLERS = '.blackboard p, .blackboard table, .code_wrap > pre';
const LOOK = 40; // ms after a change: numbers may become wider with every frame
let looking = 0;

function reach() {
  looking = 0;
  // Of the chapter that is shown: a page of all chapters is large.
  for (const one of chapterAt(selected())?.querySelectorAll(SCROLLERS) ?? []) {
    if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
    else one.removeAttribute('tabindex');
  }
}

const later = () => { looking ||= setTimeout(reach, LOOK); };
new ResizeObserver(later).observe(document.body);
new MutationObserver(later).observe(document.body, { childList: true, subtree: true });

// "Use via API" leads to a page that holds the endpoints; there Gradio's own button shows them.
if (query().get('view') === 'programs') {
  const waiting = setInterval(() => {
    const button = document.querySelector('footer .show-api');
    if (!button) return;
    clearInterval(waiting);
    button.click();
  }, 100);
}

// Called by Gradio when a tab was chosen.
window.courseTabChosen = () => {
  const slug = selected();
  clearTimeout(writing);
  if (!going && query().get('chapter') !== slug) history.pushState(null, '', addressOf(slug));
  if (going || !chapterAt(slug)?.querySelector('[data-defaults]')) open(location.search);
  going = false;
  tabInView();
};

export function goTo(slug) {
  document.querySelector(`.chapters > .tab-wrapper [role=tab][data-tab-id="${CSS.escape(slug)}"]`)?.click();
}

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('[data-go]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  goTo(link.dataset.go);
  scrollTo(0, 0);
});

// A link to a state: of this chapter, as a task's "Set this up", or of another one.
document.addEventListener('click', (event) => {
  const chosen = event.target.closest?.('.set-up a, [data-visit]');
  if (!chosen || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  clearTimeout(writing);
  const link = new URLSearchParams(new URL(chosen.href).search);
  if (query().has('lang')) link.set('lang', query().get('lang'));
  if (presents()) link.set('present', '1');
  const kept = states.get(link.get('chapter')) ?? [];
  for (const name of window.courseHidden(link.get('chapter'))) { // what is hidden stays as it is
    link.delete(name);
    for (const [one, text] of kept) if (one === name) link.set(name, text);
  }
  history.pushState(null, '', `${location.pathname}?${link}`);
  readAddress({ anew: false });
  const slug = link.get('chapter');
  if (slug === selected()) {
    open(location.search);
    chosen.closest('.chapter').querySelector('.topics-place, .stage')?.scrollIntoView({ block: 'start' });
    return;
  }
  going = true;
  goTo(slug);
  scrollTo(0, 0);
});

// Beside the picture stands one task, the chosen one: of each topic the first, until another is.
const tasks = new Map(); // chapter and topic → number of the task

function showTask(chapter) {
  if (!chapter) return;
  const number = tasks.get(`${chapter.id} ${chapter.dataset.topic ?? ''}`) ?? '1';
  chapter.dataset.task = number;
  for (const one of chapter.querySelectorAll('.choose-task')) one.setAttribute('aria-pressed', String(one.dataset.task === number));
}

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('.choose-task');
  if (!button) return;
  const chapter = button.closest('.chapter');
  tasks.set(`${chapter.id} ${chapter.dataset.topic ?? ''}`, button.dataset.task);
  showTask(chapter);
});
for (const name of ['course:topic', 'course:chapter', 'course:redraw']) {
  document.addEventListener(name, () => showTask(chapterAt(selected())));
}

// What this visitor has done, for the course map; which is no chapter of a part, nor is the quiz.
document.addEventListener('course:chapter', ({ detail: slug }) => {
  if (document.querySelector(`.chapter-menu optgroup [value="${CSS.escape(slug)}"]`)) remember(slug, { seen: true });
});
document.addEventListener('toggle', ({ target }) => {
  const task = target instanceof HTMLDetailsElement && target.open && target.closest('.tasks .task');
  if (task) remember(task.closest('.chapter').id.replace('chapter-', ''), { tasks: [[...task.classList].join(' ')] });
}, true);

// What a chapter invites to: its picture plays, or what is to be touched first has the focus.
document.addEventListener('click', (event) => {
  const chapter = event.target.closest?.('.invitation')?.closest('.chapter');
  if (!chapter) return;
  const shown = (one) => one.checkVisibility() && !one.disabled;
  const play = [...chapter.querySelectorAll('[data-do=play], .photo-examples button')].find(shown);
  const place = play ?? [...chapter.querySelectorAll('.stage canvas, .stage button, .stage input, .board button')].find(shown);
  place?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  place?.focus({ preventScroll: true });
  play?.click();
});

// Arrow keys move between tabs, as they do between those of any other program.
document.addEventListener('keydown', (event) => {
  const tab = event.target.closest?.('.chapters > .tab-wrapper [role=tab]');
  const tabs = tab && [...tab.parentElement.querySelectorAll('[role=tab]')];
  const next = tab && { ArrowRight: tabs.indexOf(tab) + 1, ArrowLeft: tabs.indexOf(tab) - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (next === undefined || next === null) return;
  event.preventDefault();
  const chosen = tabs[(next + tabs.length) % tabs.length];
  chosen.focus();
  chosen.click();
});

addEventListener('popstate', () => {
  const first = document.querySelector('.chapters > .tab-wrapper [role=tab]')?.dataset.tabId;
  const slug = query().get('chapter') ?? first;
  if (!query().has('chapter')) history.replaceState(null, '', addressOf(slug));
  readAddress();
  if (slug === selected()) { open(location.search); return; }
  going = true;
  goTo(slug);
});

// Called when a chapter that was asked for has arrived: its charts may show older values.
window.courseRedraw = () => {
  opening = 0;
  if (then !== null) { const last = then; then = null; ask(last); return; }
  const set = Object.fromEntries(meanwhile);
  meanwhile.clear();
  document.dispatchEvent(new Event('course:redraw'));
  if (Object.keys(set).length) chapterAt(selected())?.dispatchEvent(new CustomEvent('course:set', { detail: set }));
};

// ---------------------------------------------------------------- language
document.addEventListener('click', (event) => {
  const wanted = event.target.closest?.('[data-language]');
  if (!wanted || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  document.cookie = `course_language=${wanted.dataset.language}; path=/; max-age=31536000; SameSite=Lax`;
  location.assign(addressOf(selected(), { lang: wanted.dataset.language }));
});

// ---------------------------------------------------------------- what Gradio says
// What Gradio says in English to screen readers, and in tooltips.
const GRADIOS = {
  Copy: _('Copy'),
  Download: _('Download'),
  'Code input container': _('Code'),
  'More tabs': _('More chapters'),
  'Gradio footer navigation': _('About this page'),
  'Table actions': _('Table'),
  'Copy table data': _('Copy the table'),
  Fullscreen: _('Full screen'),
  'Open cell menu': _('Sort'),
};
const SPOKEN = [
  ...Object.keys(GRADIOS).map((word) => `[aria-label="${word}"]`),
  '.copy_code_button[title=copy]',
  '.search-input:not([aria-label])', // the field that searches a table has no name
].join();
const added = new Set([document.documentElement]); // since they were last looked through
let speaking = setTimeout(speak, 60);
function speak() {
  speaking = 0;
  const places = [...added].filter((place) => place.isConnected);
  added.clear();
  const spoken = places.flatMap((place) => [place, ...place.querySelectorAll(SPOKEN)]);
  for (const one of spoken.filter((element) => element.matches(SPOKEN))) {
    const word = one.ariaLabel;
    if (GRADIOS[word]) one.ariaLabel = GRADIOS[word];
    if (word && one.title === word) one.title = GRADIOS[word];
    if (one.matches('.copy_code_button[title=copy]')) one.title = _('Copy');
    if (one.matches('.search-input:not([aria-label])')) Object.assign(one, { ariaLabel: _('Search'), placeholder: _('Search'), title: '' });
  }
}
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) for (const one of addedNodes) if (one instanceof HTMLElement) added.add(one);
  speaking ||= setTimeout(speak, 60);
}).observe(document.documentElement, { childList: true, subtree: true });

sharing({
  addressOf,
  codesOf,
  defaultsOf,
  hidden: window.courseHidden,
  longest: (slug, most) => (states.get(slug) ?? []).filter(([, value]) => value.length > most).map(([name]) => name),
});
