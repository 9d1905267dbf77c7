// Body of a function (element, trigger, props, watch), in several files: the playground's page.
// This one: the controls, and asking the server.
const board = element.querySelector('.playground');
const part = (selector) => board.querySelector(selector);
const parts = (selector) => [...board.querySelectorAll(selector)];
const button = (name) => part(`[data-do=${name}]`);
// Colours of the style sheet, looked up once for light and once for dark.
const colours = new Map();
const colour = (name) => {
  if (!colours.has(name)) colours.set(name, getComputedStyle(board).getPropertyValue(name).trim());
  return colours.get(name);
};
const EXTENT = 6; // the plane reaches from −6 to 6
const MINUS = '\u2212';

let settings = { ...props.defaults, ...props.value };

const LABELS = {
  circle: _('circle'), xor: 'XOR', gaussians: _('Gaussians'), spiral: _('spiral'), moons: _('moons'), exam: _('exams'), own: _('my own'),
  activation: _('activation'), relu: 'ReLU', sigmoid: _('sigmoid'), leaky_relu: _('leaky ReLU'), elu: 'ELU', linear: _('linear'),
  loss: _('loss'), bce: _('cross-entropy'), mse: _('squared error'),
  optimizer: _('optimizer'), sgd: 'SGD', momentum: _('SGD + momentum'), nesterov: 'Nesterov', adagrad: 'Adagrad', rmsprop: 'RMSprop', adam: 'Adam',
  adamw: 'AdamW', initialisation: _('initialisation'), pytorch: _('PyTorch’s'), xavier: 'Xavier', he: 'He', uniform: _('uniform'), zeros: _('all zero'),
  learning_rate: _('learning rate'), batch_size: _('batch size'), dropout: _('dropout'), l1: 'L1', l2: 'L2', batch_norm: _('batch norm'),
  true: _('on'), false: _('off'),
};
const label = (name) => LABELS[name] ?? String(name);
const format = (value, digits = 3) => (value === null || value === undefined ? '–' : value.toFixed(digits).replace('-', MINUS));

// ---------------------------------------------------------------- the server
const root = () => (window.gradio_config?.root || location.origin).replace(/\/$/, '') + (window.gradio_config?.api_prefix ?? '/gradio_api');
const session = `playground${Math.random().toString(36).slice(2)}`;
const LOST = _('The server cannot be reached: check the connection, or reload the page.');

async function post(path, body, attempts = 3) {
  let response;
  try {
    response = await fetch(`${root()}/${path}`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...body, session_hash: session }),
    });
  } catch { throw new Error(LOST); }
  if (response.status === 429 && attempts > 1) {
    // A whole class behind one address: the server says when there is room again.
    await new Promise((resolve) => setTimeout(resolve, 1000 * (Number(response.headers.get('Retry-After')) || 1)));
    return post(path, body, attempts - 1);
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || (typeof answer.detail === 'string' && answer.detail) || LOST);
  return answer;
}

// The page in another language asks endpoints of its own, which answer in it. Waits in the queue;
// one at a time.
async function queued(name, data) {
  const { event_id: event } = await post(`call/${name}`, { data });
  const stream = await fetch(`${root()}/call/${name}/${event}`).then((response) => response.text()).catch(() => { throw new Error(LOST); });
  const [, kind, text] = /event: (complete|error)\ndata: (.*)/.exec(stream) || [];
  const answer = text ? JSON.parse(text) : null;
  if (kind !== 'complete') throw new Error(answer?.error || (typeof answer === 'string' && answer) || LOST);
  return answer[0];
}

const atOnce = async (name, data) => (await post(`run/${name}`, { data })).data[0];

function warn(sentence) {
  part('.pg-warning').hidden = !sentence;
  part('.pg-warning').textContent = sentence;
}
let silence = 0;
function say(sentence, lasting = false) {
  part('.pg-status').textContent = sentence;
  clearTimeout(silence);
  if (sentence && !lasting) silence = setTimeout(() => say(''), 5000);
}

