// One PhotoExam. Raises 'input'.
import { accepted, drawn, opened, refusalOf } from './lib/photos.js';
import { _ } from './lib/texts.js';
import { patience } from './lib/unanswered.js';

const AT_ONCE = 2; // photos that are asked about in one request
const LIMITS = { shortest: 256, longest: 2048 };

/** @param {import('./lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  const root = element.querySelector('.photo-exam');
  const list = root.querySelector('ul');
  const input = root.querySelector('input');
  const progress = root.querySelector('progress');
  const clear = root.querySelector('[data-do=clear]');
  const mistakes = root.querySelector('[data-do=mistakes]');
  const status = root.querySelector('.exam-status');
  let photos = []; // { id, url, truth, answer: { said, text, share } | null, item }
  let asked = []; // ids on their way
  let flying = false; // whether a request is on its way: its answer would replace the next one's value
  let stale = false; // whether the charts show less than is known
  let ids = 0;
  let opening = 0; // files that are being opened
  let leftOut = []; // sentences on files of the last choice
  let telling = 0;
  let waits = 0;
  let times = 0; // that all was forgotten

  const say = (sentence, trouble = false) => {
    status.classList.toggle('trouble', trouble);
    status.textContent = sentence;
  };

  // What the server draws of: of each photo that is sorted and answered three numbers, no picture.
  const known = () => photos.filter(({ truth, answer }) => truth !== null && answer)
    .map(({ truth, answer }) => [truth, answer.share, answer.said]);

  function send(ask) {
    asked = ask.map(({ id }) => id);
    flying = true;
    stale = false;
    clearTimeout(waits);
    waits = setTimeout(() => {
      stale = true;
      landed();
      say(_('No answer came: check the connection. The photos are asked about again.'), true);
    }, patience.photos);
    props.value = JSON.stringify({ ask: ask.map(({ id, url }) => [id, url]), known: known() });
    trigger('input');
  }

  function landed() {
    clearTimeout(waits);
    flying = false;
    asked = [];
    next();
  }

  function next() {
    paintMistakes();
    const waiting = photos.filter(({ answer }) => !answer);
    progress.hidden = !waiting.length && !opening;
    progress.max = Math.max(1, photos.length + opening);
    progress.value = photos.length - waiting.length;
    root.setAttribute('aria-busy', String(Boolean(waiting.length || opening)));
    clear.disabled = !photos.length;
    if (!flying && (waiting.length || stale)) send(waiting.slice(0, AT_ONCE));
    const sorted = known().length;
    if (!waiting.length && !opening && photos.length) {
      const count = sorted < photos.length
        ? _('{n} of {all} photos are sorted: tap what each tire is in truth.').replace('{n}', String(sorted)).replace('{all}', String(photos.length))
        : _('All {all} photos are sorted.').replace('{all}', String(photos.length));
      say([count, ...leftOut].join(' '), leftOut.length > 0);
    }
  }

  // Photos whose answer is not the truth may be looked at alone.
  function paintMistakes(alone = list.classList.contains('mistakes')) {
    const count = list.querySelectorAll('.wrong').length;
    mistakes.hidden = !count;
    mistakes.textContent = _('Mistakes only: {n}').replace('{n}', String(count));
    list.classList.toggle('mistakes', Boolean(alone && count));
    mistakes.setAttribute('aria-pressed', String(list.classList.contains('mistakes')));
  }

  // Sorting changes the charts; what is tapped in a hurry is told together.
  function tell() {
    clearTimeout(telling);
    telling = setTimeout(() => { stale = true; next(); }, 150);
  }

  function paint(photo) {
    const { item, answer, truth } = photo;
    item.querySelector('.exam-said').textContent = answer ? answer.text : '…';
    const judged = answer && answer.said < 2 && truth !== null;
    item.classList.toggle('wrong', Boolean(judged && answer.said !== truth));
    item.classList.toggle('right', Boolean(judged && answer.said === truth));
    item.querySelectorAll('.exam-truth button').forEach((button, i) => button.setAttribute('aria-pressed', String(truth === Number(button.dataset.truth))));
  }

  function add(url, name) {
    const item = document.createElement('li');
    const image = Object.assign(document.createElement('img'), { src: url, alt: name });
    const said = Object.assign(document.createElement('span'), { className: 'exam-said' });
    const truth = Object.assign(document.createElement('div'), { className: 'exam-truth' });
    truth.setAttribute('role', 'group');
    truth.setAttribute('aria-label', _('In truth'));
    const photo = { id: (ids += 1), url, truth: null, answer: null, item };
    props.labels.forEach(([value, text]) => {
      const button = Object.assign(document.createElement('button'), { type: 'button', textContent: text });
      button.dataset.truth = String(value);
      button.setAttribute('aria-label', `${name}: ${text}`);
      button.addEventListener('click', () => {
        photo.truth = photo.truth === value ? null : value;
        paint(photo);
        next();
        tell();
      });
      truth.append(button);
    });
    const remove = Object.assign(document.createElement('button'), { type: 'button', className: 'exam-remove', textContent: '✕' });
    remove.setAttribute('aria-label', `${_('Remove')}: ${name}`);
    remove.addEventListener('click', () => {
      photos = photos.filter((one) => one !== photo);
      item.remove();
      next();
      tell();
    });
    item.append(image, said, truth, remove);
    list.append(item);
    photos.push(photo);
    paint(photo);
  }

  async function take(files) {
    const room = props.most - photos.length - opening;
    const chosen = Array.from(files);
    leftOut = [];
    paintMistakes(false); // what is new must be seen
    const refuse = (sentence) => { leftOut.push(sentence); say(leftOut.join(' '), true); };
    if (chosen.length > room) refuse(_('{n} photos at most: the others were left out.').replace('{n}', String(props.most)));
    const taken = chosen.slice(0, Math.max(0, room));
    opening += taken.length;
    const before = times;
    for (const file of taken) {
      try {
        const bitmap = before === times ? await opened(file) : null;
        if (bitmap && before === times) add(drawn(bitmap, props.side, LIMITS).toDataURL('image/jpeg', 0.9), file.name || _('Photo'));
        bitmap?.close();
      } catch (error) {
        if (before === times) refuse(`${file.name}: ${refusalOf(error)}`);
      }
      opening -= 1;
      next();
    }
  }

  watch('value', () => {
    const { answers, trouble } = props.value ? JSON.parse(props.value) : {};
    if (trouble) {
      // What was asked is not asked again: it would be refused again.
      photos.filter(({ id }) => asked.includes(id)).forEach((photo) => {
        photo.answer = { said: 3, share: null, text: trouble };
        paint(photo);
      });
      say(trouble, true);
    } else if (answers) {
      for (const { id, said, share, text } of answers) {
        const photo = photos.find((one) => one.id === id);
        if (photo) { photo.answer = { said, share, text }; paint(photo); }
      }
    } else return;
    landed();
  });

  root.querySelector('[data-do=choose]').addEventListener('click', () => input.click());
  input.addEventListener('change', () => { take(input.files); input.value = ''; });
  root.addEventListener('dragover', (event) => event.preventDefault());
  root.addEventListener('drop', (event) => { event.preventDefault(); take(event.dataTransfer.files); });
  mistakes.addEventListener('click', () => paintMistakes(!list.classList.contains('mistakes')));
  clear.addEventListener('click', () => {
    photos = [];
    leftOut = [];
    times += 1;
    list.replaceChildren();
    paintMistakes();
    say(_('Forgotten: the photos were kept in this page only.'));
    progress.hidden = true;
    clear.disabled = true;
    tell();
  });
  input.accept = accepted();
  say(props.hint);
}
