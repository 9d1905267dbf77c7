// A chapter as a Jupyter notebook: its script with the settings of the moment, and what there is to try.
import { filled } from '../widgets/lib/scripts.js';
import { _ } from '../widgets/lib/texts.js';

// Many scripts use the course's own functions and weights, which lie in its folder.
const FOLDER = `import os
import sys

if not os.path.isdir("demos"):
    sys.exit("Put this notebook into the folder of the course, beside app.py.")
sys.path.insert(0, os.getcwd())`;

// In a place of its own, such as Colab, the course is fetched first.
const FETCHED = (/** @type {string} */ repository) => `import os
import subprocess
import sys

if not os.path.isdir("demos"):
    if not os.path.isdir("course"):
        subprocess.run(["git", "clone", "--depth", "1", ${JSON.stringify(repository)}, "course"], check=True)
    os.chdir("course")
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "-r", "requirements.txt"], check=True)
sys.path.insert(0, os.getcwd())`;

/** Text with formulas as Markdown: KaTeX keeps what was written. @param {Element} place */
export function markdownOf(place) {
  const copy = /** @type {Element} */ (place.cloneNode(true));
  for (const one of copy.querySelectorAll('.katex')) {
    const tex = one.querySelector('annotation')?.textContent.trim() ?? one.textContent;
    one.replaceWith(one.closest('.katex-display') ? `$$${tex}$$` : `$${tex}$`);
  }
  for (const one of copy.querySelectorAll('details, .set-up, button')) one.remove();
  for (const one of copy.querySelectorAll('code')) one.replaceWith(`\`${one.textContent}\``);
  for (const one of copy.querySelectorAll('strong, b')) one.replaceWith(`**${one.textContent}**`);
  for (const one of copy.querySelectorAll('p, li')) one.append('\n\n');
  return copy.textContent.replace(/\n{3,}/g, '\n\n').trim();
}

/** Whether something belongs to the topic that a chapter shows. @param {Element} one @param {Element} chapter */
export const ofTopic = (one, chapter) => !one.className.includes('in-topic-') || one.classList.contains(`in-topic-${/** @type {HTMLElement} */ (chapter).dataset.topic}`);

const cell = (/** @type {string} */ kind, /** @type {string} */ text, /** @type {number} */ at) => ({
  cell_type: kind,
  id: `cell-${at}`,
  metadata: {},
  ...(kind === 'code' ? { execution_count: null, outputs: [] } : {}),
  source: text.split(/(?<=\n)/),
});

/**
 * Return a chapter as the text of a notebook.
 * @param {Element} chapter
 * @param {{ link: string, settings: Record<string, any>, codes: any, own?: string, repository?: string }} what
 *   `own`: the script of a chapter that makes it itself; `repository`: where the course lies in public
 */
export function notebook(chapter, { link, settings, codes, own = '', repository = '' }) {
  const { scripts, topic } = codes;
  const template = scripts[settings[topic] ?? ''];
  const script = own || (template && filled(template, new Map(Object.entries(settings))));
  const head = chapter.querySelector('.question').textContent.trim();
  const intro = chapter.querySelector('.intro p')?.textContent.trim() ?? '';
  const tasks = [...chapter.querySelectorAll('.tasks .task')].filter((one) => ofTopic(one, chapter));
  const told = _('Made on {link}, with the settings of that moment. It needs PyTorch, and lies in the folder of the course.', { link });
  const cells = [
    ['markdown', `# ${head}\n\n${intro}\n\n${told}`],
    ['code', repository ? FETCHED(repository) : FOLDER],
    ...(script ? [['code', script.trimEnd()]] : []),
    ...tasks.map((one) => ['markdown', markdownOf(one)]),
  ];
  return JSON.stringify({
    cells: cells.map(([kind, text], at) => cell(kind, text, at)),
    metadata: { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' }, language_info: { name: 'python' } },
    nbformat: 4,
    nbformat_minor: 5,
  }, null, 1);
}
