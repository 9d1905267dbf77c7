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
window.courseHide = (slug, names) => {
  Object.assign(courseHiding, { slug, names });
  let style = document.getElementById('course-hidden');
  if (!style) document.head.append(style = Object.assign(document.createElement('style'), { id: 'course-hidden' }));
  style.textContent = names.map((name) =>
    `#chapter-${slug} :is(.control-${name}, [data-control="${name}"]) { display: none !important; }`).join('\n');
};
if (/^\w+$/.test(courseHiding.slug || '')) window.courseHide(courseHiding.slug, courseHiding.names);

window.courseCopyLink = async ([slug, ...names], values) => {
  const query = new URLSearchParams({ chapter: slug });
  const set = (name, value) => {
    // A control may hold several parameters, by name.
    if (value && typeof value === 'object' && !Array.isArray(value)) return Object.entries(value).forEach((pair) => set(...pair));
    const text = Array.isArray(value) ? value.join(',') || 'none' : String(value ?? '');
    // Nothing, an empty pad, or a photo: too long for an address.
    if (text !== '' && text.length <= 6000) query.set(name, text);
    return undefined;
  };
  names.forEach((name, i) => set(name, values[i]));
  const hidden = window.courseHidden(slug);
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
  const button = document.querySelector(`#chapter-${slug} .copy-link`);
  if (!button) return;
  button.textContent = copied ? 'Link copied ✓' : 'Link is in the address bar';
  button.setAttribute('aria-live', 'polite');
  setTimeout(() => { button.textContent = 'Copy link'; }, 2000);
};

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
