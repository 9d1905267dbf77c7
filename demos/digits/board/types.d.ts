/** What the server says of a sketch; see demos/digits/lessons.py. */
export interface Answer {
  topic: string; trouble?: string; empty?: string; seen?: string;
  z?: number; p?: number; losses?: [number, number]; bias?: number; plus?: number; minus?: number; weights?: string; added?: string;
  number?: number; errors?: number[]; shares?: number[]; mean?: number;
  networks?: Record<string, Ten>; missing?: Record<string, string>;
  ways?: { way: string; seen: string; reads: Record<string, [string | null, number]> }[];
}

/** Ten outputs of one network. */
export interface Ten {
  logits: number[]; exponentials: number[]; total: number; softmax: number[]; sigmoid: number[];
  entropies: number[]; questions: number[];
}

/** See demos/digits/knobs.py. */
export interface Settings { topic: string; zero: string; threshold: number; truth: string; network: string }

/** What the trainers measured; see `measured` in demos/digits/board. */
export interface Measured {
  missed: number[]; alarms: number[]; numbers: { mean: number; right: number }[];
  ways: Record<string, Record<string, number>>;
}

export interface State {
  root: HTMLElement;
  settings: Settings;
  answer: Answer;
  measured: Measured;
  networks: Record<string, string>;
  ways: Record<string, string>;
  /** A part of the page. */
  part(name: string): any;
  /** Write a line: texts, and nodes. */
  line(name: string, ...parts: (string | Node)[]): void;
  /** Set controls of the panel, as if by hand. */
  choose(changes: Partial<Settings>): void;
  /** Paint a small picture. */
  paint(canvas: HTMLCanvasElement, coded: string, signed?: boolean): void;
}
