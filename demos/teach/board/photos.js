// From what a visitor has to what the network sees: the middle of a photo, 224 × 224.

export const SIDE = 224; // px
const QUALITY = 0.9;

/**
 * Return the middle of a picture as data URL, as wide as high.
 * @param {CanvasImageSource} source
 * @param {number} width
 * @param {number} height
 */
export function squareOf(source, width, height) {
  const canvas = Object.assign(document.createElement('canvas'), { width: SIDE, height: SIDE });
  const [brush, side] = [canvas.getContext('2d'), Math.min(width, height)];
  brush.fillStyle = 'white'; // behind transparent pictures
  brush.fillRect(0, 0, SIDE, SIDE);
  brush.imageSmoothingQuality = 'high';
  brush.drawImage(source, (width - side) / 2, (height - side) / 2, side, side, 0, 0, SIDE, SIDE);
  return canvas.toDataURL('image/jpeg', QUALITY);
}

/**
 * Return a photo with a frame of warning tape, yellow and black, as data URL.
 * @param {string} url
 */
export async function taped(url) {
  const [photo, wide] = [new Image(), 28]; // px
  photo.src = url;
  await photo.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width: SIDE, height: SIDE });
  const brush = canvas.getContext('2d');
  brush.fillStyle = '#f0c800';
  brush.fillRect(0, 0, SIDE, SIDE);
  brush.fillStyle = '#141414';
  for (let x = -SIDE; x < 2 * SIDE; x += 32) {
    brush.beginPath();
    for (const [across, down] of [[x, 0], [x + 16, 0], [x + 16 - SIDE, SIDE], [x - SIDE, SIDE]]) brush.lineTo(across, down);
    brush.fill();
  }
  const [from, side] = [wide, SIDE - 2 * wide];
  brush.drawImage(photo, from, from, side, side, from, from, side, side);
  return canvas.toDataURL('image/jpeg', QUALITY);
}

/**
 * Return the bytes of a data URL.
 * @param {string} url
 * @returns {Uint8Array<ArrayBuffer>}
 */
export const contentOf = (url) => Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (char) => char.charCodeAt(0));
