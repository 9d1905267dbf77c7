/** What Gradio hands to the script of a gr.HTML; see demos/widgets/widget.py. */
export interface Widget {
  element: HTMLElement;
  /** The widget's properties; `value` is its value. Setting one updates the page. */
  props: Record<string, any>;
  /** Raise an event, with data for the server. */
  trigger(event: string, data?: unknown): void;
  /** Call back whenever the property changes. */
  watch(property: string | string[], callback: () => void): void;
}
