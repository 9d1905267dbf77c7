// Runs once, before the page is shown.
// Widgets wait with their first picture until a link has set the controls.
window.courseLinkPending = new URLSearchParams(location.search).has('chapter');

window.courseCopyLink = async ([slug, ...names], values) => {
  const query = new URLSearchParams({ chapter: slug });
  names.forEach((name, i) => {
    const value = values[i];
    // Nothing, an empty pad, or a photo: too long for an address.
    if (value === null || value === undefined || value === '' || String(value).length > 6000) return;
    query.set(name, value);
  });
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
