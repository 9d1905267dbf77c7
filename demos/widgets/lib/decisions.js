// Yes or no by a threshold: what happens to examples whose scores and true classes are known.

/** @typedef {{ tp: number, fp: number, fn: number, tn: number }} Counts */
/** @typedef {{ threshold: number, x: number, y: number }} Corner x, y: of the curve, 0 to 1 */

/** @param {number} z */
export const sigmoid = (z) => 1 / (1 + Math.exp(-z));

/** The logit of a probability; 0 and 1 count as what is next to them. @param {number} p */
export function logit(p) {
  const within = Math.min(1 - 1e-7, Math.max(1e-7, p));
  return Math.log(within / (1 - within));
}

/** @param {number} part @param {number} whole */
const share = (part, whole) => (whole ? part / whole : null);

/**
 * The rates of four counts; null where there is nothing to divide by.
 * @param {Counts} counts
 */
export function rates({ tp, fp, fn, tn }) {
  const all = tp + fp + fn + tn;
  return {
    accuracy: share(tp + tn, all),
    always_no: share(tn + fp, all),
    sensitivity: share(tp, tp + fn),
    specificity: share(tn, tn + fp),
    precision: share(tp, tp + fp),
    f1: share(2 * tp, 2 * tp + fp + fn),
    said_yes: share(tp + fp, all),
    false_alarms: share(fp, tn + fp),
  };
}

/** Examples, sorted once; asking for a threshold then takes a binary search. */
export class Judged {
  /**
   * @param {number[]} scores
   * @param {number[]} labels 1 for yes, 0 for no
   */
  constructor(scores, labels) {
    this.order = scores.map((_score, i) => i).sort((a, b) => scores[a] - scores[b]);
    this.scores = this.order.map((i) => scores[i]);
    this.labels = this.order.map((i) => labels[i]);
    this.length = scores.length;
    /** How many yeses are among the first i. */
    this.before = [0];
    for (const label of this.labels) this.before.push(this.before[this.before.length - 1] + label);
    this.yes = this.before[this.length];
    this.no = this.length - this.yes;
    this.probabilities = !this.length || (this.scores[0] >= 0 && this.scores[this.length - 1] <= 1);
  }

  /** How many have a score below the threshold. @param {number} threshold */
  below(threshold) {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.scores[middle] < threshold) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * What happens if yes is said from a threshold on.
   * @param {number} threshold
   * @returns {Counts}
   */
  at(threshold) {
    const cut = this.below(threshold);
    const fn = this.before[cut];
    return { tp: this.yes - fn, fp: this.no - (cut - fn), fn, tn: cut - fn };
  }

  /** The ends of the axis of the scores: 0 and 1 for probabilities. @returns {[number, number]} */
  get ends() {
    if (this.probabilities) return [0, 1];
    const [low, high] = [this.scores[0], this.scores[this.length - 1]];
    const margin = 0.02 * (high - low) || 0.5;
    return [low - margin, high + margin];
  }

  /** The thresholds that are tried: a thousand steps from end to end. */
  get grid() {
    const [low, high] = this.ends;
    return Array.from({ length: 1001 }, (_none, i) => Number((low + ((high - low) * i) / 1000).toPrecision(12)));
  }

