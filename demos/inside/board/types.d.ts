/** What the scripts of this chapter hand to each other. */

/** See demos/inside/knobs.py. */
export interface Settings {
  topic: string; network: string; picture: string; photo: string; stranger: string; layer: number;
  unit: number; off: boolean; method: string; square: number; across: number; down: number;
  turn: number; invert: boolean; steps: number; smooth: number; seed: number; dropout: number;
  conv: number; batch: string; company: string; size: number;
}

export interface Layer { name: string; kind: string; shape: number[]; high: number; maps: any }

/** An answer of /fashion_inside. */
export interface Inside {
  network: string; seen: string; shape: number[]; layers: Layer[]; labels: string[];
  probabilities: number[]; before: number[]; least: number; found: boolean; doubt: Doubt;
  distance: number | null; most: number | null;
}

/** Why no label is named; see `SmallPictures.doubt`. */
export type Doubt = '' | 'background' | 'unsure' | 'unlike';

/** An answer of /inside_map. */
export interface OneMap {
  layer: number; unit: number; name: string; kind: string; input: string; input_shape: number[];
  kernel: any; bias: number | null; stride: number | null; temperature: number; output: number[][];
  drops: number[] | null; label: string;
}

/** An answer of /inside_gallery; of kind "wants" the pictures are a WebP. */
export interface GalleryAnswer { kind: string; of: string; shape: number[]; pictures: string }

/** A topic of the chapter. */
export interface Topic {
  /** What is asked: an endpoint and its arguments. */
  ask(): [string, unknown[]];
  /** Show an answer. */
  show(answer: any): void;
  /** What plays it. */
  player?: import('../../widgets/lib/player.js').Player;
}
