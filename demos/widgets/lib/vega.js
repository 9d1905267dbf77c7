// Vega, which draws the charts: one script for all of the page.
import { betweenThousands } from './numbers.js';
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
      if (loaded && page.courseVega) {
        const formatLocale = { decimal: '.', thousands: betweenThousands(), grouping: [3], currency: ['$', ''] };
        // Texts are measured before they are drawn: in the font of the place, so that nothing runs into anything else.
        /** @type {(place: Element, spec: { config: object }, options: object) => Promise<any>} */
        const vegaEmbed = (place, spec, options) => page.courseVega.vegaEmbed(
          place, { ...spec, config: { ...spec.config, font: getComputedStyle(place).fontFamily } }, { formatLocale, ...options });
        return { vegaEmbed };
      }
      await new Promise((resolve) => { setTimeout(resolve, 300); });
    }
    throw new Error(_('The charting library did not load: reload the page.'));
  })();
  return page.courseVegaLoading;
}

/**
 * What is looked at of a specification of Vega.
 * @typedef {{ type: string, expr?: string, as?: string }} Transform
 * @typedef {{ data: string, field: string }} Column
 * @typedef {{ data?: { name: string, source?: string, transform?: Transform[] }[], scales?: { domain?: { fields?: Column[] } }[] }} Spec
 */

/**
 * Let scales look for their ends in the rows of all steps, not in those that a layer shows up to the
 * current one: all ends would be looked for, and all axes drawn, anew with every step.
 * @param {Spec} spec it is changed
 */
export function steadyScales(spec) {
  const dataOf = new Map(spec.data?.map((data) => [data.name, data]));
  const transformsOf = (/** @type {string} */ name) => dataOf.get(name)?.transform ?? [];

  /** From which rows others were chosen, by their value of a field or anything else. @param {Column} column */
  function chosenFrom({ data, field }) {
    const chosen = transformsOf(data).every(({ type, as }) => type === 'filter' || (type === 'formula' && as !== field));
    const source = chosen && dataOf.get(data)?.source;
    return source ? { data: source, field } : null;
  }

  /** @param {Column} column */
  function ofAllSteps(column) {
    let all = column;
    for (let [at, from] = [column, chosenFrom(column)]; from; [at, from] = [from, chosenFrom(from)]) {
      if (transformsOf(at.data).some(({ expr }) => /(?<![.\w"'])step\b/.test(expr ?? ''))) all = from;
    }
    return all;
  }

  for (const { domain } of spec.scales ?? []) {
    if (!domain?.fields?.every(({ data }) => data)) continue;
    const columns = domain.fields.map(ofAllSteps);
    const placeOf = (/** @type {Column} */ one) => columns.findIndex(({ data, field }) => data === one.data && field === one.field);
    domain.fields = columns.filter((column, i) => {
      for (let from = chosenFrom(column); from; from = chosenFrom(from)) if (placeOf(from) >= 0) return false;
      return placeOf(column) === i;
    });
  }
  return spec;
}
