// Style sheets that a page loads only when they are needed.

/** @type {Map<string, Promise<void>>} */
const loading = new Map();

/** Load a style sheet, once; resolves also where it cannot be had. @param {string} href */
export function styled(href) {
  if (!loading.has(href)) {
    loading.set(href, new Promise((resolve) => {
      const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href });
      link.onload = link.onerror = () => resolve();
      document.head.append(link);
    }));
  }
  return loading.get(href);
}
