// Controls that a link hides keep its value (`hide=` is read by the page's own script).
const isHidden = (name) => (window.courseHidden?.("playground") || []).includes(name);

function drawTiles() {
  // Little pictures of the data sets, drawn as they are made.
  part('.pg-tiles').replaceChildren(...props.choices.data.map((kind) => {
    const tile = document.createElement('button');
    tile.type = 'button';
    tile.setAttribute('role', 'radio');
    tile.dataset.value = kind;
    tile.dataset.option = kind;
    const canvas = Object.assign(document.createElement('canvas'), { width: 88, height: 88 });
    paintKind(canvas, kind);
    tile.append(canvas, Object.assign(document.createElement('span'), { textContent: label(kind) }));
    tile.addEventListener('click', () => change({ data: kind }, { later: kind === 'own' && settings.points.length < 8 ? -1 : 100 }));
    return tile;
  }));
}

function paintKind(canvas, kind) {
  const context = canvas.getContext('2d');
  const colours = [colour('--chart-orange'), colour('--chart-blue')];
  const dot = (x, y, one) => drawMark(context, 44 + x * 7, 44 - y * 7, one, 3, colours[one], colours[one], 0);
  for (let i = 0; i < 24; i += 1) {
    const turn = i / 24;
    const [sin, cos] = [Math.sin(2 * Math.PI * turn), Math.cos(2 * Math.PI * turn)];
    const wave = ((i * 7) % 24) / 24;
    if (kind === 'circle') { dot(5 * sin, 5 * cos, 0); if (i % 3 === 0) dot(2 * sin, 2 * cos, 1); }
    if (kind === 'xor') { const [a, b] = [1 + 4 * turn, 1 + 4 * wave]; dot(a, b, 1); dot(-a, -b, 1); dot(-a, b, 0); dot(a, -b, 0); }
    if (kind === 'gaussians') { dot(2.2 + 2 * sin * wave, 2.2 + 2 * cos * wave, 1); dot(-2.2 + 2 * cos * wave, -2.2 + 2 * sin * wave, 0); }
    if (kind === 'spiral') { const r = 5.4 * turn; const a = 3.5 * Math.PI * turn; dot(r * Math.sin(a), r * Math.cos(a), 0); dot(-r * Math.sin(a), -r * Math.cos(a), 1); }
    if (kind === 'moons') { const a = Math.PI * turn; dot(3.2 * (Math.cos(a) - 0.5), 3.2 * (Math.sin(a) - 0.25), 0); dot(3.2 * (0.5 - Math.cos(a)), 3.2 * (0.25 - Math.sin(a)), 1); }
    if (kind === 'exam') { const [a, b] = [10 * turn - 5, 10 * wave - 5]; dot(a, b, 0.6 * a + 0.4 * b > 1 ? 1 : 0); }
  }
  if (kind !== 'own') return;
  context.strokeStyle = colour('--course-quiet');
  context.lineWidth = 4;
  context.beginPath();
  context.moveTo(44, 24); context.lineTo(44, 64); context.moveTo(24, 44); context.lineTo(64, 44);
  context.stroke();
}

function repaint() {
  colours.clear();
  mixColours();
  drawTiles();
  paintControls();
  drawNetwork();
  paintPoints();
  curves.clear();
  if (runs.length) paintCardPoints();
  refresh();
}

function receive() {
  // A link sets the controls.
  if (!props.value || JSON.stringify({ ...props.defaults, ...props.value }) === JSON.stringify(settings)) return;
  settings = { ...props.defaults, ...props.value };
  paintControls();
  paintCompare();
  drawNetwork();
}

mixColours();
drawTiles();
listenToControls();
listenToPlane();
listenToDrawing();
listenToCurves();
listenToCompare();
listenToPlayer();
listExamples();
paintControls();
paintCompare();
describePlane();
watch('value', receive);
new MutationObserver(repaint).observe(document.body, { attributeFilter: ['class'] });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
// Alive at once: the first run starts when the chapter is opened.
const begin = () => {
  if (!element.isConnected) return;
  const before = settings;
  receive();
  drawNetwork();
  if (settings !== before || (!busy && !version)) ask({ more: false, start: 0 });
};
document.addEventListener('course:redraw', begin);
setTimeout(begin);
