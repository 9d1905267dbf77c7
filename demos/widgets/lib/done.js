// What this visitor has done of the course: it stays in this browser, and is sent nowhere.

/** @typedef {{ seen?: boolean, tasks?: string[], quiz?: Record<string, boolean> }} Done of a chapter */

const KEY = 'course:done';

/** What is done, by chapter. @returns {Record<string, Done>} */
export function done() {
  try {
    const held = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return held && typeof held === 'object' ? held : {};
  } catch {
    return {}; // storage is forbidden, or holds something else
  }
}

/** @param {Record<string, Done>} all */
function hold(all) {
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch { /* no room, or storage is forbidden: then it is not kept */ }
  document.dispatchEvent(new Event('course:done'));
}

/** Note that something of a chapter is done. @param {string} chapter @param {Done} more */
export function note(chapter, more) {
  const all = done();
  const old = all[chapter] ?? {};
  const tasks = [...new Set([...(old.tasks ?? []), ...(more.tasks ?? [])])];
  hold({ ...all, [chapter]: { ...old, ...more, tasks, quiz: { ...old.quiz, ...more.quiz } } });
}

/** Forget everything. */
export const forget = () => hold({});
