// The weights of a neuron, set by hand.
const editor = part('.pg-editor');
let edited = null; // { layer, row }

function openEditor(layer, row, column = null) {
  const segment = segments.at(-1);
  if (!segment?.final || !fits(segment)) return say(_('Train the network first.'));
  pause();
  show(totalFrames() - 1);
  edited = { layer, row };
  const inputs = layer === 0 ? settings.features.length : settings.hidden[layer - 1];
  const fields = [
    [_('bias'), `${layer + 1}.bias.${row}`], [_('scale γ'), `${layer + 1}.scale.${row}`], [_('shift β'), `${layer + 1}.shift.${row}`],
    ...Array.from({ length: inputs }, (none, i) => [_('w from {source}', { source: sourceName(layer, i) }), `${layer + 1}.weight.${row}.${i}`]),
  ].filter(([, name]) => segment.index.has(name));
  const title = targetName(layer, row);
  editor.querySelector('b').textContent = title[0].toUpperCase() + title.slice(1);
  editor.querySelector('.pg-editor-rows').replaceChildren(...fields.map(([text, name]) => {
    const line = document.createElement('label');
    const value = weightOf(segment, segment.length - 1, name);
    const reach = Math.max(5, Math.ceil(Math.abs(value)) * 2);
    const range = Object.assign(document.createElement('input'), { type: 'range', min: -reach, max: reach, step: 0.01, value });
    const field = Object.assign(document.createElement('input'), { type: 'text', inputMode: 'text', value: format(value) });
    range.setAttribute('aria-label', _('{name} (slider)', { name: text }));
    field.setAttribute('aria-label', text);
    field.dataset.weight = name;
    range.addEventListener('input', () => { field.value = format(Number(range.value)); setWeight(name, Number(range.value)); });
    field.addEventListener('input', () => {
      const number = Number(field.value.replace(',', '.').replace(MINUS, '-'));
      const good = field.value.trim() !== '' && Math.abs(number) <= 1000;
      field.setAttribute('aria-invalid', String(!good));
      if (!good) return;
      range.value = number;
      setWeight(name, number);
    });
    line.append(Object.assign(document.createElement('span'), { textContent: text }), range, field);
    return line;
  }));
  editor.hidden = false;
  const field = column === null ? null : editor.querySelector(`[data-weight="${layer + 1}.weight.${row}.${column}"]`);
  (field ?? editor.querySelector('input')).focus({ preventScroll: false });
  field?.select();
  return null;
}

function closeEditor() {
  editor.hidden = true;
  edited = null;
}

// Never more than one request is on its way, and the newest value is always sent.
let setting = false;
let nextWeight = null;

async function setWeight(name, value) {
  nextWeight = [name, value];
  if (setting) return;
  setting = true;
  while (nextWeight) {
    const [now, number] = nextWeight;
    nextWeight = null;
    const run = version;
    try {
      const history = await atOnce('playground_set_weight', [trained.settings, segments.at(-1).final, now, number]);
      const segment = await segmentOf(history);
      if (run !== version) break; // a new run has arrived meanwhile
      segment.byHand = true;
      if (segments.at(-1).byHand) segments.pop();
      segments.push(segment);
      lastFrame();
    } catch (error) { warn(error.message); }
  }
  setting = false;
}
