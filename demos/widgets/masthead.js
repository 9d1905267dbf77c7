// One Masthead. Raises 'select' when a chapter must be fetched.
import { _, language } from './lib/texts.js';
import { Timer } from './lib/timer.js';

const LONGEST = 600; // minutes

// How long a class still works at something.
function timerIn(box) {
  const [field, shown, button, end] = ['input', 'output', 'button', '.timer-end'].map((one) => box.querySelector(one));
  function paint(state) {
    box.dataset.state = state;
    button.textContent = state === 'set' ? _('Start') : state === 'runs' ? _('Stop') : _('OK');
    end.textContent = state === 'ended' ? _('Time is up') : '';
  }
  const timer = new Timer({ show: (text) => { shown.textContent = text; }, ended: () => paint('ended') });
  const start = () => {
    const minutes = Math.round(Number(field.value)) || 5;
    field.value = Math.min(LONGEST, Math.max(1, minutes));
    timer.start(Number(field.value));
    paint('runs');
  };
  button.addEventListener('click', () => {
    if (box.dataset.state === 'set') start();
    else { timer.stop(); paint('set'); }
  });
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault(); // else it would press the button that has the focus then
    start();
    button.focus();
  });
  paint('set');
}

// Where the two arrows beside the chapter's name lead.
function paintWays(element, menu) {
  for (const way of element.querySelectorAll('.way')) {
    const option = menu.options[menu.selectedIndex + Number(way.dataset.way)];
    way.style.visibility = option ? '' : 'hidden';
    if (!option) continue;
    way.href = `?chapter=${option.value}&present=1`;
    way.dataset.go = option.value;
    way.title = option.textContent;
  }
}

/** @param {import('./lib/widget').Widget} widget */
export default function mount({ element, trigger }) {
  const menu = element.querySelector('.chapter-menu select');
  document.title = element.querySelector('h1').textContent;
  element.querySelector(`[data-language="${language}"]`)?.setAttribute('aria-current', 'true');

  element.querySelector('.skip').addEventListener('click', (event) => {
    event.preventDefault();
    const chapter = [...document.querySelectorAll('.chapter')].find((one) => one.checkVisibility());
    chapter?.querySelector('input, button, select, textarea, [tabindex="0"]')?.focus();
  });
  menu.addEventListener('change', () => {
    document.querySelector(`.chapters > .tab-wrapper [role=tab][data-tab-id="${CSS.escape(menu.value)}"]`)?.click();
  });
  document.addEventListener('course:chapter', (event) => { menu.value = event.detail; paintWays(element, menu); });
  document.addEventListener('course:open', (event) => { event.preventDefault(); trigger('select', { query: event.detail }); });
  const shown = new URLSearchParams(location.search).get('chapter');
  if ([...menu.options].some((option) => option.value === shown)) menu.value = shown;
  paintWays(element, menu);
  timerIn(element.querySelector('.timer'));
  document.dispatchEvent(new Event('course:mounted'));
}
