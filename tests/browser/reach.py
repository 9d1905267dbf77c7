"""What a topic lacks: pictures that nobody can save, and what works by pointer only."""

from __future__ import annotations

# To run before the scripts of the page: elements say to what of a pointer they listen.
LISTEN_FOR_POINTERS = """
  {
    const pointed = new Set(['click', 'dblclick', 'mousedown', 'mousemove', 'mouseover',
      'pointerdown', 'pointermove', 'pointerover', 'touchstart']);
    const listen = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (type, ...rest) {
      if (pointed.has(type) && this instanceof Element) (this.heard ??= new Set()).add(type);
      return listen.call(this, type, ...rest);
    };
  }
"""
# Looks at every menu that saves, and returns the pictures below an element that none of them has.
# Where one draws or chooses, and what Gradio shows, are no pictures.
UNSAVED = """(root) => {
  const saved = [];
  for (const button of root.querySelectorAll('.live-save, .pg-save')) {
    if (!button.checkVisibility() && !button.closest('details')) continue;
    const menu = button.nextElementSibling;
    menu.showPopover();
    for (const line of menu.querySelectorAll('.live-save-line')) {
      line.dispatchEvent(new PointerEvent('pointerenter')); // the page shows which it is
      saved.push(...root.querySelectorAll('.saving'));
      line.dispatchEvent(new PointerEvent('pointerleave'));
    }
    menu.hidePopover();
  }
  const others = `button, label, summary, .panel, .tasks, .source, .sketch-pad, .photo-exam, .katex,
    .blackboard, .table-wrap, .head-row, .live-legend, .live-table, [data-not-saved]`;
  return [...root.querySelectorAll('canvas, svg, table, img, [role=img]')].filter((one) => {
    const { width, height } = one.getBoundingClientRect();
    return one.checkVisibility() && Math.min(width, height) >= 24
      && !one.parentElement.closest('svg') && !one.closest(others)
      && !saved.some((host) => host.contains(one) || one.contains(host));
  }).map((one) => `not saved: ${one.tagName} .${one.classList} in .${one.parentElement.classList}`);
}"""
# Of all that listens to a pointer, has the role of a control, or a pointer's shape that says so,
# returns what neither Tab leads to, nor an arrow key from what Tab reaches. A picture that works by
# pointer may name its twin: `data-twin` is a selector of what does the same by keyboard.
UNREACHED = """(root) => {
  const LABELS = 'a[href], button, label, summary, input, select, textarea';
  const ROLES = ['button', 'slider', 'checkbox', 'switch', 'application', 'radio', 'tab'];
  const QUIET = ['auto', 'default', 'text', 'not-allowed', 'progress', 'wait', 'help', 'none'];
  const shown = (one) => one.checkVisibility({ visibilityProperty: true })
    && one.getBoundingClientRect().width > 2;
  const works = (one) => shown(one) && one.tabIndex >= 0 && !one.disabled;
  const roving = (one) => one.tabIndex < 0 && one.matches('button, [role=radio], [role=tab]')
    && one.closest('[role=radiogroup], [role=tablist], [role=group]')
      ?.querySelector('[tabindex="0"]');
  const alive = (one) => one && (works(one) || one.disabled || roving(one)
    || (one.control ?? one.querySelector?.('input'))?.tabIndex >= 0);
  const reached = (one) => {
    const twin = one.closest('[data-twin]');
    return alive(one) || alive(one.closest(LABELS)) || one.closest('[tabindex="0"]')
      || (twin && [...twin.closest('.chapter').querySelectorAll(twin.dataset.twin)].some(works));
  };
  const pointed = (one) => !QUIET.includes(getComputedStyle(one).cursor);
  return [...root.querySelectorAll('*')].filter((one) => {
    if (!shown(one) || one.matches('.prose')) return false;
    if (one.closest('.katex, .cm-editor, .vega-embed > *')) return false;
    const own = pointed(one) && !pointed(one.parentElement);
    const role = ROLES.includes(one.getAttribute('role'));
    // What listens for its children is worked by them.
    const inside = !own && !role && [...one.querySelectorAll(`[tabindex], ${LABELS}`)].some(works);
    return (own || role || one.heard) && !inside && !reached(one);
  }).map((one) => `not for the keyboard: ${one.tagName} .${one.classList} ${[...one.heard ?? []]}`);
}"""
# Of what Tab reaches below an element, returns what looks the same with the focus and without, also
# around it. A key must have been pressed before: then Chromium shows the focus of scripts.
UNSEEN = """(root) => {
  const around = (one) => [one, one.parentElement, one.closest('label'), one.nextElementSibling,
    one.closest('.option, .knob, fieldset, .block')].filter(Boolean);
  const look = (one) => around(one).map((each) => {
    const style = getComputedStyle(each);
    const outline = style.outlineStyle === 'none' ? '' : style.outlineWidth + style.outlineColor;
    return [outline, style.boxShadow, style.borderColor, style.backgroundColor].join();
  }).join();
  const before = document.activeElement;
  const reached = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const found = [...root.querySelectorAll(reached)]
    .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility())
    .filter((one) => {
      one.blur();
      const plain = look(one);
      one.focus({ preventScroll: true });
      return document.activeElement === one && look(one) === plain;
    });
  before?.focus({ preventScroll: true });
  return [...new Set(found.map((one) => `no focus is seen: ${one.tagName} .${one.classList}`))];
}"""
