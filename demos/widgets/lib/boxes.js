// What the page has laid out, as SVG that stands without it: boxes, words, drawings, pictures of pixels.

const NAME = 'http://www.w3.org/2000/svg';
const LEFT_OUT = '[data-unsaved], .visually-hidden, .katex-mathml, .live-save, [popover], script, style, template, input, select, textarea, video, progress';
// What of a drawing's look comes from style sheets, which a file has not.
const LOOK = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'opacity', 'font-size', 'font-weight', 'font-family', 'paint-order'];

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function node(tag, attributes, text = '') {
  const one = document.createElementNS(NAME, tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, String(value));
  one.textContent = text;
  return one;
}

/** A colour as every program reads it; mixed ones come as color(srgb …). @param {string} colour */
export function plainColour(colour) {
  const mixed = colour.match(/^color\(srgb ([\d.e+-]+) ([\d.e+-]+) ([\d.e+-]+)(?: \/ ([\d.]+))?\)$/);
  if (!mixed) return colour;
  const three = mixed.slice(1, 4).map((share) => Math.round(255 * Math.min(1, Math.max(0, Number(share)))));
  return mixed[4] ? `rgba(${three.join(', ')}, ${mixed[4]})` : `rgb(${three.join(', ')})`;
}

/**
 * Bars in cells are gradients: a colour up to a share of the way, then none; others are hatched.
 * @param {string} image the background's
 * @returns {{ colour: string, share: number } | null}
 */
export function gradientOf(image) {
  const [, first, share] = image.match(/gradient\((?:90deg, |\d+deg, )?((?:rgba?|color)\([^)]*\))(?: (?:0%|0px))?(?: ([\d.]+)%)?/) ?? [];
  return first ? { colour: plainColour(first), share: share && image.includes('(90deg') ? Number(share) / 100 : 1 } : null;
}

/** @param {string} colour */
const seen = (colour) => colour !== 'transparent' && !/[,/] *0\)$/.test(colour);

/** Whether a canvas shows pixels that are meant as such, a picture's own. @param {HTMLCanvasElement} canvas */
export const showsPixels = (canvas) => getComputedStyle(canvas).imageRendering === 'pixelated';

/** Return a drawing of the page, with its look written into it. @param {SVGSVGElement} drawn */
export function plainDrawing(drawn) {
  const copy = /** @type {SVGSVGElement} */ (drawn.cloneNode(true));
  const gone = /** @type {Element[]} */ ([]);
  const copies = copy.querySelectorAll('*');
  drawn.querySelectorAll('*').forEach((one, i) => {
    const style = getComputedStyle(one);
    if (style.display === 'none') gone.push(copies[i]);
    else copies[i].setAttribute('style', LOOK.map((part) => `${part}:${plainColour(style.getPropertyValue(part))}`).join(';'));
  });
  for (const one of gone) one.remove();
  copy.removeAttribute('class');
  copy.style.color = plainColour(getComputedStyle(drawn).color);
  return copy;
}

/** @param {HTMLCanvasElement | HTMLImageElement} picture */
function addressOf(picture) {
  if (picture instanceof HTMLCanvasElement) return picture.toDataURL();
  const canvas = Object.assign(document.createElement('canvas'), { width: picture.naturalWidth, height: picture.naturalHeight });
  canvas.getContext('2d').drawImage(picture, 0, 0);
  return canvas.toDataURL();
}

/**
 * Return the lines of a text as they stand on the page.
 * @param {Text} text
 * @returns {{ words: string, box: DOMRect, right: number }[]}
 */
function writtenLines(text) {
  const lines = /** @type {{ words: string, box: DOMRect, right: number }[]} */ ([]);
  const range = document.createRange();
  for (const { 0: word, index } of text.data.matchAll(/\S+/g)) {
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    const box = range.getBoundingClientRect();
    if (!box.width) continue;
    const last = lines.at(-1);
    if (last && Math.abs(last.box.top - box.top) < 2 && box.left >= last.right - 1) Object.assign(last, { words: `${last.words} ${word}`, right: box.right });
    else lines.push({ words: word, box, right: box.right });
  }
  return lines;
}

