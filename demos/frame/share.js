// What a teacher takes along: links and codes that hold the state of a chapter, what they hide, the
// chapter for another page, on paper, and as a notebook.
import { make } from '../widgets/lib/make.js';
import { save } from '../widgets/lib/files.js';
import { root } from '../widgets/lib/root.js';
import { _, language } from '../widgets/lib/texts.js';

const LONGEST_IN_CODE = 600; // characters of a value in a code that a phone can still read
const chapterAt = (slug) => document.getElementById(`chapter-${slug}`);

/**
 * What the page knows of its chapters.
 * @type {{
 *   addressOf: (slug: string, options?: object) => string,
 *   codesOf: (slug: string) => Promise<any>,
 *   defaultsOf: (slug: string) => Map<string, unknown>,
 *   hidden: (slug: string) => string[],
 *   longest: (slug: string, most: number) => string[],
 * }}
 */
let page;
const linkOf = (slug, options) => new URL(page.addressOf(slug, { lang: language, ...options }), root()).href;

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

// Without https (a class room's own network) there is no clipboard; Gradio's buttons need one, too.
if (!navigator.clipboard) {
  const writeText = async (text) => {
    const area = Object.assign(document.createElement('textarea'), { value: text });
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    if (!copied) throw new Error(_('Nothing was copied.'));
  };
  Object.defineProperty(navigator, 'clipboard', { value: { writeText } });
}

const framed = () => window.self !== window.top; // within another page there is no address bar

// Return the link, if it is to be copied by hand.
async function copyLink(button, slug, hidden) {
  history.replaceState(null, '', page.addressOf(slug, { hidden, lang: language }));
  const link = linkOf(slug, { hidden });
  const copied = await copyText(link);
  button.textContent = copied ? _('Link copied ✓') : framed() ? _('Link is below') : _('Link is in the address bar');
  button.setAttribute('aria-live', 'polite');
  setTimeout(() => { button.textContent = _('Copy link'); }, 2000);
  return copied || !framed() ? '' : link;
}

const controlOf = (slug, name) => chapterAt(slug).querySelector(`:is(.control-${name}, [data-control="${name}"])`);

