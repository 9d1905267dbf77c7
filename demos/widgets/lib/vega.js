// Vega, which draws the charts: one script for all of the page.
import { root } from './root.js';
import { _ } from './texts.js';

/**
 * Load it, once. It may still be in the making on a fresh machine.
 * @param {string} address where it lies, from the address of the page
 * @returns {Promise<any>}
 */
export function loadVega(address) {
  const page = /** @type {any} */ (window);
  page.courseVegaLoading ??= (async () => {
    for (let attempt = 0; attempt < 120; attempt += 1) {
      const loaded = await new Promise((resolve) => {
        const script = document.createElement('script');
        script.src = root() + address;
        script.onload = () => resolve(true);
        script.onerror = () => { script.remove(); resolve(false); };
        document.head.append(script);
      });
      if (loaded && page.courseVega) return page.courseVega;
      await new Promise((resolve) => { setTimeout(resolve, 300); });
    }
    throw new Error(_('The charting library did not load: reload the page.'));
  })();
  return page.courseVegaLoading;
}
