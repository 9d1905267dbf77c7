// One Masthead. Raises 'select' when a chapter must be fetched.
import { language } from './lib/texts.js';

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
  document.addEventListener('course:chapter', (event) => { menu.value = event.detail; });
  document.addEventListener('course:open', (event) => trigger('select', { query: event.detail }));
  const shown = new URLSearchParams(location.search).get('chapter');
  if ([...menu.options].some((option) => option.value === shown)) menu.value = shown;
  document.dispatchEvent(new Event('course:mounted'));
}