  /** The positions between examples of different scores, from the highest threshold down. */
  * #cuts() {
    for (let cut = this.length; cut >= 0; cut -= 1) {
      if (cut === this.length || cut === 0 || this.scores[cut] !== this.scores[cut - 1]) yield cut;
    }
  }

  /** @param {number} cut @returns {number} the threshold there: the least score that is called yes */
  #threshold(cut) { return cut === this.length ? Infinity : this.scores[cut]; }

  /** ROC: false alarms of all noes, found of all yeses. @returns {Corner[]} */
  get roc() {
    if (!this.yes || !this.no) return [];
    return [...this.#cuts()].map((cut) => {
      const fn = this.before[cut];
      return { threshold: this.#threshold(cut), x: 1 - (cut - fn) / this.no, y: 1 - fn / this.yes };
    });
  }

  /** The area under the ROC curve. */
  get area() {
    return this.roc.reduce((sum, { x, y }, i, all) => (i ? sum + (x - all[i - 1].x) * (y + all[i - 1].y) / 2 : 0), 0);
  }

  /** Recall and precision. @returns {Corner[]} */
  get precisionRecall() {
    if (!this.yes) return [];
    return [...this.#cuts()].filter((cut) => cut < this.length).map((cut) => {
      const tp = this.yes - this.before[cut];
      return { threshold: this.#threshold(cut), x: tp / this.yes, y: tp / (this.length - cut) };
    });
  }

  /** Precision, averaged over the yeses as they are found. */
  get averagePrecision() {
    let recall = 0;
    return this.precisionRecall.reduce((sum, { x, y }) => {
      const more = (x - recall) * y;
      recall = x;
      return sum + more;
    }, 0);
  }

  /**
   * What each threshold of the grid costs.
   * @param {number} miss what a yes that is overlooked costs
   * @param {number} alarm what a no that is called yes costs
   */
  costs(miss, alarm) {
    return this.grid.map((threshold) => {
      const { fn, fp } = this.at(threshold);
      return { threshold, cost: miss * fn + alarm * fp };
    });
  }

  /**
   * The cheapest threshold; of several in a row the middle one.
   * @param {number} miss
   * @param {number} alarm
   */
  cheapest(miss, alarm) {
    const costs = this.costs(miss, alarm);
    const least = Math.min(...costs.map(({ cost }) => cost));
    const first = costs.findIndex(({ cost }) => cost <= least);
    let last = first;
    while (last + 1 < costs.length && costs[last + 1].cost <= least) last += 1;
    return costs[(first + last) >> 1];
  }

  /**
   * The threshold of the grid whose sensitivity is nearest to what is wanted; of several in a row
   * the middle one.
   * @param {number | null} wanted
   */
  asSensitive(wanted) {
    if (wanted === null || !this.yes) return this.grid[500];
    const far = this.grid.map((threshold) => Math.abs((rates(this.at(threshold)).sensitivity ?? 0) - wanted));
    const least = Math.min(...far) + 1e-12;
    const first = far.findIndex((one) => one <= least);
    let last = first;
    while (last + 1 < far.length && far[last + 1] <= least) last += 1;
    return this.grid[(first + last) >> 1];
  }

  /** How many of each class lie in each of so many bins. @param {number} bins */
  histogram(bins) {
    const [low, high] = this.ends;
    return Array.from({ length: bins }, (_none, i) => {
      const [left, right] = [low + ((high - low) * i) / bins, low + ((high - low) * (i + 1)) / bins];
      const [from, to] = [this.below(left), i + 1 === bins ? this.length : this.below(right)];
      const yes = this.before[to] - this.before[from];
      return { left, right, yes, no: to - from - yes };
    });
  }

  /** The probabilities at a temperature: of the logits divided by it. @param {number} temperature */
  atTemperature(temperature) {
    const logits = this.probabilities ? this.scores.map(logit) : this.scores;
    return logits.map((z) => sigmoid(z / temperature));
  }

  /**
   * How often yes was right, by how sure the model was.
   * @param {number} temperature
   * @param {number} bins
   */
  reliability(temperature, bins = 10) {
    const said = temperature === 1 && this.probabilities ? this.scores : this.atTemperature(temperature);
    const found = Array.from({ length: bins }, () => ({ count: 0, yes: 0, sum: 0 }));
    said.forEach((p, i) => {
      const bin = found[Math.min(bins - 1, Math.floor(p * bins))];
      bin.count += 1;
      bin.yes += this.labels[i];
      bin.sum += p;
    });
    return found.map(({ count, yes, sum }, i) => ({
      low: i / bins, high: (i + 1) / bins, count, yes, said: count ? sum / count : null, right: count ? yes / count : null,
    }));
  }

  /** The expected calibration error: how far said and found lie apart. @param {number} temperature @param {number} bins */
  calibrationError(temperature, bins = 10) {
    return this.reliability(temperature, bins)
      .reduce((sum, { count, said, right }) => sum + (count ? (count / this.length) * Math.abs(said - right) : 0), 0);
  }

  /** The mean binary cross-entropy. @param {number} temperature */
  crossEntropy(temperature) {
    const sum = this.atTemperature(temperature).reduce((so_far, p, i) => {
      const right = this.labels[i] ? p : 1 - p;
      return so_far - Math.log(Math.max(right, 1e-12));
    }, 0);
    return sum / this.length;
  }
}
