// Where a pointer is.

/**
 * Return the place of a pointer within an element [px], as that measures itself: a presentation shows
 * some of them enlarged (`zoom`).
 * @param {Element} element
 * @param {{ clientX: number, clientY: number }} event
 * @returns {[number, number]}
 */
export function placeIn(element, event) {
  const { left, top } = element.getBoundingClientRect();
  const zoom = element.currentCSSZoom ?? 1;
  return [(event.clientX - left) / zoom, (event.clientY - top) / zoom];
}
