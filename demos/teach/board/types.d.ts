/** What the scripts of one's own classes hand to each other. */

export interface Sample {
  id: number;
  /** Its class, counted from 0. */
  label: number;
  /** The photo, 224 × 224, as data URL. */
  url: string;
  /** 1,280 numbers of half precision, or 1,920 for tires; null until the server has sent them. */
  features: Uint8Array<ArrayBuffer> | null;
}

export interface Settings {
  topic: string; head: string; hidden: number; steps: number; l2: number; learning_rate: number; seed: number;
}

export interface Row { step: number; series: string; loss: number; accuracy: number }

/** An answer of /teach_train. */
export interface Trained {
  model: string; history: Row[]; held_out: number[][]; answers: number[][]; confusion: number[][];
  right: number; of: number; accuracy: number | null; low: number | null; high: number | null;
  farthest: number | null; seconds: number;
}

/** An answer of /teach_predict. */
export interface Answer {
  answer: string | null; probabilities: Record<string, number>; distance: number | null;
  farthest: number | null; features: string;
}

/** A LiveChart's value; see demos/widgets/live_chart.py. */
export interface Run {
  data: Record<string, Record<string, unknown[]>>; params: Record<string, unknown>;
  caption: string; conclusion: string; warning: string; start: number | null; topic: string;
}

/** The properties of the widget; see board/__init__.py. */
export interface Props {
  value: { classes: string; cell: string; base: string } | null;
  limits: { classes: number; name: number; photos: number; request: number; tuned: number };
  /** How many numbers each network makes of a photo. */
  features: Record<string, number>;
  presets: [title: string, names: string[], base: string][];
  sets: [kind: string, title: string][];
  examples: { series: string; photos: number; mean: number; deviation: number }[];
}
