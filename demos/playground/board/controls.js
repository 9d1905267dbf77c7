// The controls beside and above the picture, the examples, and what is exported.
import { bytesOf } from '../../widgets/lib/base64.js';
import { save } from '../../widgets/lib/files.js';
import { clamp, readNumber } from '../../widgets/lib/numbers.js';
import { nextStop } from '../../widgets/lib/stops.js';
import { _ } from '../../widgets/lib/texts.js';
import { drawMark } from './canvases.js';
import { label } from './labels.js';

/** @typedef {import('./state').State} State */

/** Where steppers stop; those without are moved by one. @type {Record<string, number[]>} */
export const STOPS = {
  learning_rate: [1e-5, 1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
  batch_size: [1, 2, 5, 10, 20, 50, 100, 250, 500, 1000],
  epochs: [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000],
  dropout: [0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7],
  l1: [0, 1e-5, 1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1],
  l2: [0, 1e-5, 1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3],
};
const WHOLE = ['batch_size', 'epochs', 'seed', 'data_seed', 'count'];

/** @param {State} state */
export function listenToControls(state) {
  const { props } = state;

  /** @param {string} name @param {number} direction */
  function stepped(name, direction) {
    const now = state.valueOf(name);
    const [low, high] = props.limits[name];
    return clamp(STOPS[name] ? nextStop(STOPS[name], now, direction) ?? now : now + direction, low, high);
  }

  /** @param {string} name @param {string} text */
  function read(name, text) {
    const value = readNumber(text);
    const [low, high] = props.limits[name];
    return value >= low && value <= high && (!WHOLE.includes(name) || Number.isInteger(value)) ? value : null;
  }

  function paint() {
    for (const field of state.parts('[data-set]')) {
      const value = state.valueOf(field.dataset.set);
      if (field.type === 'checkbox') field.checked = value;
      else if (document.activeElement !== field || field.tagName === 'SELECT') {
        field.value = field.tagName === 'SELECT' || field.type === 'range' ? value : String(value);
        field.removeAttribute('aria-invalid');
      }
      const output = field.closest('.pg-range')?.querySelector('output');
      if (!output) continue;
      output.textContent = field.dataset.set === 'train_share' ? `${Math.round(value * 100)} %` : value;
      field.setAttribute('aria-valuetext', output.textContent);
    }
    state.part('.pg-data').classList.toggle('own', state.settings.data === 'own');
    for (const tile of state.parts('.pg-tiles button')) tile.setAttribute('aria-checked', tile.dataset.value === state.settings.data);
    const layers = state.settings.hidden.length;
    state.part('.pg-layers span').textContent = layers === 1 ? _('1 hidden layer') : _('{count} hidden layers', { count: layers });
    state.part('[data-layer="-1"]').disabled = layers === 0;
    state.part('[data-layer="1"]').disabled = layers === props.largest.layers;
  }

  function drawTiles() {
    // Little pictures of the data sets, drawn as they are made.
    state.part('.pg-tiles').replaceChildren(...props.choices.data.map((kind) => {
      const tile = document.createElement('button');
      tile.type = 'button';
      tile.setAttribute('role', 'radio');
      tile.dataset.value = kind;
      tile.dataset.option = kind;
      const canvas = Object.assign(document.createElement('canvas'), { width: 88, height: 88 });
      paintKind(state.canvases, canvas, kind);
      tile.append(canvas, Object.assign(document.createElement('span'), { textContent: label(kind) }));
      tile.addEventListener('click', () => state.change({ data: kind }, { later: 100 }));
      return tile;
    }));
  }

  function listenToSteppers() {
    for (const field of state.parts('.pg-stepper input')) {
      const name = field.dataset.set;
      field.addEventListener('input', () => {
        const value = read(name, field.value);
        field.setAttribute('aria-invalid', String(value === null));
        field.title = value === null ? `${props.limits[name].join(' … ')}` : '';
        if (value !== null) state.change({ [name]: value }, { later: 600 });
      });
      field.addEventListener('blur', paint);
      field.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
        const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
        if (event.key === 'Enter') state.tell('train', { more: false, start: 0 });
        if (!direction) return;
        event.preventDefault();
        state.change({ [name]: stepped(name, direction) });
        field.value = state.valueOf(name);
      });
      for (const step of field.parentElement.querySelectorAll('[data-step]')) {
        step.addEventListener('click', () => state.change({ [name]: stepped(name, Number(step.dataset.step)) }));
      }
    }
  }

  function listen() {
    for (const select of state.parts('select[data-set]')) {
      for (const choice of props.choices[select.dataset.set]) select.add(new Option(label(choice), choice));
      select.addEventListener('change', () => state.change({ [select.dataset.set]: select.value }));
    }
    for (const box of state.parts('input[type=checkbox][data-set]')) {
      box.addEventListener('change', () => state.change({ [box.dataset.set]: box.checked }));
    }
    for (const range of state.parts('.pg-range input')) {
      range.addEventListener('input', () => state.change({ [range.dataset.set]: Number(range.value) }));
    }
    listenToSteppers();
    for (const step of state.parts('[data-layer]')) {
      step.addEventListener('click', () => {
        const hidden = [...state.settings.hidden];
        if (Number(step.dataset.layer) > 0) hidden.push(Math.min(4, hidden.at(-1) ?? 4));
        else hidden.pop();
        state.change({ hidden });
      });
    }
    // Arrow keys walk through choices, as through any radio buttons.
    for (const group of state.parts('[role=radiogroup]')) {
      group.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
        const direction = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
        if (!direction || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        event.stopPropagation();
        const choices = [...group.querySelectorAll('[role=radio]')];
        const next = choices.at((choices.indexOf(document.activeElement) + direction) % choices.length);
        next.focus();
        next.click();
      });
    }
    // One menu at a time; a click elsewhere or Escape closes it.
    document.addEventListener('click', (event) => {
      for (const menu of state.parts('.pg-menu[open]')) if (!menu.contains(event.target)) menu.open = false;
    });
    state.root.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      for (const menu of state.parts('.pg-menu[open]')) { menu.open = false; menu.querySelector('summary').focus(); }
      state.tell('close');
    });
    state.button('script').addEventListener('click', () => exportAs('script'));
    state.button('safetensors').addEventListener('click', () => exportAs('safetensors'));
    state.button('understood').addEventListener('click', () => { state.part('.pg-sentence').hidden = true; });
  }

  // ---------------------------------------------------------------- examples
  function listExamples() {
    state.part('.pg-examples ul').replaceChildren(...props.presets.map((preset) => {
      const item = document.createElement('li');
      const link = Object.assign(document.createElement('a'), { href: linkOf(preset), textContent: preset.title });
      link.addEventListener('click', (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a tab of its own
        event.preventDefault();
        state.part('.pg-examples').open = false;
        state.tell('close');
        // What a link hides stays as the link says.
        const chosen = Object.entries({ ...props.defaults, ...preset.settings }).filter(([name]) => !state.isHidden(name));
        state.change(Object.fromEntries(chosen), { later: -1 });
        state.part('.pg-sentence span').textContent = preset.sentence;
        state.part('.pg-answer').textContent = preset.answer;
        state.part('.pg-sentence details').open = false;
        state.part('.pg-sentence').hidden = false;
        state.tell('train', { more: false, start: 0 });
      });
      item.append(link);
      return item;
    }));
  }

  // ---------------------------------------------------------------- export
  /** @param {Partial<import('./types').Settings>} [network] @param {unknown} [weights] */
  const exported = (network = {}, weights = null) => state.server.atOnce('playground_export', [{ ...state.settings, ...network }, weights]);

  /** @param {'script' | 'safetensors'} kind */
  async function exportAs(kind) {
    state.part('.pg-export').open = false;
    try {
      const last = kind === 'safetensors' ? state.segments.at(-1) : null;
      // The settings may have changed since these weights were trained.
      const { hidden, features, batch_norm } = last?.network ?? state.settings;
      const files = await exported({ hidden, features, batch_norm }, last?.final);
      if (kind === 'script') save('playground.py', files.script, 'text/x-python');
      else if (files.safetensors) save('playground.safetensors', bytesOf(files.safetensors), 'application/octet-stream');
      else state.warn(_('Train the network first.'));
    } catch (error) { state.warn(error.message); }
  }

  // The notebook of the chapter holds the script, too.
  state.element.closest('.chapter')?.addEventListener('course:script', (/** @type {CustomEvent} */ event) => {
    if (state.element.isConnected) event.detail.script = exported().then(({ script }) => script);
  });

  drawTiles();
  listen();
  listExamples();
  paint();
  state.on('change', paint);
  state.on('colours', () => { drawTiles(); paint(); });
}

