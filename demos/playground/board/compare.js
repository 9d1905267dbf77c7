// Up to four networks side by side: the same points, shape and seed; what differs is chosen here.
let runs = []; // their histories; empty unless comparing
const VALUES = {
  optimizer: ['sgd', 'momentum', 'rmsprop', 'adam'], learning_rate: ['0.003', '0.03', '0.3', '3'], activation: ['tanh', 'relu', 'sigmoid', 'linear'],
  initialisation: ['pytorch', 'xavier', 'he', 'zeros'], batch_size: ['1', '10', '50', '1000'], loss: ['bce', 'mse'], batch_norm: ['false', 'true'],
  dropout: ['0', '0.1', '0.3', '0.5'], l1: ['0', '0.001', '0.01', '0.1'], l2: ['0', '0.001', '0.01', '0.1'],
};
const comparing = () => settings.compare !== '';
// "optimizer:sgd;optimizer:adam" → [[['optimizer', 'sgd']], [['optimizer', 'adam']]]
const readChanges = () => settings.compare.split(';').map((one) => one.split(',').filter(Boolean).map((item) => item.split(':')));

function valueOf(name, text) {
  if (name === 'batch_norm') return text === 'true';
  return name in props.limits ? Number(text) : text;
}

const titleOf = (pairs) => pairs.map(([name, value]) => `${label(name)} ${label(value)}`).join(', ') || _('unchanged');
const namesIn = (changes) => [...new Set(changes.flatMap((pairs) => pairs.map(([name]) => name)))];

function setValue(index, name, value) {
  const changes = readChanges();
  if (value === '' && changes.length > 2) changes.splice(index, 1);
  else if (value !== '') changes[index] = [[name, value]];
  change({ compare: changes.map((pairs) => pairs.map((pair) => pair.join(':')).join(',')).join(';') });
}

function paintCompare() {
  const on = comparing();
  board.classList.toggle('comparing', on);
  button('compare').setAttribute('aria-pressed', on);
  part('.pg-compare').hidden = !on;
  part('.pg-network').hidden = on;
  part('.pg-result').hidden = on;
  button('more').disabled = on;
  if (!on) {
    if (runs.length) { runs = []; measureCurves(); }
    return;
  }
  const changes = readChanges();
  const names = namesIn(changes);
  const select = part('.pg-differs select');
  select.replaceChildren(...Object.keys(VALUES).map((name) => new Option(label(name), name)));
  if (names.length > 1) select.add(new Option(names.map(label).reduce((first, second) => _('{first} and {second}', { first, second })), ''));
  select.value = names.length > 1 ? '' : names[0];
  const single = names.length === 1;
  const choose = (i, pairs) => {
    const [name] = names;
    const value = pairs?.[0]?.[1] ?? '';
    const field = document.createElement('select');
    field.setAttribute('aria-label', _('Network {number}: {what}', { number: i + 1, what: label(name) }));
    const options = [...new Set([...(props.choices[name] ?? STOPS[name]?.map(String) ?? VALUES[name]), ...(value ? [value] : [])])];
    if (!pairs || changes.length > 2) field.add(new Option(pairs ? _('leave out') : _('one more …'), ''));
    for (const option of options) field.add(new Option(label(option), option));
    field.value = value;
    field.addEventListener('change', () => setValue(i, name, field.value));
    return field;
  };
  part('.pg-values').replaceChildren(...(single && changes.length < 4 ? [choose(changes.length, null)] : []));
  part('.pg-cards').style.setProperty('--cards', changes.length);
  part('.pg-cards').replaceChildren(...changes.map((pairs, i) => {
    const card = document.createElement('figure');
    const head = document.createElement('figcaption');
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    line.setAttribute('viewBox', '0 0 36 8');
    line.setAttribute('aria-hidden', 'true');
    const stroke = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    stroke.setAttribute('d', 'M0 4H36');
    stroke.setAttribute('stroke-dasharray', DASHES[i].join(' '));
    stroke.style.stroke = `var(${SERIES[i]})`;
    line.append(stroke);
    head.append(line, single ? choose(i, pairs) : Object.assign(document.createElement('b'), { textContent: titleOf(pairs) }));
    const box = Object.assign(document.createElement('div'), { className: 'pg-plane small' });
    for (const name of ['pg-surface', 'pg-boundary', 'pg-points']) box.append(Object.assign(document.createElement('canvas'), { className: name, width: 50, height: 50 }));
    card.append(head, box, Object.assign(document.createElement('p'), { className: 'pg-now' }));
    return card;
  }));
  paintCards();
}

function paintCards() {
  const frame = position;
  runs.forEach((run, i) => {
    const card = part('.pg-cards').children[i];
    if (!card) return;
    const now = Math.min(frame, run.length - 1);
    const start = ownFrame(run.surface, now) * 2500;
    paintLevels(card.querySelector('.pg-surface').getContext('2d'), image50, run.surface.array, start);
    const canvas = card.querySelector('.pg-boundary');
    const { ratio } = scaled(canvas);
    const context = canvas.getContext('2d');
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.strokeStyle = colour('--course-ink');
    context.lineWidth = ratio;
    traceBoundary(context, run.surface.array, start, 50, canvas.width);
    const percent = (value) => (value === null ? '–' : `${(value * 100).toFixed(1)} %`);
    const values = { loss: format(run.train_loss[now]), accuracy: percent(run.train_accuracy[now]), test: percent(run.test_accuracy[now]), epoch: run.diverged };
    const text = run.diverged !== null && now === run.length - 1
      ? _('loss {loss}, accuracy {accuracy}, test {test}: overflowed in epoch {epoch}', values)
      : _('loss {loss}, accuracy {accuracy}, test {test}', values);
    const note = card.querySelector('.pg-now');
    if (note.textContent !== text) note.textContent = text;
  });
}

function paintCardPoints() {
  for (const canvas of parts('.pg-cards .pg-points')) {
    const { ratio } = scaled(canvas);
    const context = canvas.getContext('2d');
    context.clearRect(0, 0, canvas.width, canvas.height);
    const place = ({ x, y }) => [((x + EXTENT) / (2 * EXTENT)) * canvas.width, ((EXTENT - y) / (2 * EXTENT)) * canvas.width];
    const colours = [colour('--chart-orange'), colour('--chart-blue')];
    const train = points.points.filter((point) => point.split === 'train');
    const size = (train.length > 60 ? 2.4 : 4) * ratio;
    for (const point of train) {
      drawMark(context, ...place(point), point.label, size, colours[point.label], colour('--course-card'), 0.7 * ratio);
    }
  }
}

function listenToCompare() {
  button('compare').addEventListener('click', () => {
    const compare = comparing() ? '' : VALUES.optimizer.map((value) => `optimizer:${value}`).join(';');
    change({ compare });
    if (!compare) drawNetwork();
  });
  part('.pg-differs select').addEventListener('change', (event) => {
    const name = event.target.value;
    if (name) change({ compare: VALUES[name].map((value) => `${name}:${value}`).join(';') });
  });
}
