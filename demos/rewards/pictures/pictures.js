// Digits as they are, rebuilt by PCA, and by the autoencoder of the epoch that the chart shows. Raises 'expand'.
import { bytesOf } from '../../widgets/lib/base64.js';
import { begin } from '../../widgets/lib/chart.js';
import { tells } from '../../widgets/lib/pictures.js';
import { _ } from '../../widgets/lib/texts.js';

const SIDE = 8;

/** @param {import('../../widgets/lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  /** @type {HTMLElement} */
  const root = element.querySelector('.rebuilt');
  const chapter = element.closest('.chapter');
  const row = root.querySelector('.re-row');
  /** @type {{ labels: number[], true: string, pca: string } | null} */
  let told = null;
  let seen = '';

  /** @param {number} kind of three @param {string} pixels @param {string} name */
  function paintKind(kind, pixels, name) {
    const values = bytesOf(pixels);
    const dark = document.body.classList.contains('dark');
    told.labels.forEach((label, i) => {
      const canvas = row.children[i].querySelectorAll('canvas')[kind];
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

  function make() {
    const three = () => [0, 1, 2].map(() => {
      const canvas = Object.assign(document.createElement('canvas'), { width: SIDE, height: SIDE });
      canvas.setAttribute('role', 'img');
      return canvas;
    });
    row.replaceChildren(...told.labels.map(() => {
      const group = document.createElement('div');
      group.append(...three());
      return group;
    }));
  }

  function paint() {
    root.hidden = !told;
    if (!told) return;
    if (row.children.length !== told.labels.length) make();
    paintKind(0, told.true, _('as it is'));
    paintKind(1, told.pca, _('PCA'));
    paintKind(2, seen, _('autoencoder'));
  }

  chapter.addEventListener('course:step', (/** @type {CustomEvent} */ { detail }) => {
    if (!element.isConnected) return;
    const now = detail.rows.find((/** @type {any} */ one) => one.seen);
    if (!now) return;
    seen = now.seen;
    if (told) paintKind(2, seen, _('autoencoder'));
    root.dataset.step = String(now.step); // for tests
  });
  tells(row, () => [['true', told.true], ['pca', told.pca], ['autoencoder', seen]].flatMap(([kind, pixels]) => [...bytesOf(pixels)].map((level, at) => ({
    digit: told.labels[Math.floor(at / SIDE ** 2)], picture: Math.floor(at / SIDE ** 2) + 1, kind, row: Math.floor((at % SIDE ** 2) / SIDE), column: at % SIDE, level,
  }))));
  function receive() {
    if (!props.value) return;
    told = JSON.parse(props.value);
    paint();
  }
  watch('value', receive);
  new MutationObserver(() => paint()).observe(document.body, { attributeFilter: ['class'] });
  receive();
  begin(element, () => trigger('expand'));
}
