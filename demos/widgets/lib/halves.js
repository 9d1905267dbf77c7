// Numbers in half precision, as the server sends features.

/**
 * Return the number that sixteen bits stand for.
 * @param {number} bits
 */
export function half(bits) {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
}

/**
 * Return numbers of half precision, little-endian.
 * @param {Uint8Array} bytes
 */
export const halvesOf = (bytes) => Float32Array.from({ length: bytes.length / 2 }, (none, i) => half(bytes[2 * i] | (bytes[2 * i + 1] << 8)));

/**
 * Return numbers of half precision, scaled so that together they are 1 long.
 * @param {Uint8Array} bytes
 */
export function directionOf(bytes) {
  const numbers = halvesOf(bytes);
  const length = Math.hypot(...numbers) || 1;
  return numbers.map((number) => number / length);
}