// ---------------------------------------------------------------- the controls
// Steppers: 1, 3, 10, 30, …; batch sizes, epochs and shares have steps of their own.
const STOPS = {
  learning_rate: [1e-5, 1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
  batch_size: [1, 2, 5, 10, 20, 50, 100, 250, 500, 1000],
  epochs: [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000],
  dropout: [0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7],
  l1: [0, 1e-5, 1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1],
  l2: [0, 1e-5, 1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3],
};
const whole = (name) => ['batch_size', 'epochs', 'seed', 'data_seed', 'count'].includes(name);
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

function stepped(name, direction) {
  const now = settings[name];
  const [low, high] = props.limits[name];
  if (!STOPS[name]) return clamp(now + direction, low, high);
  const next = direction > 0 ? STOPS[name].find((stop) => stop > now * 1.0001) : STOPS[name].findLast((stop) => stop < now * 0.9999);
  return clamp(next ?? now, low, high);
}

function read(name, text) {
  const value = Number(text.trim().replace(',', '.').replace(MINUS, '-'));
  const [low, high] = props.limits[name];
  const good = text.trim() !== '' && value >= low && value <= high && (!whole(name) || Number.isInteger(value));
  return good ? value : null;
}

function paintControls() {
  for (const field of parts('[data-set]')) {
    const value = settings[field.dataset.set];
    if (field.type === 'checkbox') field.checked = value;
    else if (document.activeElement !== field || field.tagName === 'SELECT') {
      field.value = field.tagName === 'SELECT' || field.type === 'range' ? value : String(value);
      field.removeAttribute('aria-invalid');
    }
    const output = field.closest('.pg-range')?.querySelector('output');
    if (output) output.textContent = field.dataset.set === 'train_share' ? `${Math.round(value * 100)} %` : value;
  }
  const own = settings.data === 'own';
  part('.pg-data').classList.toggle('own', own);
  for (const tile of parts('.pg-tiles button')) tile.setAttribute('aria-checked', tile.dataset.value === settings.data);
  const layers = settings.hidden.length;
  part('.pg-layers span').textContent = layers === 1 ? _('1 hidden layer') : _('{count} hidden layers', { count: layers });
  part('[data-layer="-1"]').disabled = layers === 0;
  part('[data-layer="1"]').disabled = layers === props.largest.layers;
}

// Every change of the settings goes through here.
function change(changes, { later = 250 } = {}) {
  settings = { ...settings, ...changes };
  props.value = settings;
  if (settings.points === '') named = null; // new points are not those of the CSV
  paintControls();
  if (['hidden', 'features'].some((name) => name in changes)) drawNetwork();
  if ('compare' in changes) { pause(); paintCompare(); }
  if ('points' in changes || 'data' in changes) paintPoints();
  changed(later);
}

function listenToControls() {
  for (const select of parts('select[data-set]')) {
    for (const choice of props.choices[select.dataset.set]) select.add(new Option(label(choice), choice));
    select.addEventListener('change', () => change({ [select.dataset.set]: select.value }));
  }
  for (const box of parts('input[type=checkbox][data-set]')) box.addEventListener('change', () => change({ [box.dataset.set]: box.checked }));
  for (const range of parts('.pg-range input')) {
    range.addEventListener('input', () => change({ [range.dataset.set]: Number(range.value) }));
  }
  for (const field of parts('.pg-stepper input')) {
    const name = field.dataset.set;
    field.addEventListener('input', () => {
      const value = read(name, field.value);
      field.setAttribute('aria-invalid', String(value === null));
      field.title = value === null ? `${props.limits[name].join(' … ')}` : '';
      if (value !== null) change({ [name]: value }, { later: 600 });
    });
    field.addEventListener('blur', paintControls);
    field.addEventListener('keydown', (event) => {
      const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (event.key === 'Enter') train();
      if (!direction) return;
      event.preventDefault();
      change({ [name]: stepped(name, direction) });
      field.value = settings[name];
    });
    for (const step of field.parentElement.querySelectorAll('[data-step]')) {
      step.addEventListener('click', () => change({ [name]: stepped(name, Number(step.dataset.step)) }));
    }
  }
  for (const step of parts('[data-layer]')) {
    step.addEventListener('click', () => {
      const hidden = [...settings.hidden];
      if (Number(step.dataset.layer) > 0) hidden.push(Math.min(4, hidden.at(-1) ?? 4));
      else hidden.pop();
      change({ hidden });
    });
  }
  // Arrow keys walk through choices, as through any radio buttons.
  for (const group of parts('[role=radiogroup]')) {
    group.addEventListener('keydown', (event) => {
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
    for (const menu of parts('.pg-menu[open]')) if (!menu.contains(event.target)) menu.open = false;
  });
  board.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    for (const menu of parts('.pg-menu[open]')) { menu.open = false; menu.querySelector('summary').focus(); }
    closeEditor();
  });
}

// ---------------------------------------------------------------- examples
const linkOf = (preset) => {
  const query = new URLSearchParams({ chapter: 'playground' });
  for (const [name, value] of Object.entries(preset.settings)) query.set(name, Array.isArray(value) ? value.join(',') || 'none' : value);
  return `?${query}`;
};

function listExamples() {
  part('.pg-examples ul').replaceChildren(...props.presets.map((preset) => {
    const item = document.createElement('li');
    const link = Object.assign(document.createElement('a'), { href: linkOf(preset), textContent: preset.title });
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a tab of its own
      event.preventDefault();
      part('.pg-examples').open = false;
      closeEditor();
      change({ ...props.defaults, ...preset.settings }, { later: -1 });
      part('.pg-sentence span').textContent = preset.sentence;
      part('.pg-sentence').hidden = false;
      train();
    });
    item.append(link);
    return item;
  }));
}

// ---------------------------------------------------------------- export
function save(name, content, type) {
  const link = Object.assign(document.createElement('a'), { download: name, href: URL.createObjectURL(new Blob([content], { type })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function exportAs(kind) {
  part('.pg-export').open = false;
  try {
    const last = kind === 'safetensors' ? segments.at(-1) : null;
    // The settings may have changed since these weights were trained.
    const { hidden, features, batch_norm } = last?.network ?? settings;
    const files = await atOnce('playground_export', [{ ...settings, hidden, features, batch_norm }, last?.final ?? null]);
    if (kind === 'script') save('playground.py', files.script, 'text/x-python');
    else if (files.safetensors) save('playground.safetensors', Uint8Array.from(atob(files.safetensors), (c) => c.charCodeAt(0)), 'application/octet-stream');
    else warn(_('Train the network first.'));
  } catch (error) { warn(error.message); }
}
