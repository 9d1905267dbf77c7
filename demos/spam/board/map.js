// The map: every message a point, yours among them; and the examples that are most like it.
import { grouped } from '../../widgets/lib/numbers.js';
import { placeIn } from '../../widgets/lib/place.js';
import { tells } from '../../widgets/lib/pictures.js';
import { _ } from '../../widgets/lib/texts.js';
import { brushOf, colour, make } from './parts.js';

const MARGIN = 14; // px

/** @param {import('./state').State} state */
export function listenToMap(state) {
  const canvas = state.part('.spam-map canvas');
  const caption = state.part('.spam-map figcaption');
  /** The corpus, drawn once. @type {HTMLCanvasElement | null} */
  let ground = null;
  let drawnFor = '';
  /** @type {((x: number, y: number) => [number, number])} */
  let to = (x, y) => [x, y];
  let near = -1; // the example under the pointer

  function frame() {
    const { places } = state.corpus;
    const [xs, ys] = [0, 1].map((axis) => places.filter((_value, i) => i % 2 === axis));
    const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const width = Math.max(260, canvas.parentElement.clientWidth);
    const height = Math.round(Math.min(440, 0.72 * width));
    const inside = (/** @type {number} */ value, /** @type {number} */ size) => Math.min(size - MARGIN, Math.max(MARGIN, value));
    to = (x, y) => [
      inside(MARGIN + ((x - left) / (right - left)) * (width - 2 * MARGIN), width),
      inside(height - MARGIN - ((y - low) / (high - low)) * (height - 2 * MARGIN), height),
    ];
    return { width, height };
  }

  /** @param {{ width: number, height: number }} size */
  function drawGround({ width, height }) {
    const key = `${width} ${document.body.className} ${colour(canvas, '--chart-blue')}`;
    if (ground && key === drawnFor) return;
    drawnFor = key;
    ground = document.createElement('canvas');
    const brush = brushOf(ground, width, height);
    const { places, spam } = state.corpus;
    const [ham, junk] = ['--chart-blue', '--chart-vermillion'].map((name) => colour(canvas, name));
    brush.globalAlpha = 0.4;
    for (const wanted of ['0', '1']) {
      brush.fillStyle = wanted === '1' ? junk : ham;
      for (let i = 0; i < spam.length; i += 1) {
        if (spam[i] !== wanted) continue;
        const [x, y] = to(places[2 * i], places[2 * i + 1]);
        brush.beginPath();
        if (wanted === '1') { brush.moveTo(x, y - 4); brush.lineTo(x + 3.6, y + 2.6); brush.lineTo(x - 3.6, y + 2.6); } else brush.arc(x, y, 2.2, 0, 7);
        brush.fill();
      }
    }
  }

  function paint() {
    const { corpus, compared } = state;
    if (state.settings.topic !== 'map' || !corpus || !compared || !canvas.parentElement.clientWidth) return;
    const size = frame();
    drawGround(size);
    const brush = brushOf(canvas, size.width, size.height);
    brush.drawImage(ground, 0, 0, size.width, size.height);
    const [ink, paper] = ['--chart-ink', '--chart-paper'].map((name) => colour(canvas, name));
    const [mx, my] = to(...compared.place);
    brush.strokeStyle = ink;
    compared.nearest.forEach(({ number }) => {
      const [x, y] = to(...corpus.examples[number].place);
      brush.lineWidth = 1;
      brush.beginPath();
      brush.moveTo(mx, my);
      brush.lineTo(x, y);
      brush.stroke();
    });
    corpus.examples.forEach((one, number) => {
      const [x, y] = to(...one.place);
      brush.fillStyle = colour(canvas, one.spam ? '--chart-vermillion' : '--chart-blue');
      brush.lineWidth = number === near ? 3 : 1.2;
      brush.beginPath();
      if (one.spam) { brush.moveTo(x, y - 7); brush.lineTo(x + 6.2, y + 4.4); brush.lineTo(x - 6.2, y + 4.4); brush.closePath(); } else brush.arc(x, y, 5, 0, 7);
      brush.fill();
      brush.stroke();
    });
    brush.beginPath();
    brush.arc(mx, my, 9, 0, 7);
    Object.assign(brush, { fillStyle: paper, lineWidth: 4 });
    brush.fill();
    brush.stroke();
    brush.beginPath();
    brush.arc(mx, my, 3.5, 0, 7);
    brush.fillStyle = ink;
    brush.fill();
    caption.textContent = near >= 0 ? corpus.examples[near].text
      : _('{count} messages of 2011: triangles are spam, dots are none. With a border: examples of this course. The ring: your message. Of 384 directions these two show most of the differences; much is hidden in the others. Source: {source}.', { count: grouped(corpus.spam.length), source: state.props.source });
    canvas.setAttribute('aria-label', _('The messages on a map of two directions; yours is the ring.'));
    const list = compared.nearest.map(({ number, cosine }) => {
      const one = corpus.examples[number];
      const open = make('button', { type: 'button', translate: false, textContent: one.text, dir: 'auto', title: _('Take this message') });
      open.addEventListener('click', () => { state.take(one.text); });
      return make('li', { className: one.spam ? 'spam-yes' : 'spam-no' }, open, make('span', { textContent: `${one.spam ? _('spam') : _('no spam')} · cos = ${cosine.toFixed(3)}` }));
    });
    state.part('.spam-near').replaceChildren(...list);
  }

  tells(canvas, () => {
    const { corpus, compared } = state;
    const kind = (/** @type {boolean} */ spam) => (spam ? _('spam') : _('no spam'));
    return [
      ...[...corpus.spam].map((bit, i) => ({ x: corpus.places[2 * i], y: corpus.places[2 * i + 1], is: kind(bit === '1') })),
      ...corpus.examples.map(({ place: [x, y], spam, text }) => ({ x, y, is: kind(spam), text })),
      { x: compared.place[0], y: compared.place[1], is: _('your message') },
    ];
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!state.corpus) return;
    const [px, py] = placeIn(canvas, event);
    const far = state.corpus.examples.map(({ place }) => { const [x, y] = to(...place); return Math.hypot(x - px, y - py); });
    const best = far.indexOf(Math.min(...far));
    const found = far[best] < 12 ? best : -1;
    if (found !== near) { near = found; paint(); }
  });
  canvas.addEventListener('pointerleave', () => { near = -1; paint(); });
  canvas.addEventListener('click', () => {
    if (near < 0) return;
    state.take(state.corpus.examples[near].text);
  });
  for (const event of ['answer', 'settings', 'figures']) state.on(event, paint);
}
