// One TableDrop. Raises 'input' with a new file or another choice.
import { base64Of } from './lib/base64.js';
import { _ } from './lib/texts.js';

/** @param {import('./lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  const root = element.querySelector('.table-drop');
  const [input, status, name, choices] = ['input[type=file]', '.td-status', '.td-name', '.td-choices'].map((one) => root.querySelector(one));
  const [target, column] = ['target', 'column'].map((one) => root.querySelector(`[data-set=${one}]`));
  const forget = root.querySelector('[data-do=forget]');
  let file = null; // { data, name }; it never leaves this page but with a question
  let asked = {}; // the choices

  const say = (sentence, trouble = false) => {
    status.classList.toggle('trouble', trouble);
    status.textContent = sentence;
  };

  function tell() {
    props.value = file ? JSON.stringify({ data: file.data, ...asked }) : null;
    trigger('input');
  }

  function ask(changes) {
    asked = { ...asked, ...changes };
    tell();
  }

  async function take(chosen) {
    if (!chosen) return;
    if (!chosen.size) {
      say(_('{name} is empty.', { name: chosen.name }), true);
      return;
    }
    if (chosen.size > props.most) {
      say(_('{name} has {size} MB, and may have {most} MB: leave out rows or columns.', { name: chosen.name, size: (chosen.size / 1e6).toFixed(1), most: props.most / 1e6 }), true);
      return;
    }
    file = { data: base64Of(new Uint8Array(await chosen.arrayBuffer())), name: chosen.name };
    asked = {};
    name.textContent = chosen.name;
    forget.hidden = false;
    choices.hidden = true;
    say(_('Reading …'));
    root.setAttribute('aria-busy', 'true');
    props.value = JSON.stringify({ data: file.data });
    // The controls of the chapter are set as if by hand.
    element.closest('.chapter')?.dispatchEvent(new CustomEvent('course:set', { detail: props.sets }));
    trigger('input');
  }

  const option = (text, chosen) => Object.assign(document.createElement('option'), { value: text, textContent: text, selected: chosen });

  function show({ columns = [], targets = [], target: answer = '', chosen = [], column: seen = '', notes = [], trouble = '' }) {
    root.setAttribute('aria-busy', 'false');
    if (trouble) { say(trouble, true); if (!columns.length) return; }
    choices.hidden = false;
    if (!trouble) say(notes.join(' '));
    target.replaceChildren(...targets.map((one) => option(one, one === answer)));
    column.replaceChildren(...columns.filter((one) => one !== answer).map((one) => option(one, one === seen)));
    const at = choices.querySelector('fieldset :focus')?.value; // whoever goes by keyboard stays there
    choices.querySelector('fieldset div').replaceChildren(...columns.filter((one) => one !== answer).map((one) => {
      const label = Object.assign(document.createElement('label'), { className: 'option' });
      const box = Object.assign(document.createElement('input'), { type: 'checkbox', value: one, checked: chosen.includes(one) });
      label.append(box, Object.assign(document.createElement('span'), { textContent: one }));
      return label;
    }));
    if (at !== undefined) [...choices.querySelectorAll('fieldset input')].find((box) => box.value === at)?.focus();
  }

  watch('value', () => {
    const { answer } = props.value ? JSON.parse(props.value) : {};
    if (!answer) return;
    props.value = file ? JSON.stringify({ data: file.data, ...asked }) : null;
    if (file) show(answer);
  });

  root.querySelector('[data-do=choose]').addEventListener('click', () => input.click());
  input.addEventListener('change', () => { take(input.files[0]); input.value = ''; });
  root.addEventListener('dragover', (event) => event.preventDefault());
  root.addEventListener('drop', (event) => { event.preventDefault(); take(event.dataTransfer.files[0]); });
  target.addEventListener('change', () => ask({ target: target.value, columns: [] }));
  column.addEventListener('change', () => ask({ column: column.value }));
  choices.querySelector('fieldset').addEventListener('change', () => {
    const columns = [...choices.querySelectorAll('fieldset input:checked')].map((box) => box.value);
    if (columns.length) ask({ columns });
    else say(_('Choose one column at least.'), true);
  });
  forget.addEventListener('click', () => {
    file = null;
    choices.hidden = true;
    forget.hidden = true;
    name.textContent = '';
    say(_('Forgotten: the table was kept in this page only.'));
    tell();
  });
}