/** Return an element of the page as SVG, drawn where it stands in itself. @param {Element} host */
export function boxesOf(host) {
  const frame = host.getBoundingClientRect();
  const measure = document.createElement('canvas').getContext('2d');

  /** @param {DOMRect} box */
  const at = (box) => ({ x: box.left - frame.left, y: box.top - frame.top });

  /** @param {SVGElement} into @param {Element} one @param {CSSStyleDeclaration} style */
  function drawBox(into, one, style) {
    const box = one.getBoundingClientRect();
    const { x, y } = at(box);
    const fill = plainColour(style.backgroundColor);
    const sides = /** @type {['Top', 'Right', 'Bottom', 'Left']} */ (['Top', 'Right', 'Bottom', 'Left']).map((side) => ({
      wide: style[`border${side}Style`] === 'none' ? 0 : parseFloat(style[`border${side}Width`]), colour: plainColour(style[`border${side}Color`]),
    }));
    const round = Math.min(parseFloat(style.borderTopLeftRadius) || 0, box.width / 2, box.height / 2);
    const [top] = sides;
    const alike = sides.every(({ wide, colour }) => wide === top.wide && colour === top.colour);
    const lit = gradientOf(style.backgroundImage);
    if (lit) into.append(node('rect', { x, y, width: box.width * lit.share, height: box.height, rx: round, fill: lit.colour }));
    if (seen(fill)) into.append(node('rect', { x, y, width: box.width, height: box.height, rx: round, fill }));
    if (alike && top.wide && seen(top.colour)) {
      into.append(node('rect', { x: x + top.wide / 2, y: y + top.wide / 2, width: Math.max(0, box.width - top.wide), height: Math.max(0, box.height - top.wide), rx: round, fill: 'none', stroke: top.colour, 'stroke-width': top.wide }));
    } else if (!alike) {
      sides.forEach(({ wide, colour }, side) => {
        if (!wide || !seen(colour)) return;
        const [w, h] = side % 2 ? [wide, box.height] : [box.width, wide];
        into.append(node('rect', { x: side === 1 ? x + box.width - wide : x, y: side === 2 ? y + box.height - wide : y, width: w, height: h, fill: colour }));
      });
    }
  }

  /** @param {SVGElement} into @param {Text} text */
  function drawText(into, text) {
    const style = getComputedStyle(text.parentElement);
    measure.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    for (const { words, box, right } of writtenLines(text)) {
      const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = measure.measureText(words);
      const { x, y } = at(box);
      into.append(node('text', {
        x, y: y + (box.height - up - down) / 2 + up, fill: plainColour(style.color), textLength: right - box.left, lengthAdjust: 'spacingAndGlyphs',
        'font-size': style.fontSize, 'font-weight': style.fontWeight, 'font-style': style.fontStyle, 'font-family': style.fontFamily.replaceAll('"', "'"),
      }, words));
    }
  }

  /** @param {SVGElement} into @param {Element} one */
  function draw(into, one) {
    const style = getComputedStyle(one);
    if (one.matches(LEFT_OUT) || style.display === 'none') return;
    const group = Number(style.opacity) < 1 ? node('g', { opacity: style.opacity }) : into;
    if (group !== into) into.append(group);
    const shown = style.visibility === 'visible';
    if (shown) drawBox(group, one, style);
    const box = one.getBoundingClientRect();
    if (one instanceof HTMLCanvasElement || one instanceof HTMLImageElement) {
      if (shown && box.width && box.height) group.append(node('image', { ...at(box), width: box.width, height: box.height, href: addressOf(one), preserveAspectRatio: 'none', style: `image-rendering: ${style.imageRendering}` }));
      return;
    }
    if (one instanceof SVGSVGElement) {
      const copy = plainDrawing(one);
      for (const [name, value] of Object.entries({ ...at(box), width: box.width, height: box.height })) copy.setAttribute(name, String(value));
      group.append(copy);
      return;
    }
    for (const child of one.childNodes) {
      if (child instanceof Text) { if (shown) drawText(group, child); } else if (child instanceof Element) draw(group, child);
    }
  }

  const whole = /** @type {SVGSVGElement} */ (node('svg', { width: frame.width, height: frame.height }));
  draw(whole, host);
  return whole;
}