// What a control is called on the page.
function nameOf(slug, name) {
  const control = controlOf(slug, name);
  const title = control?.querySelector('.knob-name, .label-text, :scope > span')
    ?? (control?.matches('label, button') ? control : null);
  const words = title && [...title.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  return words?.data.trim() || control?.getAttribute('aria-label') || control?.querySelector('[aria-label]')?.getAttribute('aria-label')
    || name.replaceAll('_', ' ');
}

// The settings of a chapter, as its controls hold them now.
function settingsOf(slug) {
  const event = new CustomEvent('course:settings', { detail: {} });
  chapterAt(slug).dispatchEvent(event);
  return event.detail;
}

// The state for a page that shows it within itself: a course of Moodle, a blog.
function embedOf(slug) {
  const title = chapterAt(slug).querySelector('.question').textContent.trim().replaceAll('"', '&quot;');
  return `<iframe src="${linkOf(slug).replaceAll('&', '&amp;')}" title="${title}" width="100%" height="900" style="border:0" allow="camera; clipboard-write; fullscreen" loading="lazy"></iframe>`;
}

// The script of the moment, of a chapter that makes it itself.
async function ownScriptOf(slug) {
  const event = new CustomEvent('course:script', { detail: { script: '' } });
  chapterAt(slug).dispatchEvent(event);
  return event.detail.script;
}

const COLAB = 'https://colab.research.google.com/';
const repositoryOf = (slug) => chapterAt(slug).querySelector('[data-repository]')?.dataset.repository ?? '';

async function notebookOf(slug) {
  const { notebook } = await import('./notebook.js');
  const text = notebook(chapterAt(slug), { link: linkOf(slug), settings: settingsOf(slug), codes: await page.codesOf(slug), own: await ownScriptOf(slug), repository: repositoryOf(slug) });
  save(`${slug}.ipynb`, text, 'application/x-ipynb+json');
}

async function worksheetOf(slug) {
  const { worksheet } = await import('./worksheet.js');
  const link = linkOf(slug, { longest: LONGEST_IN_CODE });
  await worksheet(chapterAt(slug), { link, code: await codeOf(link).catch(() => '') });
}

// What else there is to take along, below what the link hides.
function alsoFor(slug, sheet) {
  const said = make('p', 'also-said');
  said.setAttribute('role', 'status');
  const field = Object.assign(make('textarea'), { readOnly: true, hidden: true, rows: 4, ariaLabel: _('Code for another page') });
  const button = (words, act) => {
    const one = Object.assign(make('button', '', words), { type: 'button' });
    one.addEventListener('click', () => act().catch((error) => { said.textContent = error.message; }));
    return one;
  };
  const embed = async () => {
    field.value = embedOf(slug);
    field.hidden = false;
    said.textContent = await copyText(field.value) ? _('Copied. A page that shows this one within itself must allow the camera and the clipboard: “allow” says so.') : _('Copy the text below.');
    field.select();
  };
  const also = /** @type {HTMLElement[]} */ ([button(_('Embed in a page'), embed)]);
  if (chapterAt(slug).querySelector('.tasks')) also.push(button(_('Worksheet to print'), () => { sheet.remove(); return worksheetOf(slug); }));
  if (chapterAt(slug).querySelector('.source')) also.push(button(_('Notebook (.ipynb)'), () => notebookOf(slug)));
  if (repositoryOf(slug)) {
    // Colab opens files of others only from a public place: this one, with its settings, is handed over.
    const colab = Object.assign(make('a', '', _('Open in Colab')), { href: COLAB, target: '_blank', rel: 'noopener' });
    colab.addEventListener('click', async () => {
      await notebookOf(slug);
      said.textContent = _('The notebook is saved: choose “Upload” in Colab. Its first cell fetches the course.');
    });
    also.push(colab);
  }
  sheet.append(make('div', 'also', ...also), said, field);
}

// Below the button: the link, if the clipboard is blocked, which controls it hides, and what else there is.
function offerMore(button, slug, link) {
  document.querySelector('.hide-sheet')?.remove();
  const sheet = Object.assign(document.createElement('div'), { className: 'hide-sheet' });
  sheet.setAttribute('role', 'dialog');
  sheet.setAttribute('aria-label', _('Share this chapter'));
  const blocked = make('p', '', _('The page around this one does not let it use the clipboard: copy the link by hand. Whoever embeds it writes allow="clipboard-write" into its frame.'));
  const field = Object.assign(make('textarea', 'by-hand'), { readOnly: true, rows: 3, ariaLabel: _('Link to this page') });
  const show = (by) => {
    for (const one of [blocked, field]) one.hidden = !by;
    field.value = by;
  };
  show(link);
  sheet.append(blocked, field);
  const list = document.createElement('details');
  list.open = page.hidden(slug).length > 0;
  list.append(Object.assign(document.createElement('summary'), { textContent: _('Hide controls, for an exercise') }));
  sheet.append(list);
  const shown = [...page.defaultsOf(slug).keys()].filter((name) => controlOf(slug, name));
  const called = [...shown.map((name) => [name, nameOf(slug, name)]), ['answers', _('Answers')]];
  const boxes = called.map(([name, words]) => {
    const box = Object.assign(document.createElement('input'), { type: 'checkbox', value: name, checked: page.hidden(slug).includes(name) });
    const label = document.createElement('label');
    // Two controls may be called the same in two topics: then the parameter is named, too.
    const twice = called.filter(([, other]) => other === words).length > 1;
    label.append(box, twice ? `${words} (${name})` : words);
    list.append(label);
    box.addEventListener('change', () => copyLink(button, slug, boxes.filter((one) => one.checked).map((one) => one.value)).then(show));
    return box;
  });
  alsoFor(slug, sheet);
  document.body.append(sheet);
  const { right, bottom } = button.getBoundingClientRect();
  sheet.style.right = `${document.documentElement.clientWidth - right}px`;
  sheet.style.top = `${bottom + scrollY + 6}px`;
  if (link) field.select();
  (link ? field : list.querySelector('summary')).focus({ preventScroll: true });
  const events = ['keydown', 'pointerdown', 'focusin'];
  const close = (event) => {
    if (event.type === 'keydown' ? event.key !== 'Escape' : sheet.contains(event.target) || button.contains(event.target)) return;
    if (event.type === 'keydown') button.focus();
    sheet.remove();
    for (const name of events) document.removeEventListener(name, close);
  };
  for (const name of events) document.addEventListener(name, close);
}

// A link as the SVG of a QR code.
async function codeOf(link) {
  const answer = await fetch(`${root()}gradio_api/run/qr_code`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ data: [link] }),
  });
  return (await answer.json()).data[0];
}

// The same link as a QR code, for the phones in the room.
async function showCode(slug) {
  const link = linkOf(slug, { longest: LONGEST_IN_CODE });
  const dialog = document.createElement('dialog');
  dialog.className = 'qr-code';
  dialog.setAttribute('aria-label', _('This tab as a QR code'));
  dialog.innerHTML = '<div class="qr-picture"></div><p class="qr-link"></p><p class="qr-note"></p>'
    + '<form method="dialog"><button autofocus></button></form>';
  dialog.querySelector('button').textContent = _('Close');
  const [picture, text, note] = dialog.children;
  text.textContent = link;
  const missing = page.longest(slug, LONGEST_IN_CODE);
  const notes = [];
  if (missing.length) notes.push(_('Too long for a code, and left out: {names}. “Copy link” holds more.', { names: missing.map((name) => nameOf(slug, name)).join(', ') }));
  if (/^(localhost|127\.|\[::1\])/.test(location.hostname)) {
    notes.push(_('Only this computer can open it. For phones, start the app with --host 0.0.0.0 and open your address in the network, or with --share.'));
  }
  note.textContent = notes.join(' ');
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  document.querySelector('.gradio-container').append(dialog);
  dialog.showModal();
  try {
    picture.innerHTML = await codeOf(link);
  } catch {
    note.textContent = _('The server did not answer: close, and try again.');
  }
}

/** @param {typeof page} known what the page knows of its chapters */
export function sharing(known) {
  page = known;
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('.copy-link, .show-code');
    if (!button) return;
    const slug = button.closest('.chapter').id.replace('chapter-', '');
    if (button.matches('.show-code')) showCode(slug);
    else copyLink(button, slug, page.hidden(slug)).then((link) => offerMore(button, slug, link));
  });
}
