/** What the scripts of the playground hand to each other. */
import type { Canvases } from './canvases';

export interface Settings {
  data: string; count: number; noise: number; train_share: number; data_seed: number; points: string;
  hidden: number[]; features: string[]; activation: string; optimizer: string; loss: string; initialisation: string;
  learning_rate: number; batch_size: number; epochs: number; l1: number; l2: number; dropout: number;
  batch_norm: boolean; seed: number; compare: string;
}

export interface Preset { title: string; sentence: string; answer: string; settings: Partial<Settings> }

/** The properties of the widget; see board/__init__.py. */
export interface Props {
  value: Partial<Settings> | null;
  defaults: Settings;
  limits: Record<string, [number, number]>;
  choices: Record<'data' | 'features' | 'activation' | 'optimizer' | 'loss' | 'initialisation', string[]> & Record<string, string[]>;
  largest: { layers: number; neurons: number; points: number; csv: number };
  presets: Preset[];
}

export interface Place { x: number; y: number }
export interface Point extends Place { label: number; split?: 'train' | 'test' }
export interface Axis { name: string; centre: number; half: number }
export interface Data { points: Point[]; axes: Axis[]; classes: string[] }

/** An array of whole numbers as the server packs it; see demos/playground/history.py. */
export interface Packed { shape: number[]; frames: number[]; low: any; high: any; data: string }
export interface Unpacked { array: Uint8Array; size: number; frames: number[]; shape: number[]; low: any; high: any }

export interface History {
  network: { features: string[]; hidden: number[]; activation: string; loss: string; batch_norm: boolean; sizes: number[] };
  epochs: number[];
  train_loss: (number | null)[]; test_loss: (number | null)[];
  train_accuracy: (number | null)[]; test_accuracy: (number | null)[];
  surface: Packed; neurons?: Packed; weights?: Packed; names?: string[];
  final?: Record<string, unknown>;
  diverged: number | null; note: string; seconds: number; data?: Data;
}

/** A history, unpacked. */
export interface Segment extends Omit<History, 'surface' | 'neurons' | 'weights'> {
  surface: Unpacked; neurons?: Unpacked; weights?: Unpacked;
  index: Map<string, number>;
  length: number;
  /** Made by setting a weight, not by training. */
  byHand?: boolean;
}

/** A hidden neuron; `index` counts through all layers. */
export interface Neuron { layer: number; row: number; index: number }

/** What a run is asked for: train on, and at which frame to show it (null: where the visitor is). */
export interface Request { more: boolean; start: number | null }

export interface Change { later?: number }

/** What the parts tell each other. */
export interface Signals {
  /** Settings have changed; `later` [ms]: when to train, less than 0: not by itself. */
  change: [changes: Partial<Settings>, later: number];
  /** Draw the position of the player. */
  frame: [];
  /** New runs have arrived, or are gone. */
  runs: [];
  /** Points or their names are others. */
  data: [];
  /** Light has become dark, or the page has other colours. */
  colours: [];
  /** A canvas has another size. */
  size: [];
  /** Train now. */
  train: [request: Request];
  /** Training has begun or ended. */
  busy: [];
  /** Set weights by hand: of this neuron, beginning with this input. */
  edit: [layer: number, row: number, column: number | null];
  /** Close what lies above the page. */
  close: [];
}

export type Listener<Name extends keyof Signals> = (...values: Signals[Name]) => void;
export type Scaled = ReturnType<Canvases['scaled']>;
