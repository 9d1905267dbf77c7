// One ModelFile. Raises 'expand' when it is on the page, 'input' with a file that was opened.
import { base64Of, bytesOf } from '../../widgets/lib/base64.js';
import { save } from '../../widgets/lib/files.js';
import { saveBoard } from '../../widgets/lib/save.js';
import { _ } from '../../widgets/lib/texts.js';

const MOST = 16_384; // bytes
const FORGOTTEN = ['mean', 'deviation'];

/** @param {import('../../widgets/lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  const root = element.querySelector('.model-file');
  saveBoard(root);
  const part = (selector) => root.querySelector(selector);
  const input = part('input');
  let shown = null; // the newest answer that holds a model
  let pending = { own: '', own_name: '', ask: 0 }; // what was asked last

  const trouble = (sentence) => {
    part('.file-trouble').hidden = !sentence;
    part('.file-trouble').textContent = sentence;
  };

  function row({ name, shape, numbers, about }) {
    const line = document.createElement('tr');
    line.classList.toggle('forgotten', !shown.normalise && FORGOTTEN.includes(name));
    const texts = [name, `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`, numbers.join(', '), about];
    texts.forEach((text, i) => {
      const cell = document.createElement('td');
      cell.append(i < 2 ? Object.assign(document.createElement('code'), { textContent: text }) : text);
      line.append(cell);
    });
    return line;
  }

  function paint() {
    if (!props.value) return;
    const said = JSON.parse(props.value);
    if (said.trouble !== undefined) trouble(said.trouble);
    if (!said.tensors) return;
    // An answer to what was asked before the file came: the file was lost on the way.
    if (said.ask !== pending.ask) { send(); return; }
    shown = said;
    root.setAttribute('aria-busy', 'false');
    for (const name of ['title', 'price', 'note']) part(`.file-${name}`).textContent = said[name];
    part('.file-price').classList.toggle('wrong', !said.normalise);
    part('[data-do=close]').hidden = !said.own;
    part('tbody').replaceChildren(...said.tensors.map(row));
  }

  function send() {
    props.value = JSON.stringify(pending);
    trigger('input');
  }

  function ask(own, name) {
    pending = { own, own_name: name, ask: pending.ask + 1 };
    send();
  }

  async function open(file) {
    if (!file) return;
    if (file.size > MOST) { trouble(_('This file is too large: the model of this chapter has 600 bytes or so.')); return; }
    ask(base64Of(new Uint8Array(await file.arrayBuffer())), file.name.slice(0, 80));
  }

  const actions = {
    model: () => { if (shown) save('model.safetensors', bytesOf(shown.file)); },
    script: () => save('load.py', props.loader),
    open: () => input.click(),
    close: () => ask('', ''),
  };
  for (const button of root.querySelectorAll('[data-do]')) button.addEventListener('click', () => actions[button.dataset.do]());
  input.addEventListener('change', () => { open(input.files[0]); input.value = ''; });
  root.addEventListener('dragover', (event) => { event.preventDefault(); root.classList.add('over'); });
  root.addEventListener('dragleave', () => root.classList.remove('over'));
  root.addEventListener('drop', (event) => {
    event.preventDefault();
    root.classList.remove('over');
    open(event.dataTransfer.files[0]);
  });
  // Other settings, another price.
  root.addEventListener('settings', ({ detail }) => { if (detail.topic === 'file') send(); });
  part('pre').textContent = props.loader;

  watch('value', paint);
  const expand = () => { if (element.isConnected) trigger('expand'); };
  document.addEventListener('course:redraw', expand);
  if (props.value) paint();
  else setTimeout(expand);
}
