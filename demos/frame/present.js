// A chapter before a class: `present=1` in the address. What is shown then says page.css; here are the
// keys that step the run, and that lead out of it.
import { pressed } from '../widgets/lib/keys.js';
import { styled } from '../widgets/lib/style.js';

const query = () => new URLSearchParams(location.search);

/** Whether an address, or this one, is that of a presentation. */
export const presents = (search = query()) => search.has('present') && search.get('present') !== '0';

const visible = (one) => one.checkVisibility({ visibilityProperty: true });

async function paint() {
  const on = presents();
  if (on === 'present' in document.documentElement.dataset) return;
  document.documentElement.toggleAttribute('data-present', on);
  await styled(new URL('present.css', import.meta.url).href); // nobody loads it who does not present
  document.dispatchEvent(new Event('course:present')); // charts are drawn anew, with larger type
}

/** @param {boolean} on @param {(on: boolean) => string} addressOf */
async function present(on, addressOf) {
  history.replaceState(null, '', addressOf(on));
  await paint();
  scrollTo(0, 0);
  // The switch that was pressed is gone: the other one is where it was.
  if (!document.activeElement?.checkVisibility() || document.activeElement === document.body) [...document.querySelectorAll('[data-presenting]')].find(visible)?.focus({ preventScroll: true });
}

// Open in front of the page: keys are theirs.
const INFRONT = 'dialog[open], :popover-open, .hide-sheet';

/** @param {(on: boolean) => string} addressOf the address of what is shown, with or without */
export function presenting(addressOf) {
  paint();
  addEventListener('popstate', paint);
  document.addEventListener('click', (event) => {
    const control = event.target.closest?.('[data-presenting]');
    if (!control || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    present(control.dataset.presenting === 'on', addressOf);
  });

  let taken = false; // space went down here: it comes up here, too
  document.addEventListener('keydown', (event) => {
    if (!presents() || event.defaultPrevented || document.querySelector(INFRONT)) return;
    if (event.key === 'Escape') { present(false, addressOf); return; }
    const { tagName: tag, type, checked, isContentEditable: editable } = /** @type {HTMLInputElement} */ (event.target);
    const name = pressed(event, { tag, type, checked, editable, role: /** @type {Element} */ (event.target).getAttribute?.('role') });
    const button = name && [...document.querySelectorAll(`.chapter [data-do=${name}]`)].find(visible);
    if (!button) return;
    event.preventDefault();
    taken = event.key === ' ';
    if (!(taken && event.repeat)) button.click();
  });
  document.addEventListener('keyup', (event) => {
    if (taken && event.key === ' ') event.preventDefault();
    taken = false;
  });
}
