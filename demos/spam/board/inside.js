// How a language model makes it: tokens, layers, who looks at whom, the mean.
import { ARROWS } from '../../widgets/lib/keys.js';
import { clamp, grouped } from '../../widgets/lib/numbers.js';
import { placeIn } from '../../widgets/lib/place.js';
import { tells } from '../../widgets/lib/pictures.js';
import { _ } from '../../widgets/lib/texts.js';
import { brushOf, cells, colour, make, percent } from './parts.js';

/** @param {import('./state').State} state */
export function listenToInside(state) {
  const canvas = state.part('.spam-heat canvas');
  const caption = state.part('.spam-heat figcaption');
  let over = [-1, -1]; // the cell under the pointer
  let [side, room] = [0, 0];

  function paint() {
    const { inside, settings } = state;
    if (settings.topic !== 'inside' || !inside) return;
    const { tokens, attention, count } = inside;
    state.part('.spam-tokens').replaceChildren(...tokens.map((token, i) => {
      const chip = make('span', { className: `spam-chip${i === over[0] || i === over[1] ? ' lit' : ''}` }, make('b', { translate: false, textContent: token.text }), make('small', { textContent: String(token.id) }));
      return chip;
    }), ...(count > tokens.length ? [make('span', { textContent: `… ${count - tokens.length}` })] : []));
    state.part('[data-name=tokens]').textContent = _('{count} tokens, with their numbers in a vocabulary of {pieces} pieces. ## begins a piece within a word; [CLS] and [SEP] stand at the ends of every text.', { count, pieces: grouped(inside.pieces) });
    for (const layer of state.root.querySelectorAll('[data-layer]')) layer.classList.toggle('shown', Number(layer.dataset.layer) === settings.layer);

    const width = Math.max(240, canvas.parentElement.clientWidth);
    const font = tokens.length > 28 ? 10 : 12;
    room = Math.min(92, 8 + 0.62 * font * Math.max(...tokens.map(({ text }) => text.length)));
    side = Math.min(26, (width - room - 4) / tokens.length);
    const size = room + side * tokens.length;
    const brush = brushOf(canvas, size, size);
    const ink = colour(canvas, '--chart-ink');
    Object.assign(brush, { font: `${font}px system-ui, sans-serif`, fillStyle: ink, textBaseline: 'middle', textAlign: 'right' });
    tokens.forEach(({ text }, i) => {
      brush.fillText(text, room - 4, room + side * (i + 0.5), room - 6);
      brush.save();
      brush.translate(room + side * (i + 0.5), room - 4);
      brush.rotate(-Math.PI / 2);
      brush.textAlign = 'left';
      brush.fillText(text, 0, 0, room - 6);
      brush.restore();
    });
    attention.forEach((row, i) => row.forEach((share, j) => {
      brush.globalAlpha = 1;
      brush.fillStyle = colourOfGrid;
      brush.fillRect(room + side * j + 0.5, room + side * i + 0.5, side - 1, side - 1);
      brush.globalAlpha = Math.min(1, Math.sqrt(share));
      brush.fillStyle = lit;
      brush.fillRect(room + side * j + 0.5, room + side * i + 0.5, side - 1, side - 1);
    }));
    brush.globalAlpha = 1;
    const [i, j] = over;
    if (attention[i]?.[j] !== undefined) {
      Object.assign(brush, { strokeStyle: ink, lineWidth: 2 });
      brush.strokeRect(room + side * j, room + side * i, side, side);
    }
    const whole = count === tokens.length
      ? _('Layer {layer}, head {head}: a row is one token, and shows how much it looks at each; a row sums to 100 %. Point at a cell.', { layer: settings.layer, head: settings.head })
      : _('Layer {layer}, head {head}: a row is one token, and shows how much it looks at each of the first {shown}; with the {left} that are left out here, a row sums to 100 %. Point at a cell.', { layer: settings.layer, head: settings.head, shown: tokens.length, left: count - tokens.length });
    caption.textContent = attention[i]?.[j] === undefined
      ? whole
      : _('{one} looks at {other} with {share}.', { one: `“${tokens[i].text}”`, other: `“${tokens[j].text}”`, share: percent(attention[i][j]) });
    canvas.setAttribute('aria-label', _('Attention between {count} tokens, layer {layer}, head {head}', { count: tokens.length, layer: settings.layer, head: settings.head }));
    cells(state.part('.spam-mean'), inside.vector, { count: 384, columns: 48, cell: 6 });
  }
  tells(canvas, () => state.inside.attention.flatMap((row, i) => row.map((share, j) => ({ token: state.inside.tokens[i].text, 'looks at': state.inside.tokens[j].text, share }))));
  tells(state.part('.spam-mean'), () => state.inside.vector.map((/** @type {number} */ value, /** @type {number} */ i) => ({ place: i + 1, value })));
  let [colourOfGrid, lit] = ['', ''];
  const paintIn = () => { [colourOfGrid, lit] = ['--chart-grid', '--chart-vermillion'].map((name) => colour(canvas, name)); paint(); };

  canvas.addEventListener('pointermove', (event) => {
    const found = placeIn(canvas, event).reverse().map((at) => Math.floor((at - room) / side));
    if (found.join() !== over.join()) { over = found; paintIn(); }
  });
  canvas.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const way = ARROWS[event.key];
    if (!way || !state.inside) return;
    event.preventDefault();
    const last = state.inside.tokens.length - 1;
    over = over[0] < 0 ? [0, 0] : over.map((at, axis) => clamp(at + way[1 - axis], 0, last));
    paintIn();
    caption.setAttribute('aria-live', 'polite');
  });
  canvas.addEventListener('blur', () => { over = [-1, -1]; paintIn(); });
  canvas.addEventListener('pointerleave', () => { over = [-1, -1]; paintIn(); });
  state.on('answer', paintIn);
  state.on('settings', paintIn);
}
