// Bytes as text, and as the server packs them.

/** The digits of base 64 as links and sketches write them. */
export const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * Return the bytes that stand in base 64.
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
export const bytesOf = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

/**
 * Return the bytes that zlib packed, in base 64.
 * @param {string} text
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function inflate(text) {
  const stream = new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * Return bytes in base 64.
 * @param {Uint8Array} bytes
 */
export function base64Of(bytes) {
  let text = '';
  // A function takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 30000) text += String.fromCharCode(...bytes.subarray(at, at + 30000));
  return btoa(text);
}
