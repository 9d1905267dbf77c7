// What the controls' values are called.
import { _ } from '../../widgets/lib/texts.js';

/** @type {Record<string, string>} */
const LABELS = {
  circle: _('circle'), xor: 'XOR', gaussians: _('Gaussians'), spiral: _('spiral'), moons: _('moons'), exam: _('exams'), own: _('my own'),
  activation: _('activation'), relu: 'ReLU', sigmoid: _('sigmoid'), leaky_relu: _('leaky ReLU'), elu: 'ELU', linear: _('linear'),
  loss: _('loss'), bce: _('cross-entropy'), mse: _('squared error'),
  optimizer: _('optimizer'), sgd: 'SGD', momentum: _('SGD + momentum'), nesterov: 'Nesterov', adagrad: 'Adagrad', rmsprop: 'RMSprop', adam: 'Adam',
  adamw: 'AdamW', initialisation: _('initialisation'), pytorch: _('PyTorch’s'), xavier: 'Xavier', he: 'He', uniform: _('uniform'), zeros: _('all zero'),
  learning_rate: _('learning rate'), batch_size: _('batch size'), dropout: _('dropout'), l1: 'L1', l2: 'L2', batch_norm: _('batch norm'),
  true: _('on'), false: _('off'),
};

/** @param {string} name of a control or of one of its values */
export const label = (name) => LABELS[name] ?? String(name);

/** @param {number | null} share 0 to 1 */
export const percent = (share) => (share === null ? '–' : `${(share * 100).toFixed(1)} %`);

/**
 * Name where an input of a layer comes from.
 * @param {string[]} features
 * @param {number} layer
 * @param {number} column
 */
export const sourceName = (features, layer, column) => (layer === 0 ? features[column] : _('neuron {neuron}', { neuron: column + 1 }));

/**
 * Name a neuron.
 * @param {number[]} hidden
 * @param {number} layer
 * @param {number} row
 */
export const targetName = (hidden, layer, row) => (
  layer === hidden.length ? _('output') : _('neuron {neuron} of layer {layer}', { neuron: row + 1, layer: layer + 1 }));
