// The classes as cards: their names, their photos, and the ways in.
import { save } from '../../widgets/lib/files.js';
import { _ } from '../../widgets/lib/texts.js';
import { accepted, opened, refusalOf } from '../../widgets/lib/photos.js';
import { TOO_LARGE, joined, unzipped, zipped } from '../../widgets/lib/zip.js';
import { contentOf, squareOf } from './photos.js';
import { TIRES, foldersOfNames, namesOfFolders } from './state.js';

/** @typedef {import('./state').State} State */
/** @typedef {import('./types').Sample} Sample */

const FEW = 0.5; // of the largest class: fewer photos are said to be few
const PICTURE = /\.(png|jpe?g|webp|gif|bmp|hei[cf]|avif|tiff?)$/i;

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} properties
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

/**
 * @param {string} text
 * @param {() => void} act
 * @param {Record<string, unknown>} properties
 */
export function button(text, act, properties = {}) {
  const node = make('button', { type: 'button', textContent: text, ...properties });
  node.addEventListener('click', act);
  return node;
}

/**
 * Return photos of files as data URLs; what is none is said.
 * @param {State} state
 * @param {Iterable<File>} files
 */
export async function photosIn(state, files) {
  const [urls, all] = [[], [...files]];
  for (const [i, file] of all.entries()) {
    if (all.length > 1) state.part('.teach-kept').textContent = _('Opening photo {number} of {all} …', { number: i + 1, all: all.length });
    try {
      const bitmap = await opened(file);
      urls.push(squareOf(bitmap, bitmap.width, bitmap.height));
      bitmap.close();
    } catch (error) {
      state.trouble(`${file.name}: ${refusalOf(error)}`);
    }
  }
  state.tell('looked');
  return urls;
}

