// What follows the chart of its chapter leads it, and begins with it.

/**
 * Lead the chart of a chapter to a step.
 * @param {Element} chapter
 * @param {number | null} step null: to that which it shows, so that all who follow hear of it again
 */
export const lead = (chapter, step) => chapter.querySelector('.live-chart')?.dispatchEvent(new CustomEvent('course:show', { detail: step }));

/**
 * Ask for what is to be shown once the element is in the page, and when the chapter has come anew.
 * @param {Element} element
 * @param {() => void} ask
 */
export function begin(element, ask) {
  const start = () => {
    if (!element.isConnected) return;
    ask();
    lead(element.closest('.chapter'), null);
  };
  document.addEventListener('course:redraw', start);
  setTimeout(start);
}
