// Files of text, as people have them.

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
