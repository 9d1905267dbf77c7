// The texts of scripts, in the language of the page: `texts.de.js`, loaded before, holds them.

/** The code of the language of the page. (Gradio changes `lang` where it does not know it.) */
export const language = globalThis.courseLanguage ?? 'en';

/**
 * Return a text in the language of the page.
 * @param {string} text in English, with {slots}
 * @param {Record<string, unknown>} values what stands in the slots
 * @returns {string}
 */
export const _ = (text, values = {}) =>
  (globalThis.courseTexts?.[text] ?? text).replace(/\{(\w+)\}/g, (slot, name) => String(values[name] ?? slot));
