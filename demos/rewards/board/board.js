// A grid world that a visitor builds; what the agent believes follows the chart. Raises 'expand'.
import { begin } from '../../widgets/lib/chart.js';
import { ARROWS } from '../../widgets/lib/keys.js';
import { fixed } from '../../widgets/lib/numbers.js';
import { tells } from '../../widgets/lib/pictures.js';
import { _ } from '../../widgets/lib/texts.js';

/**
 * A row of the run, see `agent` in demos/rewards/rows/agent.py.
 * @typedef {{ step: number, q: number[], path: number[], rewards: number[], loss: number | null, cell: number, move: number }} Row
 * @typedef {{ world: string, gamma: number, best: (number | null)[] }} Told
 */

export const [ROWS, COLUMNS] = [6, 9];
const WAYS = ['↑', '→', '↓', '←'];
const SIGNS = /** @type {Record<string, string>} */ ({ g: '★', c: '●', p: '✕', s: 'S' });
const FLAT = 0.8; // a cell is lower than wide, as in board.css
const WALK = 110; // [ms] a step of the agent

/**
 * Return the world after a tool was used on a cell; the same tool again clears it.
 * @param {string} world
 * @param {number} cell
 * @param {string} tool
 */
export function put(world, cell, tool) {
  if (world[cell] === 's') return world; // the start is moved, by putting it elsewhere
  const cells = [...world];
  if (tool === 's') cells[cells.indexOf('s')] = '.';
  cells[cell] = world[cell] === tool ? '.' : tool;
  return cells.join('');
}

/**
 * Return the directions that are best; none where all are alike, or nothing is known.
 * @param {(number | null)[]} four Q up, right, down, left
 */
export function bestOf(four) {
  const known = four.map((one) => one ?? -Infinity);
  const top = Math.max(...known);
  const best = [0, 1, 2, 3].filter((i) => known[i] === top);
  return best.length === 4 ? [] : best;
}

/**
 * Return the cell that an arrow key leads to.
 * @param {number} cell
 * @param {string} key
 */
export function beside(cell, key) {
  const [row, column] = [Math.floor(cell / COLUMNS), cell % COLUMNS];
  const by = ARROWS[key];
  if (!by) return null;
  const [to, at] = [row + by[1], column + by[0]];
  return to < 0 || to >= ROWS || at < 0 || at >= COLUMNS ? cell : to * COLUMNS + at;
}

/** In a cell: 0.53, 0.003. @param {number | null} value */
const written = (value) => fixed(value, value && Math.abs(value) < 0.01 ? 3 : 2);

/** Four of them in a cell: .53, −.03. @param {number} value */
const brief = (value) => (Math.abs(value) < 0.995 ? written(value).replace('0.', '.') : fixed(value, 1));

/** @param {number} value */
const short = (value) => fixed(value, Number.isInteger(value) ? 0 : 2);

/**
 * Return the summands of R = r₀ + γ·r₁ + γ²·r₂ + …: power and reward of each; null for those left out.
 * @param {number[]} rewards
 * @returns {({ power: number, reward: number } | null)[]}
 */
export function summands(rewards) {
  const all = rewards.map((reward, power) => ({ power, reward }));
  return all.length <= 6 ? all : [...all.slice(0, 3), null, ...all.slice(-2)];
}

/**
 * @param {number[]} rewards
 * @param {number} gamma
 */
export const returned = (rewards, gamma) => rewards.reduceRight((later, reward) => reward + gamma * later, 0);

