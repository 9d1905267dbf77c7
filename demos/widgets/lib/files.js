// Files, as people have them and as they get them.

/**
 * Return the text of a file: UTF-8, UTF-16 where its first bytes say so, else Windows-1252, in which
 * Excel still writes a CSV.
 * @param {ArrayBuffer | Uint8Array} content
 */
export function textOf(content) {
  const bytes = new Uint8Array(content);
  for (const [first, second, name] of /** @type {[number, number, string][]} */ ([[0xff, 0xfe, 'utf-16le'], [0xfe, 0xff, 'utf-16be']])) {
    if (bytes[0] === first && bytes[1] === second) return new TextDecoder(name).decode(bytes);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/**
 * Hand something to the visitor as a file.
 * @param {string} name
 * @param {BlobPart} content
 * @param {string} [type] of media
 */
export function save(name, content, type = '') {
  const url = URL.createObjectURL(new Blob([content], { type }));
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/**
 * Hand a table to the visitor. Spreadsheets take a file for UTF-8 if it begins so.
 * @param {string} name
 * @param {string} csv
 */
export const saveTable = (name, csv) => save(name, `\ufeff${csv}`, 'text/csv;charset=utf-8');
