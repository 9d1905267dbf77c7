// One PhotoDrop. Raises 'input' and 'expand'.
import { accepted, drawn, mark, opened, refusalOf, takeFiles } from './lib/photos.js';
import { _ } from './lib/texts.js';
import { Unanswered } from './lib/unanswered.js';

/** @param {import('./lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  const SHOWN_SIDE = 1024; // px, of the photo on the page
  const LIMITS = { shortest: 256, longest: 2048 }; // px: a panorama keeps its height, within reason
  const QUALITY = 0.9;

  const drop = element.querySelector('.photo-drop');
  const part = (name) => drop.querySelector(`.photo-${name}`);
  const paper = part('paper');
  const picture = part('picture');
  const overlay = part('overlay');
  const opacity = part('opacity');
  const button = (name) => drop.querySelector(`[data-do=${name}]`);
  const file = (name) => drop.querySelector(`[data-for=${name}]`);

  let choice = 0; // counts the photos that were chosen: a slow one must not replace a newer one
  let heat = null; // the overlay as ImageData: transparent where nothing was looked at
  let answered = ''; // the mark of the photo that was answered last

  const say = (sentence, tone = '') => {
    for (const one of ['trouble', 'waiting']) part('status').classList.toggle(one, tone === one);
    part('status').textContent = sentence;
  };

  // ---------------------------------------------------------------- from a file to a small picture
  async function take(chosen) {
    const mine = (choice += 1);
    let bitmap;
    try {
      bitmap = await opened(chosen, (sentence) => { if (mine === choice) say(sentence, 'waiting'); });
    } catch (error) {
      if (mine === choice) say(refusalOf(error), 'trouble');
      return;
    }
    if (mine === choice) {
      // What is sent comes first: the photo is drawn on the page while the server looks at it.
      props.value = drawn(bitmap, props.side, LIMITS).toDataURL('image/jpeg', QUALITY);
      unanswered.ask(true);
      tell();
      trigger('input');
      drawn(bitmap, SHOWN_SIDE, LIMITS, picture);
      picture.hidden = false;
      picture.setAttribute('aria-label', _('Your photo'));
      part('hint').hidden = true;
      drop.dataset.photo = 'true';
      hideOverlay();
      fit();
      say(_('The photo is on the page.'));
    }
    bitmap.close();
  }

  // What the chapter says is hidden until it is said of the photo that is shown.
  const unanswered = new Unanswered('photo', () => element.closest('.chapter'), sayLost);
  const tell = () => { drop.dataset.pending = unanswered.due; }; // for tests

  function sayLost() {
    tell();
    say(_('No answer came to this photo: check the connection, then choose it again.'), 'trouble');
  }

  // ---------------------------------------------------------------- the overlay

  function hideOverlay() {
    heat = null;
    overlay.hidden = opacity.hidden = true;
  }

  async function showOverlay(url) {
    const mine = choice;
    const image = new Image();
    image.src = url;
    await image.decode();
    if (mine !== choice) return;
    const canvas = drawn(image, SHOWN_SIDE, LIMITS);
    heat = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < heat.data.length; i += 4) {
      const value = heat.data[i] / 255; // grey: from vermillion over orange to yellow
      heat.data.set([213 + 42 * value, 60 + 170 * value, 40 * value, 255 * value ** 0.7], i);
    }
    overlay.width = canvas.width;
    overlay.height = canvas.height;
    overlay.getContext('2d').putImageData(heat, 0, 0);
    overlay.hidden = opacity.hidden = false;
    fade();
  }

  function fade() {
    const input = opacity.querySelector('input');
    overlay.style.opacity = input.value / 100;
    input.setAttribute('aria-valuetext', `${input.value} %`);
  }

  function fit() {
    // As large as there is room, small pictures at most twice their size.
    const tallest = matchMedia('(max-width: 640px)').matches ? 220 : 420;
    const scale = Math.min(2, paper.clientWidth / picture.width, tallest / picture.height);
    for (const canvas of [picture, overlay]) {
      canvas.style.width = `${Math.round(scale * picture.width)}px`;
      canvas.style.height = `${Math.round(scale * picture.height)}px`;
    }
  }

  drop.addEventListener('answered', ({ detail }) => {
    // Only the answer to the photo that is shown counts.
    const answer = detail ? JSON.parse(detail) : {};
    const nothingNew = answer.mark === answered;
    answered = answer.mark;
    if (answer.mark !== mark(props.value || '')) {
      if (nothingNew && unanswered.due) { // the request failed
        unanswered.lose();
        sayLost();
      }
      return;
    }
    unanswered.answered();
    tell();
    if (part('status').classList.contains('trouble')) say('');
    if (answer.overlay) showOverlay(answer.overlay);
    else hideOverlay();
  });

  // ---------------------------------------------------------------- ways in
  for (const name of ['choose', 'camera']) button(name).addEventListener('click', () => file(name).click());
  takeFiles({ element, paper, inputs: [file('choose'), file('camera')], take });
  opacity.querySelector('input').addEventListener('input', fade);

  // ---------------------------------------------------------------- start
  drop.setAttribute('aria-label', props.name);
  part('hint').textContent = props.hint;
  opacity.firstElementChild.textContent = props.overlay_name;
  opacity.querySelector('input').setAttribute('aria-label', props.overlay_name);
  file('choose').accept = accepted();
  // A phone or tablet has a camera behind it; elsewhere `capture` only opens the file chooser again.
  const phone = matchMedia('(pointer: coarse)').matches;
  button('camera').hidden = !phone;
  button(phone ? 'camera' : 'choose').classList.add('first');
  if (props.examples.length) {
    part('examples').hidden = false;
    part('examples').append(...props.examples.map(([name, url]) => {
      const example = Object.assign(document.createElement('button'), { type: 'button' });
      const image = Object.assign(document.createElement('img'), { src: url, alt: '' });
      example.append(image, Object.assign(document.createElement('span'), { textContent: name }));
      example.setAttribute('aria-label', name);
      example.title = name;
      example.addEventListener('click', async () => take(await (await fetch(url)).blob()));
      return example;
    }));
  }
  new ResizeObserver(fit).observe(paper);
  const ask = () => { if (element.isConnected) trigger('expand'); };
  document.addEventListener('course:redraw', ask);
  setTimeout(ask);
}