/** @param {import('../../widgets/lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  /** @type {HTMLElement} */
  const root = element.querySelector('.world');
  const chapter = element.closest('.chapter');
  /** @type {HTMLButtonElement[]} */
  const cells = [...root.querySelectorAll('.wo-cell')];
  /** @type {HTMLButtonElement[]} */
  const tools = [...root.querySelectorAll('[data-tool]')];
  const line = root.querySelector('polyline');
  const dot = root.querySelector('circle');
  const reduced = matchMedia('(prefers-reduced-motion: reduce)');
  let tool = 'w';
  /** @type {Told | null} */
  let told = null;
  /** The cells as they are shown, at once after a click. */
  let world = '';
  /** @type {Row | null} */
  let row = null;
  /** @type {Record<string, any>} */
  let settings = {};
  let walking = 0;

  const parts = cells.map((cell) => ({
    cell,
    sign: cell.querySelector('.wo-sign'),
    value: cell.querySelector('.wo-value'),
    arrows: cell.querySelector('.wo-arrows'),
    four: [...cell.querySelectorAll('i')],
  }));

  /** @param {Element} node @param {string} text */
  const say = (node, text) => { if (node.textContent !== text) node.textContent = text; };

  /** What the cells hold: the Q of the agent, or the best. */
  function values() {
    if (settings.best && told) return told.best;
    return row?.q ?? null;
  }

  const names = () => /** @type {Record<string, string>} */ ({
    w: _('wall'), g: _('goal'), c: _('coin'), p: _('pit'), s: _('start'), '.': _('free'),
  });

  /** @param {boolean} [playing] nobody listens to every cell sixty times a second */
  function paint(playing = false) {
    root.hidden = !world;
    if (!world) return;
    const q = values();
    root.classList.toggle('four', settings.see === 'four');
    say(root.querySelector('.wo-key'), settings.best
      ? _('Numbers and arrows: what is best, solved exactly.')
      : _('Numbers: what it expects from there on. Arrows: the moves that it believes to be best.'));
    const called = names();
    const largest = Math.max(1e-3, ...(q ?? []).map((one) => Math.abs(one ?? 0)));
    parts.forEach(({ cell, sign, value, arrows, four }, i) => {
      const of = world[i];
      if (cell.dataset.of !== of) cell.dataset.of = of;
      say(sign, SIGNS[of] ?? '');
      const own = q?.slice(4 * i, 4 * i + 4) ?? [0, 0, 0, 0];
      const free = of === '.' || of === 's';
      const best = free ? bestOf(own) : [];
      const known = own.filter((one) => one !== null);
      const top = known.length ? Math.max(...known) : null;
      say(value, free && (top === null || own.some((one) => one !== 0)) ? written(top) : '');
      say(arrows, best.map((one) => WAYS[one]).join(''));
      four.forEach((one, move) => {
        const shows = free && own[move] !== 0;
        say(one, shows ? (own[move] === null ? '–' : brief(own[move])) : '');
        one.classList.toggle('top', shows && best.includes(move));
      });
      const share = free && top ? Math.round((55 * Math.abs(top)) / largest) : 0;
      const tint = share ? `color-mix(in srgb, var(--chart-${top > 0 ? 'blue' : 'vermillion'}) ${share}%, var(--course-card))` : '';
      if (cell.dataset.tint !== tint) { cell.dataset.tint = tint; cell.style.background = tint; }
      if (playing) return;
      const where = _('row {row}, column {column}', { row: Math.floor(i / COLUMNS) + 1, column: (i % COLUMNS) + 1 });
      const number = value.textContent ? `, ${value.textContent} ${arrows.textContent}` : '';
      cell.setAttribute('aria-label', `${where}: ${called[of]}${number}`);
    });
    paintReturn();
  }

  /** @param {number} cell @returns {[number, number]} */
  const middle = (cell) => [(cell % COLUMNS) + 0.5, FLAT * (Math.floor(cell / COLUMNS) + 0.5)];

  /** @param {number} at how many steps the agent has gone; a fraction between two cells */
  function place(at) {
    const path = row.path;
    const i = Math.min(Math.floor(at), path.length - 1);
    const [from, to] = [middle(path[i]), middle(path[Math.min(i + 1, path.length - 1)])];
    const part = at - i;
    const here = from.map((one, axis) => one + (part > 0 && part < 1 ? part : 0) * (to[axis] - one));
    dot.setAttribute('cx', String(here[0]));
    dot.setAttribute('cy', String(here[1]));
    line.setAttribute('points', [...path.slice(0, i + 1).map((cell) => middle(cell).join(',')), here.join(',')].join(' '));
  }

  /** Let the agent go its way, or show where it went. @param {boolean} slowly */
  function walk(slowly) {
    cancelAnimationFrame(walking);
    if (!row) return;
    const steps = row.path.length - 1;
    if (!slowly || reduced.matches || !steps) { place(steps); return; }
    const began = performance.now();
    const pace = Math.min(WALK, 2500 / steps);
    const go = () => {
      const at = Math.min(steps, (performance.now() - began) / pace);
      place(at);
      if (at < steps && element.isConnected) walking = requestAnimationFrame(go);
    };
    go();
  }

  function paintReturn() {
    const [head, sum] = [root.querySelector('.wo-head'), root.querySelector('.wo-return')];
    const gamma = told?.gamma ?? 1;
    if (!row?.rewards.length) {
      say(head, _('The agent stands at the start, and knows nothing.'));
      sum.replaceChildren();
      return;
    }
    say(head, _('What this episode brought, γ = {gamma}:', { gamma }));
    /** @type {(string | Node)[]} */
    const said = ['R = '];
    summands(row.rewards).forEach((one, i) => {
      if (i) said.push(' + ');
      if (!one) { said.push('…'); return; }
      const reward = one.reward < 0 && one.power ? `(${short(one.reward)})` : short(one.reward);
      if (one.power) {
        said.push(String(gamma));
        if (one.power > 1) said.push(Object.assign(document.createElement('sup'), { textContent: String(one.power) }));
        said.push(' · ');
      }
      said.push(reward);
    });
    said.push(' = ', Object.assign(document.createElement('b'), { textContent: fixed(returned(row.rewards, gamma), 4) }));
    sum.replaceChildren(...said);
  }

  tells(root.querySelector('.wo-grid'), () => [...world].map((of, i) => {
    const [up, right, down, left] = values()?.slice(4 * i, 4 * i + 4) ?? [];
    return { row: Math.floor(i / COLUMNS) + 1, column: (i % COLUMNS) + 1, cell: names()[of], up, right, down, left };
  }));

  // ---------------------------------------------------------------- building

  let painted = false; // while the mouse is down: something was put
  /** @param {number} cell @param {boolean} [over] drawn over: what is there already stays */
  function use(cell, over = false) {
    if (over && world[cell] === tool) return;
    const next = put(world, cell, tool);
    if (next === world) return;
    world = next;
    painted = true;
    paint();
  }

  function send() {
    if (!painted) return;
    painted = false;
    chapter.dispatchEvent(new CustomEvent('course:set', { detail: { maze: 'own', world } }));
  }

  /** @param {number} cell */
  function focus(cell) {
    for (const one of cells) one.tabIndex = one === cells[cell] ? 0 : -1;
    cells[cell].focus({ preventScroll: true });
  }

  root.querySelector('.wo-grid').addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const at = cells.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const to = at < 0 ? null : beside(at, event.key);
    if (to === null) return;
    event.preventDefault();
    focus(to);
  });
  cells.forEach((cell, i) => {
    // A click of a mouse, a tap, Enter and Space are all clicks; only a mouse draws.
    cell.addEventListener('click', () => { if (!cell.dataset.drawn) use(i); delete cell.dataset.drawn; send(); });
    cell.addEventListener('pointerenter', (event) => {
      if (event.pointerType === 'mouse' && event.buttons === 1 && tool !== 's') use(i, true);
    });
    cell.addEventListener('pointerleave', (event) => {
      if (event.pointerType !== 'mouse' || event.buttons !== 1 || tool === 's' || painted) return;
      use(i, true);
      cell.dataset.drawn = 'yes';
    });
    cell.addEventListener('pointerdown', () => { delete cell.dataset.drawn; });
  });
  document.addEventListener('pointerup', () => { if (element.isConnected) setTimeout(send); });

  /** @param {HTMLButtonElement} chosen */
  function choose(chosen) {
    tool = chosen.dataset.tool;
    for (const one of tools) {
      one.setAttribute('aria-checked', String(one === chosen));
      one.tabIndex = one === chosen ? 0 : -1;
    }
  }
  tools.forEach((one, i) => {
    one.addEventListener('click', () => choose(one));
    one.addEventListener('keydown', (event) => {
      const by = /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 })[event.key];
      if (!by) return;
      event.preventDefault();
      const next = tools[(i + by + tools.length) % tools.length];
      choose(next);
      next.focus();
    });
  });

  // ---------------------------------------------------------------- what comes

  chapter.addEventListener('course:step', (/** @type {CustomEvent} */ { detail }) => {
    if (!element.isConnected) return;
    const now = detail.rows.find((/** @type {any} */ one) => one.q) ?? null;
    const stepped = now && row && !detail.playing && now.step !== row.step;
    row = now;
    if (!row) return;
    paint(detail.playing);
    walk(Boolean(stepped));
    root.dataset.step = String(row.step); // for tests
  });
  function receive() {
    if (!props.value) return;
    told = JSON.parse(props.value);
    world ||= told.world;
    paint();
  }
  /** @type {EventTarget} */ (root).addEventListener('settings', (/** @type {any} */ { detail }) => {
    settings = detail;
    if (!painted) world = settings.world; // an answer may be older than what was built since
    paint();
  });
  watch('value', receive);
  receive();
  begin(element, () => trigger('expand'));
}
