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
 * Return numbers of half precision, little-endian, scaled so that together they are 1 long.
 * @param {Uint8Array} bytes
 */
export function directionOf(bytes) {
  const numbers = new Float32Array(bytes.length / 2);
  for (let i = 0; i < numbers.length; i += 1) numbers[i] = half(bytes[2 * i] | (bytes[2 * i + 1] << 8));
  const length = Math.hypot(...numbers) || 1;
  return numbers.map((number) => number / length);
}
