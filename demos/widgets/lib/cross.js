// A chart by keyboard: arrow keys lead a cross through its plot, Enter is a click there; of points
// that can be dragged, Space takes the nearest along until it is pressed again.
import { ARROWS } from './keys.js';
import { clamp } from './numbers.js';
import { make } from './make.js';
import { _ } from './texts.js';

const [STEP, FINE] = [0.025, 0.005]; // shares of the plot; with Shift

/** @typedef {{ clientX: number, clientY: number, pointerType: string, type: string }} Place as a pointer's event says it */

/**
 * @param {HTMLElement} host of the chart
 * @param {object} how
 * @param {() => { left: number, top: number, width: number, height: number }} how.plot [px] in the window
 * @param {boolean} how.picks whether a click does something
 * @param {(at: Place) => void} how.say where the cross is
 * @param {{ take: (at: Place) => { x: number, y: number } | null, carry: (at: Place) => void, drop: (at: Place) => void }} [how.drag]
 *   `take` returns where the point lies that it has taken, in shares of the plot
 */
export function crossed(host, { plot, picks, say, drag }) {
  const cross = make('i', 'live-cross');
  cross.hidden = true;
  host.append(cross);
  host.tabIndex = 0;
  host.setAttribute('role', 'application');
  const told = [picks ? _('Arrow keys lead a cross, Enter is a click there.') : _('Arrow keys lead a cross.'), drag ? _('Space takes the nearest point along, and puts it down.') : ''];
  host.setAttribute('aria-label', [host.getAttribute('aria-label'), ...told].filter(Boolean).join(' '));
  let at = { x: 0.5, y: 0.5 }; // shares of the plot, from its upper left
  let held = false;

  /** @returns {Place} */
  function place() {
    const { left, top, width, height } = plot();
    return { clientX: left + at.x * width, clientY: top + at.y * height, pointerType: 'mouse', type: 'key' };
  }

  function show() {
    const box = host.getBoundingClientRect();
    const { clientX, clientY } = place();
    cross.hidden = false;
    cross.classList.toggle('held', held);
    Object.assign(cross.style, { left: `${clientX - box.left}px`, top: `${clientY - box.top}px` });
    say(place());
  }

  function drop() {
    if (!held) return;
    held = false;
    drag.drop(place());
  }

  host.addEventListener('keydown', (event) => {
    if (event.target !== host || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = ARROWS[event.key];
    if (step) {
      const far = event.shiftKey ? FINE : STEP;
      at = { x: clamp(at.x + far * step[0], 0, 1), y: clamp(at.y + far * step[1], 0, 1) };
      if (held) drag.carry(place());
    } else if (event.key === 'Enter' && picks) host.dispatchEvent(new MouseEvent('click', { bubbles: true, ...place() }));
    else if (event.key === ' ' && drag) {
      if (held) drop();
      else {
        const taken = drag.take(place());
        held = Boolean(taken);
        at = taken ?? at;
      }
    } else return;
    event.preventDefault();
    event.stopPropagation(); // else the run would be stepped, too
    show();
  });
  host.addEventListener('blur', () => {
    drop();
    cross.hidden = true;
  });
}
