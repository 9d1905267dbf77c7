/** What the scripts of the filters hand to each other. */

/** See demos/filters/knobs.py. */
export interface Settings {
  topic: string; picture: string; operation: string; left: string; right: string; filters: string[];
  kernel: number[]; own: number[]; mix: number[]; padding: string; stride: number; dilation: number;
  side: number; pooled: string; pool: string; window: number; pool_stride: number; shift: number;
  target: string; taught: number[]; several: boolean; noise: number; optimizer: string;
  learning_rate: number; steps: number; seed: number;
}

/** An answer of /filter_apply and /filter_channels; `weight` of the latter only. */
export interface Applied {
  output: string; picture: string; shape: number[]; weight_shape: number[]; output_shape: number[];
  parameters: number; low: number[]; high: number[]; top: number; weight?: number[][][][];
}

/** A topic of the chapter. */
export interface Topic {
  /** What is asked: an endpoint and its arguments. */
  ask(live: boolean): [string, unknown[]];
  /** Show an answer. */
  show(answer: any, live: boolean): void;
  /** What plays it. */
  player?: import('../../widgets/lib/player.js').Player;
  /** The controls to which a refusal belongs. */
  impossible(): string[];
}
