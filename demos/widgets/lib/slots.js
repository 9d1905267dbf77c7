// The numbers of a blackboard: Markdown with KaTeX in which {loss:.2f} was written as
// \text{@loss:.2f@}. Gradio typesets it some time after its text arrives.

/**
 * @typedef {object} Slot
 * @property {Text} node that holds the number
 * @property {string} name
 * @property {string} spec how it is written
 */

/**
 * Return the name and the format of a slot; null if a text is none.
 * @param {string} text "@weight-gradient:.2f@"
 */
export function readSlot(text) {
  const match = /^@([\w.-]+):([.\w]+)@$/.exec(text.trim());
  return match && { name: match[1].replaceAll('-', '_'), spec: match[2] };
}

/**
 * Return a sentence with its slots filled in: "Step {step:d}: the loss is {loss:.2f}."
 * @param {string} sentence
 * @param {(name: string, spec: string) => string} textOf
 */
export const withNumbers = (sentence, textOf) => sentence.replace(/\{([\w.]+):([+.\w]+)\}/g, (_whole, name, spec) => textOf(name, spec));

export class Slots {
  /** @type {Slot[]} */
  all = [];

  /**
   * @param {ParentNode} chapter whose blackboards these are
   * @param {(box: HTMLElement, slot: Slot) => void} dress style the element around a typeset number
   */
  constructor(chapter, dress) {
    this.chapter = chapter;
    this.dress = dress;
  }

  /** Whether all of them are still on the page. */
  get current() { return this.all.every(({ node }) => node.isConnected); }

  /** Look for those that have come. */
  find() {
    this.all = this.all.filter(({ node }) => node.isConnected);
    for (const board of this.chapter.querySelectorAll('.blackboard')) {
      const walker = document.createTreeWalker(board, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const read = readSlot(node.textContent);
        if (!read) continue;
        const slot = { node: /** @type {Text} */ (node), ...read };
        this.all.push(slot);
        if (node.parentElement.closest('.katex-html')) this.dress(node.parentElement, slot);
      }
    }
  }

  /** @param {(slot: Slot) => string} textOf */
  write(textOf) {
    for (const slot of this.all) {
      const text = textOf(slot);
      if (slot.node.textContent !== text) slot.node.textContent = text;
    }
  }

  /** Call back whenever a blackboard was typeset. @param {() => void} callback */
  watch(callback) {
    new MutationObserver((changes) => {
      if (changes.some(({ target, addedNodes }) => addedNodes.length && target.closest?.('.blackboard'))) callback();
    }).observe(this.chapter, { childList: true, subtree: true });
  }
}
