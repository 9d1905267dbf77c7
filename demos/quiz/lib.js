// What a quiz knows without a page: which questions, in which order, and whether an answer is right.
// demos/frame/quiz.py does the same for programs.

/** @typedef {{ says: string, why: string, right: boolean }} Option */
/**
 * @typedef {object} Question
 * @property {string} name
 * @property {'choose' | 'compute' | 'order' | 'fault'} kind
 * @property {string} asks HTML
 * @property {string} link query of the place that shows why
 * @property {object} [picture] of Vega-Lite
 * @property {Option[]} [options]
 * @property {boolean} [several]
 * @property {string[]} [steps]
 * @property {string[]} [code]
 * @property {number} [line]
 * @property {string} [mended]
 * @property {string} [because] HTML
 * @property {string} [unit]
 * @property {number} [tolerance]
 * @property {string[][]} [slots] by seed
 * @property {number[]} [answers] by seed
 */
/** @typedef {number | number[]} Answer */
/** @typedef {{ n: string, q: string, s: number, a: Record<string, Answer> }} Result who, questions, seed, answers */

const PLACE = 0xE100; // characters for private use: places of what was drawn

/** @param {number} number */
function scattered(number) {
  let bits = number >>> 0;
  bits ^= bits >>> 16;
  bits = Math.imul(bits, 0x85EBCA6B);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xC2B2AE35);
  return (bits ^ bits >>> 16) >>> 0;
}

/**
 * The order in which options are shown.
 * @param {number} count
 * @param {number} seed
 * @param {string} name of the question
 */
export function mixed(count, seed, name) {
  let start = 0;
  for (const letter of name) start = (Math.imul(start, 31) + letter.charCodeAt(0)) >>> 0;
  start += seed * 1000003;
  const keys = Array.from({ length: count }, (none, index) => scattered(start + index * 7919));
  return keys.map((none, index) => index).sort((one, other) => keys[one] - keys[other]);
}

/** HTML with what was drawn in its places. @param {Question} question @param {string} html @param {number} seed */
export const filled = (question, html, seed) => (question.slots?.[seed - 1] ?? []).reduce(
  (text, value, at) => text.replaceAll(String.fromCharCode(PLACE + at), value), html);

/**
 * @param {Question} question
 * @param {Answer} answer numbers of what was shown, from 1
 * @param {number} seed
 */
export function isRight(question, answer, seed) {
  if (question.kind === 'compute') {
    return typeof answer === 'number' && Math.abs(answer - question.answers[seed - 1]) <= question.tolerance * (1 + 1e-9) + 1e-12;
  }
  if (question.kind === 'fault') return answer === question.line;
  if (!Array.isArray(answer)) return false;
  if (question.kind === 'order') {
    const order = mixed(question.steps.length, seed, question.name);
    return answer.length === order.length && answer.every((at, place) => order[at - 1] === place);
  }
  return mixed(question.options.length, seed, question.name).every((index, at) => question.options[index].right === answer.includes(at + 1));
}

/**
 * The full names that a link asks for, each once.
 * @param {string} text names of chapters and of questions
 * @param {Map<string, string[]>} course chapter → names of its questions
 */
export function listed(text, course) {
  const names = text.split(',').filter(Boolean).flatMap((one) => {
    const [slug, name] = one.split('.');
    return (name ? [name] : course.get(slug) ?? []).map((question) => `${slug}.${question}`);
  });
  return [...new Set(names)];
}

/**
 * The shortest text that asks for these: a chapter's name stands for all of its questions.
 * @param {string[]} names full
 * @param {Map<string, string[]>} course
 */
export function linked(names, course) {
  const wanted = new Set(names);
  return [...course].flatMap(([slug, questions]) => {
    const chosen = questions.filter((name) => wanted.has(`${slug}.${name}`));
    return chosen.length && chosen.length === questions.length ? [slug] : chosen.map((name) => `${slug}.${name}`);
  }).join(',');
}

/** So many of all, of as many chapters as can be. @param {Map<string, string[]>} course */
export function drawn(course, count, seed) {
  const all = [...course].flatMap(([slug, names]) => mixed(names.length, seed, slug).map((index, turn) => ({ name: `${slug}.${names[index]}`, turn })));
  const order = mixed(all.length, seed, 'all');
  return order.map((index) => all[index]).sort((one, other) => one.turn - other.turn).slice(0, count).map(({ name }) => name);
}

/** A result as text that can be sent. @param {Result} result */
export function codeOf(result) {
  const bytes = new TextEncoder().encode(JSON.stringify(result));
  return `quiz.${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

/** Read such a text; null if it is none. @param {string} code @returns {Result | null} */
export function resultOf(code) {
  try {
    const [head, body] = code.trim().split('.');
    const bytes = Uint8Array.from(atob(body.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
    const held = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const fits = head === 'quiz' && typeof held.n === 'string' && typeof held.q === 'string' && Number.isInteger(held.s) && held.a && typeof held.a === 'object';
    return fits ? { ...held, n: held.n.slice(0, 80) } : null;
  } catch {
    return null;
  }
}
