/** What the page's scripts find besides the standard: see demos/frame/page.js and live_chart.js. */
export {};

declare global {
  /** Texts in the language of the page: English → that language. */
  var courseTexts: Record<string, string> | undefined;
  /** The code of the language of the page. */
  var courseLanguage: string | undefined;

  interface Window {
    gradio_config?: { root?: string; api_prefix?: string };
    /** The controls that the link hides, of a chapter. */
    courseHidden: (slug: string) => string[];
    /** Returns what the boxes of the chapter's code show. */
    courseState: (slug: string, names: string[], values: unknown[]) => Promise<string | string[]>;
    /** Where a link wants a run to stand that ends at `last`; null: where it begins. */
    courseStep?: (slug: string, last: number) => number | null | undefined;
    courseTabChosen: () => void;
    courseRedraw: () => void;
    courseVega?: { vegaEmbed: (...values: any[]) => Promise<any> };
    courseVegaLoading?: Promise<Window['courseVega']>;
  }

  // The page is looked up by selectors: of what kind an element is stands in its HTML.
  interface ParentNode {
    querySelector(selectors: string): any;
    querySelectorAll(selectors: string): NodeListOf<any>;
  }
  interface Element {
    closest(selectors: string): any;
  }
  interface EventTarget {
    closest(selectors: string): any;
    value: any;
  }
  interface DocumentEventMap {
    /** A chapter is in view; `detail` is its name. */
    'course:chapter': CustomEvent<string>;
    /** A chapter must be fetched; `detail` is the address. */
    'course:open': CustomEvent<string>;
    /** Another topic of the chapter is shown. */
    'course:topic': Event;
    /** Another topic of a chapter was chosen by hand. */
    'course:chosen': Event;
    /** Controls of a chapter were set by hand; `detail` has their values by name. */
    'course:hand': CustomEvent<Record<string, any>>;
    /** A run stands at a step, see lib/player.js. */
    'course:stands': CustomEvent<{ step: number; first: number }>;
    /** A link leads to another step of the run that is shown. */
    'course:led': Event;
    /** A presentation has begun or ended. */
    'course:present': Event;
    /** A chapter that was asked for has arrived. */
    'course:redraw': Event;
  }
}