/** @param {State} state */
export function listenToCards(state) {
  const { root, props } = state;
  const list = state.part('.teach-classes');
  const dialog = state.part('.teach-preview');
  const phone = matchMedia('(pointer: coarse)').matches;
  let active = 0; // the class that pasted photos go to
  /** @type {Sample | null} */
  let shown = null;

  // ---------------------------------------------------------------- one card
  /** @param {number} label */
  function card(label) {
    const name = make('input', { className: 'teach-name', type: 'text', maxLength: props.limits.name, value: state.names[label], autocomplete: 'off' });
    name.setAttribute('aria-label', _('Name of class {number}', { number: label + 1 }));
    name.addEventListener('change', () => {
      const typed = name.value.replaceAll(',', ' ').replace(/\s+/g, ' ').trim();
      const taken = state.names.some((one, i) => i !== label && one.toLowerCase() === typed.toLowerCase());
      if (!typed || taken) {
        name.value = state.names[label];
        state.trouble(taken ? _('Another class has this name already.') : '');
        return;
      }
      state.rename(state.names.map((one, i) => (i === label ? typed : one)));
      state.changed();
    });
    const count = make('span', { className: 'teach-count' });
    const away = button('×', () => state.drop(label), { className: 'teach-drop' });
    away.setAttribute('aria-label', _('Remove class {number}', { number: label + 1 }));
    const camera = make('input', { type: 'file', accept: 'image/*', hidden: true });
    camera.setAttribute('capture', 'environment'); // the rear one
    camera.setAttribute('aria-label', _('Take photos'));
    const files = make('input', { type: 'file', accept: accepted(), multiple: true, hidden: true });
    files.setAttribute('aria-label', _('Choose photos'));
    for (const field of [camera, files]) {
      field.dataset.label = String(label);
      field.addEventListener('change', () => { take(label, [...field.files]); field.value = ''; });
    }
    camera.dataset.way = 'camera';
    files.dataset.way = 'files';
    const ways = make(
      'div', { className: 'teach-ways' },
      button(_('Take photos'), () => camera.click(), { className: 'first', hidden: !phone }),
      button(_('Choose photos'), () => files.click(), { className: phone ? '' : 'first' }),
      button(_('● Record'), () => state.tell('record', label), { className: 'teach-record', hidden: true }),
      camera, files,
    );
    const thumbs = make('div', { className: 'teach-thumbs' });
    const box = make('article', { className: 'teach-class' }, make('div', { className: 'teach-head' }, name, count, away), ways, thumbs);
    box.addEventListener('pointerdown', () => { active = label; });
    box.addEventListener('focusin', () => { active = label; });
    box.addEventListener('dragover', (event) => { event.preventDefault(); box.classList.add('dropping'); });
    box.addEventListener('dragleave', () => box.classList.remove('dropping'));
    box.addEventListener('drop', (event) => {
      event.preventDefault();
      box.classList.remove('dropping');
      take(label, [...event.dataTransfer.files]);
    });
    return box;
  }

  /** @param {number} label @param {File[]} files */
  function take(label, files) {
    state.trouble('');
    return put(state.follow(label), files);
  }

  /** @param {() => number} place of the class, see `State.follow` @param {File[]} files */
  async function put(place, files) {
    const fitting = files.slice(0, state.room);
    const urls = await photosIn(state, fitting);
    if (fitting.length < files.length) state.full(files.length - fitting.length, files.length);
    if (urls.length && place() >= 0) await state.add(place(), urls);
  }

  // ---------------------------------------------------------------- all cards
  let drawn = '';
  /** The photo on each button. @type {WeakMap<Element, Sample>} */
  const shows = new WeakMap();

  function paint() {
    if (drawn !== state.names.join()) {
      drawn = state.names.join();
      list.replaceChildren(...state.names.map((_name, label) => card(label)));
      active = Math.min(active, state.names.length - 1);
      state.tell('drawn');
    }
    const counts = state.names.map((_name, label) => state.of(label).length);
    const most = Math.max(...counts);
    [...list.children].forEach((box, label) => {
      const starved = counts[label] < FEW * most && most > 2;
      box.classList.toggle('starved', starved);
      const said = counts[label] === 1 ? _('1 photo') : _('{count} photos', { count: counts[label] });
      box.querySelector('.teach-count').textContent = starved ? _('{said}, few beside {most}', { said, most }) : said;
      box.querySelector('.teach-drop').hidden = state.names.length < 3;
      const thumbs = box.querySelector('.teach-thumbs');
      // The nodes of photos that stay are kept, so that nothing flickers.
      const known = new Map([...thumbs.children].map((node) => [shows.get(node), node]));
      const newest = state.of(label).toReversed();
      thumbs.replaceChildren(...newest.map((sample) => known.get(sample) ?? thumb(sample)));
      [...thumbs.children].forEach((node, i) => node.setAttribute('aria-label', _('Photo {id}', { id: newest.length - i })));
    });
    state.button('add').hidden = state.names.length >= props.limits.classes || state.base === TIRES;
    paintKept();
  }

  function paintKept() {
    const waiting = state.waiting;
    const kept = state.memory.works ? _('Photos stay in this browser; a link holds none of them.') : _('This browser keeps no photos: they are gone when the page is closed.');
    state.part('.teach-kept').textContent = waiting ? _('The network looks at {waiting} photos …', { waiting }) : kept;
    state.button('undo').hidden = !state.before;
    if (state.before) state.button('undo').textContent = _('Bring {count} photos back', { count: state.before.samples.length });
    root.dataset.waiting = String(waiting);
    root.dataset.photos = String(state.samples.length);
  }

  /** @param {Sample} sample */
  function thumb(sample) {
    const node = button('', () => preview(sample), { className: 'teach-thumb' });
    shows.set(node, sample);
    node.append(make('img', { src: sample.url, alt: '' }));
    return node;
  }

  // ---------------------------------------------------------------- one photo
  /** @param {Sample} sample */
  function preview(sample) {
    shown = sample;
    dialog.querySelector('img').src = sample.url;
    dialog.querySelector('p').textContent = _('In class {name}. Move it to:', { name: state.names[sample.label] });
    dialog.querySelector('.teach-tools').replaceChildren(...state.names.flatMap((name, label) => (label === sample.label ? [] : [
      button(name, () => { state.move(sample, label); dialog.close(); }),
    ])));
    dialog.showModal();
  }

  state.button('delete').addEventListener('click', () => { state.remove(shown); dialog.close(); });
  state.button('close').addEventListener('click', () => dialog.close());
  state.button('ask').addEventListener('click', () => { dialog.close(); state.tell('ask', shown.url); });
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  state.on('preview', preview);

  // ---------------------------------------------------------------- tools
  state.button('add').addEventListener('click', () => {
    const free = [...'ABCDEFGH'].find((letter) => !state.names.includes(letter));
    state.rename([...state.names, free]);
    state.changed();
  });

  const closeMenus = () => { for (const menu of root.querySelectorAll('.teach-menu')) menu.open = false; };

  state.part('.teach-ready').append(
    ...props.sets.map(([kind, title]) => button(title, () => { closeMenus(); fill(kind); })),
    ...props.presets.map(([title, names, base]) => button(title, () => { closeMenus(); state.begin(names, base); })),
  );

  /** @param {string} kind */
  const fill = (kind) => state.attempt(async () => {
    const { names, photos } = await state.server.atOnce('teach_ready_made', [kind, 20, 0]);
    if (!await state.begin(names)) return;
    const places = names.map((/** @type {string} */ _name, /** @type {number} */ label) => state.follow(label));
    for (const [i, place] of places.entries()) if (place() >= 0) await state.add(place(), photos[i]);
  });

  state.button('undo').addEventListener('click', () => state.undo());
  state.button('forget').addEventListener('click', () => { closeMenus(); state.begin(state.names, state.base); });
  state.button('save').addEventListener('click', () => {
    closeMenus();
    const folders = foldersOfNames(state.names, props.limits.name);
    const files = folders.flatMap((folder, label) => {
      const photos = state.of(label).map(({ url }, i) => ({ name: `${folder}/${String(i + 1).padStart(4, '0')}.jpg`, bytes: contentOf(url) }));
      return photos.length ? photos : [{ name: `${folder}/`, bytes: new Uint8Array(0) }];
    });
    save(`${_('my photos')}.zip`, zipped(files));
  });
  const zip = state.part('[data-for=load]');
  state.button('load').addEventListener('click', () => { closeMenus(); zip.click(); });
  zip.addEventListener('change', () => {
    const [file] = zip.files;
    if (file) state.attempt(() => open(file));
    zip.value = '';
  });

  /** Open a ZIP file with a folder of photos for each class. @param {File} file */
  async function open(file) {
    let entries;
    try {
      entries = await unzipped(new Uint8Array(await file.arrayBuffer()));
    } catch (error) {
      if (error === TOO_LARGE) throw new Error(_('This ZIP file holds more than 200 MB: make the photos smaller, or take fewer.'));
      throw new Error(_('This file is no ZIP file, or it is damaged.'));
    }
    /** @type {Map<string, File[]>} */
    const folders = new Map();
    for (const { name, bytes } of entries) {
      const [photo, folder] = name.split('/').reverse();
      const empty = !photo && !entries.some((other) => other.name !== name && other.name.startsWith(name));
      if (!folder || name.startsWith('__MACOSX/') || photo.startsWith('.') || !(empty || PICTURE.test(photo))) continue;
      const others = folders.get(folder) ?? [];
      folders.set(folder, empty ? others : [...others, new File([joined([bytes])], photo)]);
    }
    if (folders.size < 2 || folders.size > props.limits.classes) {
      throw new Error(_('This ZIP file needs two to {most} folders, each with the photos of one class.', { most: props.limits.classes }));
    }
    const names = namesOfFolders([...folders.keys()], props.limits.name);
    // The classes that are here already stay in their order, whatever that of the folders.
    const same = names.length === state.names.length && names.every((name) => state.names.includes(name));
    if (!await state.begin(same ? state.names : names, same ? state.base : undefined)) return;
    const places = names.map((name) => state.follow(state.names.indexOf(name)));
    for (const [i, files] of [...folders.values()].entries()) await put(places[i], files);
  }

  document.addEventListener('paste', (event) => {
    const typing = document.activeElement?.closest('input:not([type=range], [type=radio], [type=file]), textarea');
    const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith('image/'));
    if (!root.isConnected || !list.offsetParent || typing || !files.length) return;
    event.preventDefault();
    take(active, files);
  });

  state.on('samples', paint);
  state.on('looked', paintKept);
  paint();
}
