// From numbers to colours: grey from 0 on, orange and blue around 0.

/** @param {string} text "#rrggbb" or "rgb(…)" */
function rgb(text) {
  const hex = /^#(..)(..)(..)$/.exec(text.trim());
  return hex ? hex.slice(1).map((pair) => parseInt(pair, 16)) : text.match(/[\d.]+/g).slice(0, 3).map(Number);
}

/**
 * Return the colour of what is written on a colour: black or white, which of both stands out more
 * (WCAG 2, contrast of relative luminances).
 * @param {ArrayLike<number>} colour red, green, blue [0 to 255]
 */
export function inkOn(colour) {
  const [red, green, blue] = [0, 1, 2].map((i) => {
    const share = colour[i] / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return (light + 0.05) ** 2 > 1.05 * 0.05 ? '#000' : '#fff';
}

/**
 * Return the colours of 256 levels.
 * @param {HTMLElement} root whose style sheet names them
 * @param {boolean} signed whether 0 is in the middle
 */
export function palette(root, signed) {
  const table = new Uint8ClampedArray(4 * 256);
  const style = getComputedStyle(root);
  const [low, paper, high] = ['--signed-low', '--signed-zero', '--signed-high'].map((name) => rgb(style.getPropertyValue(name)));
  for (let level = 0; level < 256; level += 1) {
    const share = Math.abs(level / 127.5 - 1) ** 0.75;
    const end = level < 127.5 ? low : high;
    const colour = signed ? paper.map((value, i) => value + (end[i] - value) * share) : [level, level, level];
    table.set([...colour, 255], 4 * level);
  }
  return table;
}

/**
 * Return numbers as levels.
 * @param {ArrayLike<number>} values
 * @param {number} low is 0
 * @param {number} high is 255
 */
export function levelsOf(values, low, high) {
  const levels = new Uint8ClampedArray(values.length);
  const scale = 255 / ((high - low) || 1);
  for (let i = 0; i < values.length; i += 1) levels[i] = (values[i] - low) * scale;
  return levels;
}

/**
 * Return levels as RGBA.
 * @param {ArrayLike<number>} levels
 * @param {Uint8ClampedArray} table see `palette`
 */
export function painted(levels, table) {
  const colours = new Uint8ClampedArray(4 * levels.length);
  for (let i = 0; i < levels.length; i += 1) {
    const from = 4 * levels[i];
    colours[4 * i] = table[from];
    colours[4 * i + 1] = table[from + 1];
    colours[4 * i + 2] = table[from + 2];
    colours[4 * i + 3] = 255;
  }
  return colours;
}

/**
 * Return three channels, one after the other, as RGBA.
 * @param {Uint8Array} pixels
 * @param {number} size of a channel
 * @param {boolean[]} [only] which channels are seen
 */
export function coloured(pixels, size, only = [true, true, true]) {
  const colours = new Uint8ClampedArray(4 * size);
  for (let i = 0; i < size; i += 1) {
    for (let c = 0; c < 3; c += 1) colours[4 * i + c] = only[c] ? pixels[c * size + i] : 0;
    colours[4 * i + 3] = 255;
  }
  return colours;
}
