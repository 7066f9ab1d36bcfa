import { defaultOf, type Defaulted } from '../behavior/defaults.js';
import { defaults } from '../defaults.js';
import { describeValue, InputError } from '../errors.js';
import { type Dim } from '../graph/dim.js';
import { type DType } from '../graph/dtype.js';
import { scalarConstant } from '../graph/constant.js';
import { makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type CompositeOp, type LeafOp } from '../graph/op.js';
import { normalizeAxes } from '../graph/type.js';
import { add, div, mul, sqrt, square, sub } from './arithmetic.js';
import { broadcastNode, countOf, spread, sumNode, type ReductionOptions } from './broadcast.js';
import { isFinite, whereNode, zerosOf } from './comparison.js';
import { checkOptions } from '../options.js';
import { concat } from './concat.js';
import { zeros } from './create.js';
import { exp, log } from './exponential.js';
import { max, reduceNode } from './reduce.js';
import { reductionType } from './reduction.js';
import { reshapeNode } from './reshape.js';
import { softmaxNode } from './softmax.js';

/** A size as a number of the graph: becomes a constant when the sizes are known. */
export const sizeOp: LeafOp = {
  kind: 'leaf',
  name: 'size',
  doc: 'a size, as a number',
  type: (_, attrs) => ({ dtype: attrs.dtype as DType, shape: [] }),
};

export function sizeNode(size: Dim, dtype: DType): Node {
  return typeof size === 'number' ? scalarConstant(size, dtype, 'size') : makeNode(sizeOp, [], { size, dtype });
}

/** The sizes of `x` as numbers of the graph, int32 [rank]: known when the inputs arrive. */
export function shapeOf(x: Expression): Expression {
  const node = toNode(x, 'shapeOf');
  return node.rank === 0 ? zeros([0], 'int32') : concat(node.shape.map((size) => reshapeNode(sizeNode(size, 'int32'), [1])), 0);
}

/** The mean is an op of its own so that printed programs, and the error for an empty batch, speak of a mean. */
export const meanOp: CompositeOp = {
  kind: 'composite',
  name: 'mean',
  doc: 'Σ x / n',
  type: (inputs, attrs) => reductionType('mean', inputs, attrs, 'float'),
  gradient: ({ cotangent, inputs, attrs }) => {
    const x = inputs[0] as Node;
    const axes = attrs.axes as readonly number[];
    return [spread(div(cotangent, sizeNode(countOf(x, axes), x.dtype)) as Node, x, axes)];
  },
  expand: ([x], attrs) => {
    const node = x as Node;
    const axes = attrs.axes as readonly number[];
    return div(sumNode(node, axes, attrs.keepDims === true), sizeNode(countOf(node, axes), node.dtype)) as Node;
  },
};

/**
 * The mean along `axis` (all axes when left out); floating dtypes. Over nothing it is an error.
 *
 * @example
 * ```ts
 * import { constant, evaluate, mean } from '@pastina/core';
 * console.log(evaluate(mean(constant([1, 2, 6]))).item()); // 3
 * ```
 */
export const mean = (x: Expression, options: ReductionOptions = {}): Expression => reduceNode(meanOp, x, options);

/** Options of {@link variance} and {@link std}. */
export interface VarianceOptions extends ReductionOptions {
  /** Delta degrees of freedom: the sum of squares is divided by n - ddof. */
  readonly ddof?: Defaulted<number, 0>;
}

/** Σ (x - mean)² / (n - ddof), from centred elements, so that a large mean does not cancel. */
export function variance(x: Expression, options: VarianceOptions = {}): Expression {
  checkOptions('variance', options, ['axis', 'keepDims', 'ddof']);
  const node = toNode(x, 'variance');
  const axes = normalizeAxes(options.axis, node.rank, 'variance');
  const centred = sub(node, mean(node, { axis: axes, keepDims: true }));
  const total = sumNode(square(centred) as Node, axes, options.keepDims === true);
  const ddof = options.ddof ?? defaultOf(defaults, 'variance.ddof');
  if (!Number.isFinite(ddof) || ddof < 0) throw new InputError('VARIANCE_DDOF', `variance: ddof ${typeof ddof === 'number' ? ddof : describeValue(ddof)}; expected a number from 0 up`, { ddof });
  return div(total, sub(sizeNode(countOf(node, axes), node.dtype), ddof));
}

/** √ of the {@link variance}. */
export const std = (x: Expression, options: VarianceOptions = {}): Expression => sqrt(variance(x, options));

export const logSumExpOp: CompositeOp = {
  kind: 'composite',
  name: 'logSumExp',
  doc: 'ln Σ eˣ',
  type: (inputs, attrs) => reductionType('logSumExp', inputs, attrs, 'float'),
  gradient: ({ cotangent, inputs, attrs }) => {
    const x = inputs[0] as Node;
    const axes = attrs.axes as readonly number[];
    return [mul(spread(cotangent, x, axes), softmaxNode(x, axes))];
  },
  expand: ([x], attrs) => {
    const node = x as Node;
    const axes = attrs.axes as readonly number[];
    const top = finiteTop(node, axes);
    const shifted = exp(sub(node, broadcastNode(top, node.shape))) as Node;
    const total = add(log(sumNode(shifted, axes, true)), top) as Node;
    return attrs.keepDims === true ? total : reshapeNode(total, sumNode(node, axes, false).shape);
  },
};

/** The maximum, or 0 where it is infinite: Inf - Inf would be NaN. */
function finiteTop(node: Node, axes: readonly number[]): Node {
  const top = max(node, { axis: axes, keepDims: true });
  return whereNode(isFinite(top) as Node, top as Node, zerosOf(top as Node));
}

/** ln Σ eˣ along `axis` (all axes when left out), without overflow: the largest element is taken out first. */
export const logSumExp = (x: Expression, options: ReductionOptions = {}): Expression => reduceNode(logSumExpOp, x, options);
