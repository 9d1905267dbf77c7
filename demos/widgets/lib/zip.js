// Folders of files as one: ZIP, written without compression, since photos are compressed already.

/** @typedef {{ name: string, bytes: Uint8Array<ArrayBuffer> }} Entry */

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const UTF8 = 0x0800; // names are written in it
const [STORED, DEFLATED] = [0, 8];
const MOST = 200_000_000; // bytes, unpacked
export const TOO_LARGE = new Error('a large ZIP');
const NEW_YEAR = 0x21; // 1 January 1980: the same files give the same bytes

const TABLE = Uint32Array.from({ length: 256 }, (none, n) => {
  let rest = n;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

/**
 * Return the checksum that ZIP wants.
 * @param {Uint8Array} bytes
 */
export function crc32(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = TABLE[(rest ^ byte) & 255] ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
}

/**
 * Return numbers as bytes, the least first.
 * @param {[value: number, size: number][]} fields
 */
function record(fields) {
  const bytes = new Uint8Array(fields.reduce((sum, [, size]) => sum + size, 0));
  let at = 0;
  for (const [value, size] of fields) {
    for (let i = 0; i < size; i += 1) bytes[at + i] = Math.floor(value / 256 ** i) % 256;
    at += size;
  }
  return bytes;
}

/**
 * Return files as the content of a ZIP file.
 * @param {Entry[]} entries names with "/" lie in folders
 */
export function zipped(entries) {
  const [files, directory] = [/** @type {Uint8Array[]} */ ([]), /** @type {Uint8Array[]} */ ([])];
  let at = 0;
  for (const { name, bytes } of entries) {
    const letters = new TextEncoder().encode(name);
    /** @type {[number, number][]} */
    const about = [[20, 2], [UTF8, 2], [STORED, 2], [0, 2], [NEW_YEAR, 2], [crc32(bytes), 4], [bytes.length, 4], [bytes.length, 4], [letters.length, 2], [0, 2]];
    directory.push(record([[CENTRAL, 4], [20, 2], ...about, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]]), letters);
    const head = record([[LOCAL, 4], ...about]);
    files.push(head, letters, bytes);
    at += head.length + letters.length + bytes.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = record([[END, 4], [0, 2], [0, 2], [entries.length, 2], [entries.length, 2], [size, 4], [at, 4], [0, 2]]);
  return joined([...files, ...directory, end]);
}

/**
 * Return bytes one after the other.
 * @param {Uint8Array[]} parts
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * Return the files of a ZIP file, also of one that another program has compressed; the names of
 * folders end with "/".
 *
 * Throws an Error if it is none, and TOO_LARGE if it holds more than 200 MB.
 * @param {Uint8Array<ArrayBuffer>} content
 * @returns {Promise<Entry[]>}
 */
export async function unzipped(content) {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  let end = content.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end -= 1;
  if (end < 0) throw new Error('no ZIP');
  const entries = [];
  let [at, total] = [view.getUint32(end + 16, true), 0];
  for (let count = view.getUint16(end + 10, true); count > 0; count -= 1) {
    if (view.getUint32(at, true) !== CENTRAL) throw new Error('no ZIP');
    const [method, size, whole] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
    const [long, more, note] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const name = new TextDecoder().decode(content.subarray(at + 46, at + 46 + long));
    const local = view.getUint32(at + 42, true);
    const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const packed = content.slice(begin, begin + size);
    total += whole;
    if (total > MOST) throw TOO_LARGE;
    if (packed.length !== size || ![STORED, DEFLATED].includes(method)) throw new Error('no ZIP');
    const bytes = method === STORED ? packed : await inflated(packed, whole);
    if (crc32(bytes) !== view.getUint32(at + 16, true)) throw new Error('damaged');
    entries.push({ name, bytes });
    at += 46 + long + more + note;
  }
  return entries;
}

/**
 * @param {Uint8Array<ArrayBuffer>} packed
 * @param {number} whole its length, unpacked
 */
async function inflated(packed, whole) {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const parts = [];
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
    length += next.value.length;
    if (length > whole) throw new Error('damaged'); // a bomb says less than it holds
  }
  return joined(parts);
}
