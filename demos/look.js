// Runs once, before the page is shown.
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

// Below the button: which controls the copied link hides.
function courseOfferHiding(button, slug, names, copy) {
  document.querySelector('.hide-sheet')?.remove();
  const sheet = Object.assign(document.createElement('div'), { className: 'hide-sheet' });
  sheet.setAttribute('role', 'dialog');
  sheet.setAttribute('aria-label', 'Controls that the link hides');
  const list = document.createElement('details');
  list.open = window.courseHidden(slug).length > 0;
  list.append(Object.assign(document.createElement('summary'), { textContent: 'Hide controls, for an exercise' }));
  sheet.append(list);
  const boxes = names.map((name) => {
    const box = Object.assign(document.createElement('input'), { type: 'checkbox', value: name, checked: window.courseHidden(slug).includes(name) });
    const label = document.createElement('label');
    label.append(box, name.replaceAll('_', ' '));
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
  const copy = (hidden) => courseCopy(button, slug, parameters, hidden);
  await copy(window.courseHidden(slug));
  if (button) courseOfferHiding(button, slug, parameters.map(([name]) => name), copy);
};

async function courseCopy(button, slug, parameters, hidden) {
  const query = new URLSearchParams({ chapter: slug });
  // Nothing, an empty pad, or a photo: too long for an address.
  for (const [name, text] of parameters) if (text !== '' && text.length <= 6000) query.set(name, text);
  if (hidden.length) query.set('hide', hidden.join());
  const link = `${location.origin}${location.pathname}?${query}`;
  history.replaceState(null, '', link);
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
  button.textContent = copied ? 'Link copied ✓' : 'Link is in the address bar';
  button.setAttribute('aria-live', 'polite');
  setTimeout(() => { button.textContent = 'Copy link'; }, 2000);
}

// The chapter in the address bar, so that a reload comes back to it.
window.courseTabChosen = (slug) => {
  if (window.courseLinkPending) return;
  if (new URLSearchParams(location.search).get('chapter') !== slug) {
    history.replaceState(null, '', `${location.pathname}?chapter=${slug}`);
  }
};

window.courseRedraw = () => {
  window.courseLinkPending = false;
  document.dispatchEvent(new Event('course:redraw'));
};
