// Runs once, before the page is shown.
// There is a page for each language, see demos/languages.py.
const courseLanguage = window.gradio_config?.current_page || 'en';
const _ = (text) => COURSE_TEXTS[courseLanguage]?.[text] ?? text;

// Widgets wait with their first picture until a link has set the controls.
window.courseLinkPending = new URLSearchParams(location.search).has('chapter');

// A teacher's link may hide controls, which keep its values: `hide=activation,learning_rate`.
const courseHiding = (() => {
  const query = new URLSearchParams(location.search);
  const names = (query.get('hide') || '').split(',').filter((name) => /^\w+$/.test(name));
  return { slug: query.get('chapter'), names };
})();
window.courseHidden = (slug) => (slug === courseHiding.slug ? courseHiding.names : []);
if (/^\w+$/.test(courseHiding.slug || '') && courseHiding.names.length) {
  const style = document.createElement('style');
  style.textContent = courseHiding.names.map((name) =>
    `#chapter-${courseHiding.slug} :is(.control-${name}, [data-control="${name}"]) { display: none !important; }`).join('\n');
  document.head.append(style);
}

// Where the suite lies, without the page of a language.
const courseRoot = () => (window.gradio_config?.root || location.origin).replace(/\/?$/, '/');

// The parameters of a link: [name, text].
function courseParameters(names, values) {
  const pairs = [];
  const add = (name, value) => {
    if (value && typeof value === 'object' && !Array.isArray(value)) {
      // A control may hold several parameters, by name.
      for (const [part, item] of Object.entries(value)) add(part, item);
      return;
    }
    const text = Array.isArray(value) ? value.join(',') || 'none' : String(value ?? '');
    pairs.push([name, text]);
  };
  names.forEach((name, i) => add(name, values[i]));
  return pairs;
}

