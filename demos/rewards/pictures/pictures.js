// Digits as they are, rebuilt by PCA, and by the autoencoder of the epoch that the chart shows. Raises 'expand'.
import { bytesOf } from '../../widgets/lib/base64.js';
import { _ } from '../../widgets/lib/texts.js';

const SIDE = 8;

/** @param {import('../../widgets/lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  /** @type {HTMLElement} */
  const root = element.querySelector('.rebuilt');
  const chapter = element.closest('.chapter');
  /** @type {HTMLTableRowElement[]} */
  const lines = [...root.querySelectorAll('tr')];
  /** @type {{ labels: number[], true: string, pca: string } | null} */
  let told = null;
  let seen = '';

  /** @param {HTMLTableRowElement} line @param {string} pixels @param {string} name */
  function paintLine(line, pixels, name) {
    const values = bytesOf(pixels);
    const dark = document.body.classList.contains('dark');
    told.labels.forEach((label, i) => {
      let canvas = line.querySelectorAll('canvas')[i];
      if (!canvas) {
        canvas = Object.assign(document.createElement('canvas'), { width: SIDE, height: SIDE });
        canvas.setAttribute('role', 'img');
        line.insertCell().append(canvas);
      }
      canvas.setAttribute('aria-label', `${label}, ${name}`);
      const context = canvas.getContext('2d');
      const image = context.createImageData(SIDE, SIDE);
      for (let at = 0; at < SIDE * SIDE; at += 1) {
        const level = values[i * SIDE * SIDE + at] ?? 0;
        const grey = dark ? level : 255 - level;
        image.data.set([grey, grey, grey, 255], 4 * at);
      }
      context.putImageData(image, 0, 0);
    });
  }

  function paint() {
    root.hidden = !told;
    if (!told) return;
    paintLine(lines[0], told.true, _('as it is'));
    paintLine(lines[1], told.pca, _('PCA'));
    paintLine(lines[2], seen, _('autoencoder'));
  }

  chapter.addEventListener('course:step', (/** @type {CustomEvent} */ { detail }) => {
    if (!element.isConnected) return;
    const row = detail.rows.find((/** @type {any} */ one) => one.seen);
    if (!row) return;
    seen = row.seen;
    if (told) paintLine(lines[2], seen, _('autoencoder'));
    root.dataset.step = String(row.step); // for tests
  });
  function receive() {
    if (!props.value) return;
    told = JSON.parse(props.value);
    paint();
  }
  watch('value', receive);
  new MutationObserver(() => paint()).observe(document.body, { attributeFilter: ['class'] });
  const tell = () => {
    if (!element.isConnected) return;
    trigger('expand');
    chapter.querySelector('.live-chart')?.dispatchEvent(new CustomEvent('course:show', { detail: null }));
  };
  document.addEventListener('course:redraw', tell);
  receive();
  setTimeout(tell);
}
