// Strokes as text: joined by "."; each is its width, the first point (two digits for x, two for y), and
// one digit for every dx and dy from −32 to 31, base 64. `sketch_pad.py` reads them.
export const GRID = 504;
export const CODE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function simplify(points, tolerance = 0.9) {
  // Ramer–Douglas–Peucker, without recursion.
  if (points.length < 3) return points;
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const stack = [[0, points.length - 1]];
  while (stack.length) {
    const [first, last] = stack.pop();
    const [ax, ay] = points[first];
    const [bx, by] = points[last];
    const length = Math.hypot(bx - ax, by - ay);
    let [farthest, index] = [tolerance, -1];
    for (let i = first + 1; i < last; i += 1) {
      const [x, y] = points[i];
      const along = length ? Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length ** 2)) : 0;
      const distance = Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay));
      if (distance > farthest) [farthest, index] = [distance, i];
    }
    if (index > 0) {
      keep[index] = 1;
      stack.push([first, index], [index, last]);
    }
  }
  return points.filter((_, i) => keep[i]);
}

export function encodeStroke({ width, points }) {
  const [first, ...rest] = simplify(points).map(([x, y]) => [Math.round(x), Math.round(y)]);
  let text = CODE[width] + first.map((v) => CODE[v >> 6] + CODE[v & 63]).join('');
  let [x, y] = first;
  for (const [nextX, nextY] of rest) {
    const parts = Math.max(1, Math.ceil(Math.max(Math.abs(nextX - x), Math.abs(nextY - y)) / 31));
    const [fromX, fromY] = [x, y];
    for (let i = 1; i <= parts; i += 1) {
      const stepX = Math.round(fromX + ((nextX - fromX) * i) / parts);
      const stepY = Math.round(fromY + ((nextY - fromY) * i) / parts);
      if (stepX === x && stepY === y) continue;
      text += CODE[stepX - x + 32] + CODE[stepY - y + 32];
      [x, y] = [stepX, stepY];
    }
  }
  return text;
}
