/** What the scripts of the spam chapter hand to each other. */

export type Kind = 'counts' | 'tfidf' | 'embedding';

export interface Settings {
  topic: string; features: Kind; leak: boolean; layer: number; head: number;
}

export interface Example { era: string; spam: boolean; en: string; de: string }

/** What one word adds; see /spam_predict. */
export interface Part {
  word: string; product: number; value: number | null; weight: number | null;
  column?: number; count?: number; idf?: number; in_spam?: number; in_ham?: number;
}

/** An answer of /spam_predict. */
export interface Predicted {
  spam: number; logit: number; bias: number; parts: Part[]; unknown: string[]; learned: number; vector: number[] | null; cut: boolean;
}

export interface Rates { accuracy: number | null; sensitivity: number | null; specificity: number | null; precision: number | null }

/** An answer of /spam_compare. */
export interface Compared {
  models: Record<Kind, { spam: number; verdict: boolean; test: Rates }>;
  place: [number, number]; nearest: { number: number; cosine: number }[];
}

/** An answer of /spam_inside. */
export interface Inside {
  tokens: { text: string; id: number }[]; count: number; attention: number[][]; vector: number[]; pieces: number;
}

export interface Speaker { word: string; weight: number; in_spam: number; in_ham: number }

/** An answer of /spam_corpus. */
export interface Corpus {
  places: number[]; spam: string; test: string; rules: Record<string, string>; scores: Record<Kind, number[]>;
  leak: { masks: number[]; cleaned: number[] };
  words: Record<'counts' | 'tfidf' | 'leak', { for: Speaker[]; against: Speaker[] }>;
  totals: { spam: number; ham: number };
  examples: (Record<Kind, number> & { era: string; spam: boolean; language: string; text: string; place: [number, number] })[];
}

/** The properties of the widget; see board/__init__.py. */
export interface Props {
  value: { message: string } | null;
  limits: { message: number; batch: number; characters: number };
  source: string; kinds: Record<Kind, string>; rules: Record<string, string>; examples: Example[];
}