// What a control is called on the page.
function courseNameOf(slug, name) {
  const control = document.querySelector(`#chapter-${slug} :is(.control-${name}, [data-control="${name}"])`);
  const title = control?.querySelector('[data-testid=block-info], .log-name, .bank-title, .label-text, :scope > span')
    ?? (control?.matches('label, button') ? control : null);
  const words = title && [...title.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  return words?.data.trim() || control?.getAttribute('aria-label') || control?.querySelector('[aria-label]')?.getAttribute('aria-label')
    || name.replaceAll('_', ' ');
}

// Below the button: which controls the copied link hides.
function courseOfferHiding(button, slug, names, copy) {
  document.querySelector('.hide-sheet')?.remove();
  const sheet = Object.assign(document.createElement('div'), { className: 'hide-sheet' });
  sheet.setAttribute('role', 'dialog');
  sheet.setAttribute('aria-label', _('Controls that the link hides'));
  const list = document.createElement('details');
  list.open = window.courseHidden(slug).length > 0;
  list.append(Object.assign(document.createElement('summary'), { textContent: _('Hide controls, for an exercise') }));
  sheet.append(list);
  const boxes = names.map((name) => {
    const box = Object.assign(document.createElement('input'), { type: 'checkbox', value: name, checked: window.courseHidden(slug).includes(name) });
    const label = document.createElement('label');
    label.append(box, courseNameOf(slug, name));
    list.append(label);
    box.addEventListener('change', () => copy(boxes.filter((one) => one.checked).map((one) => one.value)));
    return box;
  });
  document.body.append(sheet);
  const { right, bottom } = button.getBoundingClientRect();
  sheet.style.right = `${document.documentElement.clientWidth - right}px`;
  sheet.style.top = `${bottom + scrollY + 6}px`;
  const close = (event) => {
    if (event.type === 'keydown' ? event.key !== 'Escape' : sheet.contains(event.target) || button.contains(event.target)) return;
    sheet.remove();
    for (const name of ['keydown', 'pointerdown']) document.removeEventListener(name, close);
  };
  for (const name of ['keydown', 'pointerdown']) document.addEventListener(name, close);
}

window.courseCopyLink = async ([slug, ...names], values) => {
  const button = document.querySelector(`#chapter-${slug} .copy-link`);
  const parameters = courseParameters(names, values);
  if (courseNextLanguage) return courseSpeak(courseNextLanguage, courseLink(slug, parameters, window.courseHidden(slug), 6000));
  const copy = (hidden) => courseCopy(button, slug, parameters, hidden);
  await copy(window.courseHidden(slug));
  if (button) courseOfferHiding(button, slug, parameters.map(([name]) => name), copy);
  return null;
};

// Another language: the same tab with the same controls, on the page in that language.
let courseNextLanguage = '';

function courseSpeak(language, link) {
  document.cookie = `course_language=${language}; path=/; max-age=31536000; SameSite=Lax`;
  const url = new URL(link);
  url.searchParams.set('lang', language);
  location.assign(url);
}

document.addEventListener('click', (event) => {
  const wanted = event.target.closest?.('[data-language]');
  if (!wanted || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const button = [...document.querySelectorAll('.copy-link')].find((one) => one.offsetParent);
  courseNextLanguage = wanted.dataset.language;
  // Only Gradio knows the values of the controls, and tells them to the button that copies them.
  if (button) button.click();
  else courseSpeak(courseNextLanguage, courseRoot());
});

// The link to a tab as it stands; values longer than `longest` are left out.
function courseLink(slug, parameters, hidden, longest) {
  const query = new URLSearchParams({ chapter: slug, lang: courseLanguage });
  // Nothing, an empty pad, or a photo: too long for an address.
  for (const [name, text] of parameters) if (text !== '' && text.length <= longest) query.set(name, text);
  if (hidden.length) query.set('hide', hidden.join());
  return `${courseRoot()}?${query}`;
}

async function courseCopy(button, slug, parameters, hidden) {
  const link = courseLink(slug, parameters, hidden, 6000);
  history.replaceState(null, '', location.pathname + new URL(link).search);
  let copied = true;
  try {
    await navigator.clipboard.writeText(link);
  } catch {
    // Without https (a class room's own network) there is no clipboard object.
    const area = Object.assign(document.createElement('textarea'), { value: link });
    document.body.append(area);
    area.select();
    copied = document.execCommand('copy');
    area.remove();
  }
  if (!button) return;
  button.textContent = copied ? _('Link copied ✓') : _('Link is in the address bar');
  button.setAttribute('aria-live', 'polite');
  setTimeout(() => { button.textContent = _('Copy link'); }, 2000);
}

// The same link as a QR code, for the phones in the room.
window.courseShowCode = async ([slug, ...names], values) => {
  const link = courseLink(slug, courseParameters(names, values), window.courseHidden(slug), 600);
  const dialog = document.createElement('dialog');
  dialog.className = 'qr-code';
  dialog.setAttribute('aria-label', _('This tab as a QR code'));
  dialog.innerHTML = '<div class="qr-picture"></div><p class="qr-link"></p><p class="qr-note"></p>'
    + '<form method="dialog"><button autofocus></button></form>';
  dialog.querySelector('button').textContent = _('Close');
  const [picture, text, note] = dialog.children;
  text.textContent = link;
  if (/^(localhost|127\.|\[::1\])/.test(location.hostname)) {
    note.textContent = _('Only this computer can open it. For phones, start the app with --host 0.0.0.0 and open your address in the network, or with --share.');
  }
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  document.querySelector('.gradio-container').append(dialog);
  dialog.showModal();
  try {
    const answer = await fetch(`${window.gradio_config?.root ?? location.origin}/gradio_api/run/qr_code`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ data: [link] }),
    });
    [picture.innerHTML] = (await answer.json()).data;
  } catch {
    note.textContent = _('The server did not answer: close, and try again.');
  }
};

// On a phone the tabs are a strip that scrolls sideways.
const courseTabInView = () => document.querySelector('.chapters [role=tab][aria-selected=true]')
  ?.scrollIntoView({ inline: 'center', block: 'nearest' });

// The chapter in the address bar, so that a reload comes back to it.
window.courseTabChosen = (slug) => {
  courseTabInView();
  if (window.courseLinkPending) return;
  const query = new URLSearchParams(location.search);
  if (query.get('chapter') === slug) return;
  const kept = query.has('lang') ? { lang: query.get('lang') } : {};
  history.replaceState(null, '', `${location.pathname}?${new URLSearchParams({ chapter: slug, ...kept })}`);
};

window.courseRedraw = () => {
  document.title = document.querySelector('.masthead h1')?.textContent ?? document.title;
  // Here and not from the server, whose late answer would take a visitor back from another tab.
  const slug = window.courseLinkPending && new URLSearchParams(location.search).get('chapter');
  if (slug) document.querySelector(`.chapters [role=tab][data-tab-id="${CSS.escape(slug)}"]`)?.click();
  courseTabInView();
  window.courseLinkPending = false;
  document.dispatchEvent(new Event('course:redraw'));
};
