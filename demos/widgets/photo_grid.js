// One PhotoGrid.
import { saveBoard } from './lib/save.js';

/** @param {import('./lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  const grid = element.querySelector('.photo-grid');
  const list = grid.querySelector('ul');

  function paint() {
    if (!props.value) return;
    const { pictures, caption, trouble } = JSON.parse(props.value);
    grid.classList.toggle('trouble', trouble);
    grid.querySelector('figcaption').textContent = caption;
    if (pictures) {
      // The nodes stay, so that nothing flickers while a slider moves.
      while (list.children.length > pictures.length) list.lastElementChild.remove();
      while (list.children.length < pictures.length) {
        const item = document.createElement('li');
        item.append(document.createElement('img'), document.createElement('span'));
        list.append(item);
      }
      pictures.forEach(([url, text, odd], i) => {
        const [image, label] = list.children[i].children;
        image.src = url;
        image.alt = text;
        label.textContent = text;
        label.setAttribute('aria-hidden', 'true');
        list.children[i].classList.toggle('odd', odd);
      });
    }
    grid.setAttribute('aria-busy', 'false');
  }

  saveBoard(grid);
  watch('value', paint);
  paint();
}
