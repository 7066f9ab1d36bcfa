import { defaultOf, type Defaulted } from '../behavior/defaults.js';
import { defaults } from '../defaults.js';
import { makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type Attrs, type CompositeOp } from '../graph/op.js';
import { normalizeAxis, type TensorType } from '../graph/type.js';
import { checkOptions } from '../options.js';
import { div, mul, sub } from './arithmetic.js';
import { broadcastNode, sumNode } from './broadcast.js';
import { exp, log } from './exponential.js';
import { max } from './reduce.js';
import { reductionType } from './reduction.js';

// softmax and logSoftmax are written with their largest element taken out, and own their gradients.

const axesOf = (attrs: Attrs): readonly number[] => attrs.axes as readonly number[];

function typeOf(name: string, inputs: readonly TensorType[], attrs: Attrs): TensorType {
  reductionType(name, inputs, attrs, 'float');
  return inputs[0] as TensorType;
}

function total(x: Expression, axes: readonly number[]): Node {
  return broadcastNode(sumNode(x as Node, axes, true), x.shape);
}

function shifted(x: Node, axes: readonly number[]): Expression {
  return sub(x, max(x, { axis: axes, keepDims: true }));
}

export const softmaxOp: CompositeOp = {
  kind: 'composite',
  name: 'softmax',
  doc: 'eˣ / Σ eˣ',
  type: (inputs, attrs) => typeOf('softmax', inputs, attrs),
  gradient: ({ cotangent: g, node: p, attrs }) => [mul(p, sub(g, total(mul(g, p), axesOf(attrs))))],
  expand: ([x], attrs) => {
    const powers = exp(shifted(x as Node, axesOf(attrs)));
    return div(powers, total(powers, axesOf(attrs))) as Node;
  },
};

export const logSoftmaxOp: CompositeOp = {
  kind: 'composite',
  name: 'logSoftmax',
  doc: 'x - ln Σ eˣ',
  type: (inputs, attrs) => typeOf('logSoftmax', inputs, attrs),
  gradient: ({ cotangent: g, inputs: [x], attrs }) => [sub(g, mul(softmaxNode(x as Node, axesOf(attrs)), total(g, axesOf(attrs))))],
  expand: ([x], attrs) => {
    const centred = shifted(x as Node, axesOf(attrs));
    return sub(centred, log(total(exp(centred), axesOf(attrs)))) as Node;
  },
};

export function softmaxNode(x: Node, axes: readonly number[]): Node {
  return makeNode(softmaxOp, [x], { axes });
}

export function logSoftmaxNode(x: Node, axes: readonly number[]): Node {
  return makeNode(logSoftmaxOp, [x], { axes });
}

/** Along which axis the elements sum to 1. */
export interface SoftmaxOptions {
  readonly axis?: Defaulted<number, -1>;
}

/**
 * eˣ / Σ eˣ along `axis`. Objectives on its result are computed in the log domain.
 *
 * @example
 * ```ts
 * import { constant, evaluate, softmax } from '@pastina/core';
 * console.log(evaluate(softmax(constant([0, 0]))).toArray()); // [0.5, 0.5]
 * ```
 */
export function softmax(x: Expression, options: SoftmaxOptions = {}): Expression {
  checkOptions('softmax', options, ['axis']);
  const axis = options.axis ?? defaultOf(defaults, 'softmax.axis');
  const node = toNode(x, 'softmax');
  return softmaxNode(node, [normalizeAxis(axis, node.rank, 'softmax')]);
}

/** x - ln Σ eˣ along `axis`: the logarithm of {@link softmax}, exact where that underflows. */
export function logSoftmax(x: Expression, options: SoftmaxOptions = {}): Expression {
  checkOptions('logSoftmax', options, ['axis']);
  const axis = options.axis ?? defaultOf(defaults, 'logSoftmax.axis');
  const node = toNode(x, 'logSoftmax');
  return logSoftmaxNode(node, [normalizeAxis(axis, node.rank, 'logSoftmax')]);
}