/**
 * Return the link that opens an example.
 * @param {import('./types').Preset} preset
 */
export function linkOf(preset) {
  const query = new URLSearchParams({ chapter: 'playground' });
  for (const [name, value] of Object.entries(preset.settings)) query.set(name, Array.isArray(value) ? value.join(',') || 'none' : String(value));
  return `?${query}`;
}

/**
 * Draw a data set as it is made, small.
 * @param {import('./canvases').Canvases} canvases
 * @param {HTMLCanvasElement} canvas
 * @param {string} kind
 */
function paintKind(canvases, canvas, kind) {
  const context = canvas.getContext('2d');
  const colours = [canvases.colour('--chart-orange'), canvases.colour('--chart-blue')];
  /** @type {(x: number, y: number, one: number) => void} */
  const dot = (x, y, one) => drawMark(context, 44 + x * 7, 44 - y * 7, one, 3, colours[one], colours[one], 0);
  for (let i = 0; i < 24; i += 1) {
    const turn = i / 24;
    const [sin, cos] = [Math.sin(2 * Math.PI * turn), Math.cos(2 * Math.PI * turn)];
    const wave = ((i * 7) % 24) / 24;
    if (kind === 'circle') { dot(5 * sin, 5 * cos, 0); if (i % 3 === 0) dot(2 * sin, 2 * cos, 1); }
    if (kind === 'xor') { const [a, b] = [1 + 4 * turn, 1 + 4 * wave]; dot(a, b, 1); dot(-a, -b, 1); dot(-a, b, 0); dot(a, -b, 0); }
    if (kind === 'gaussians') { dot(2.2 + 2 * sin * wave, 2.2 + 2 * cos * wave, 1); dot(-2.2 + 2 * cos * wave, -2.2 + 2 * sin * wave, 0); }
    if (kind === 'spiral') { const r = 5.4 * turn; const a = 3.5 * Math.PI * turn; dot(r * Math.sin(a), r * Math.cos(a), 0); dot(-r * Math.sin(a), -r * Math.cos(a), 1); }
    if (kind === 'moons') { const a = Math.PI * turn; dot(3.2 * (Math.cos(a) - 0.5), 3.2 * (Math.sin(a) - 0.25), 0); dot(3.2 * (0.5 - Math.cos(a)), 3.2 * (0.25 - Math.sin(a)), 1); }
    if (kind === 'exam') { const [a, b] = [10 * turn - 5, 10 * wave - 5]; dot(a, b, 0.6 * a + 0.4 * b > 1 ? 1 : 0); }
  }
  if (kind !== 'own') return;
  context.strokeStyle = canvases.colour('--course-quiet');
  context.lineWidth = 4;
  context.beginPath();
  context.moveTo(44, 24); context.lineTo(44, 64); context.moveTo(24, 44); context.lineTo(64, 44);
  context.stroke();
}
