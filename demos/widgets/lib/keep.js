// What is too long for an address is kept in the browser, until its tab is closed.

/** @type {(chapter: string, name: string) => string} */
const key = (chapter, name) => `course:${chapter}:${name}`;

/**
 * Keep a text, or forget it if it is empty.
 * @param {string} chapter
 * @param {string} name of the control
 * @param {string} text
 */
export function keep(chapter, name, text) {
  try {
    if (text) sessionStorage.setItem(key(chapter, name), text);
    else sessionStorage.removeItem(key(chapter, name));
  } catch { /* no room, or storage is forbidden: then it is not kept */ }
}

/**
 * Return what was kept of a control; "" for nothing.
 * @param {string} chapter
 * @param {string} name
 * @returns {string}
 */
export function kept(chapter, name) {
  try {
    return sessionStorage.getItem(key(chapter, name)) ?? '';
  } catch {
    return '';
  }
}
