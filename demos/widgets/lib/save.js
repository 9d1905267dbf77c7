// A menu below charts that saves each of them: its picture, its rows. Nothing is asked of the server.
import { boxesOf, plainDrawing } from './boxes.js';
import { csvOf, fileName, standalone } from './export.js';
import { save, saveTable } from './files.js';
import { make } from './make.js';
import { picturesIn } from './pictures.js';
import { _ } from './texts.js';

const SHARP = 2; // pixels of a PNG for one of the page

/**
 * @typedef {object} Chart
 * @property {string} heading
 * @property {Element} host
 * @property {any} [view] Vega's; without one, `drawn`
 * @property {Element} [drawn] what the page draws itself
 * @property {string[]} [kinds] of files; without, SVG, PNG and CSV
 * @property {Record<string, import('./export.js').Row[]>} sets what it draws
 * @property {Record<string, string>} headings of its columns
 * @property {import('./export.js').Frame['legend']} legend
 * @property {string} foot what it shows, in a line
 */

/** Return what the page draws as an SVG that needs no style sheet. @param {Element} drawn */
function plainSvg(drawn) {
  if (!(drawn instanceof SVGSVGElement)) return new XMLSerializer().serializeToString(boxesOf(drawn));
  return new XMLSerializer().serializeToString(plainDrawing(drawn));
}

/** What a line below a picture says: the chapter. @param {string} slug */
export const titleOf = (slug) => document.querySelector(`.chapters > .tab-wrapper [role=tab][data-tab-id="${slug}"]`)?.textContent.trim() ?? '';

/** @param {Chart} chart */
async function svgOf({ host, view, drawn, legend, foot }) {
  const style = getComputedStyle(host);
  const context = document.createElement('canvas').getContext('2d');
  context.font = `13px ${style.fontFamily}`;
  const { width, height } = (drawn ?? host.querySelector('svg')).getBoundingClientRect();
  const value = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return standalone(drawn ? plainSvg(drawn) : await view.toSVG(), {
    width, height, legend, foot, value,
    paper: value('--course-card'),
    ink: value('--course-ink'),
    font: style.fontFamily,
    measure: (text) => context.measureText(text).width,
  });
}

/** @param {string} svg */
async function pngOf(svg) {
  // Vega's own canvas knows neither the variables nor what stands around the chart.
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await picture.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width: picture.width * SHARP, height: picture.height * SHARP });
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => { canvas.toBlob(resolve, 'image/png'); });
}

/** @param {Chart} chart @param {string} kind @param {string} name */
async function saveChart(chart, kind, name) {
  if (kind === 'csv') { saveTable(name, csvOf(chart.sets, chart.headings, _('data'))); return; }
  const svg = await svgOf(chart);
  save(name, kind === 'svg' ? svg : await pngOf(svg), kind === 'svg' ? 'image/svg+xml' : 'image/png');
}

/**
 * Put a button below a board whose chapter has no chart with one, or in some topics only.
 * @param {Element} board
 * @param {string} [topics] classes of those in which it is shown
 */
export function saveBoard(board, topics = '') {
  const button = make('button', `live-save board-save ${topics}`, _('Save'));
  button.type = 'button';
  board.append(button);
  saveMenu(button, board.closest('.chapter')?.id.replace('chapter-', '') ?? '');
}

/**
 * Let a button open the menu: of charts, and of the pictures of all boards of its chapter, which say
 * `data-pictures`, that are shown now.
 * @param {HTMLButtonElement} button
 * @param {string} slug of the chapter
 * @param {() => Chart[]} own charts that are shown now
 */
export function saveMenu(button, slug, own = () => []) {
  const boards = () => [...(button.closest('.chapter')?.querySelectorAll('[data-pictures]') ?? [])];
  const charts = () => [...own(), ...boards().flatMap((board) => picturesIn(board, titleOf(slug)))];
  const menu = make('div', 'live-save-menu');
  menu.popover = 'auto'; // the browser closes it by Escape, or a press beside it
  menu.setAttribute('aria-label', _('Save'));
  menu.setAttribute('role', 'group');
  button.after(menu);
  button.popoverTargetElement = menu;

  /** @param {Chart} chart */
  function lineOf(chart) {
    const kinds = (chart.kinds ?? ['svg', 'png', 'csv']).map((kind) => {
      const one = make('button', '', kind.toUpperCase());
      one.type = 'button';
      one.addEventListener('click', async () => {
        await saveChart(chart, kind, fileName([slug, chart.heading], kind));
        menu.hidePopover();
      });
      return one;
    });
    const line = make('div', 'live-save-line', make('span', '', chart.heading), ...kinds);
    line.setAttribute('role', 'group');
    line.setAttribute('aria-label', chart.heading);
    const mark = (/** @type {boolean} */ on) => () => { for (const { host } of charts()) host.classList.toggle('saving', on && host === chart.host); };
    for (const [event, on] of /** @type {[string, boolean][]} */ ([['pointerenter', true], ['focusin', true], ['pointerleave', false], ['focusout', false]])) {
      line.addEventListener(event, mark(on));
    }
    return line;
  }

  menu.addEventListener('beforetoggle', (event) => {
    const shown = charts();
    if (/** @type {ToggleEvent} */ (event).newState === 'open') menu.replaceChildren(...(shown.length ? shown.map(lineOf) : [make('span', '', _('Nothing is drawn yet.'))]));
    else for (const { host } of shown) host.classList.remove('saving');
  });
  menu.addEventListener('toggle', (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== 'open') return;
    const at = button.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = menu;
    const above = at.top - offsetHeight - 6;
    menu.style.left = `${Math.max(8, at.right - offsetWidth)}px`;
    menu.style.top = `${above >= 8 ? above : Math.max(8, Math.min(at.bottom + 6, innerHeight - offsetHeight - 8))}px`;
    menu.querySelector('button')?.focus({ preventScroll: true });
  });
  document.addEventListener('scroll', () => { if (menu.matches(':popover-open')) menu.hidePopover(); }, { passive: true });
}
