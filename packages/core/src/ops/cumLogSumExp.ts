import { DTypeError } from '../errors.js';
import { dtypeFacts, isFloat } from '../graph/dtype.js';
import { makeNode, type Expression, type Node } from '../graph/node.js';
import { type CallOp, type DenseArray } from '../graph/op.js';
import { formatType, type TensorType } from '../graph/type.js';
import { mul, neg, sub } from './arithmetic.js';
import { cumulative, type CumulativeOptions } from './cumulative.js';
import { logAddExpOp, sigmoid } from './exponential.js';
import { forEachLane } from './lanes.js';
import { following, recurrenceFromEnd } from './recurrence.js';

/** A running logarithm of a sum, in float64; what is stored of it is rounded once. */
const running = (name: string, doc: string, stored: (before: number, element: number, after: number) => number, gradient: CallOp['gradient']): CallOp => ({
  kind: 'call', name, doc,
  type: ([x]) => {
    const type = x as TensorType;
    if (!isFloat(type.dtype)) throw new DTypeError('OP_DTYPE', `${name}: operand ${formatType(type)}; expected a floating dtype; use cast(x, 'float32')`, { op: name, dtype: type.dtype });
    return type;
  },
  ...(gradient === undefined ? {} : { gradient }),
  evaluate: ([x], output, attrs) => {
    const { data } = x as DenseArray;
    const { round } = dtypeFacts(output.dtype);
    forEachLane(output.shape, attrs.axis as number, (start, stride, size) => {
      let total = -Infinity;
      for (let k = 0, at = start; k < size; k += 1, at += stride) {
        const element = data[at] as number;
        const after = logAddExpOp.scalar(total, element, 0);
        output.data[at] = round(stored(total, element, after));
        total = after;
      }
    });
  },
});

// With tⱼ = xⱼ - yⱼ₋₁, what exp(yⱼ) is made of are the shares σ(tⱼ) of element j and σ(-tⱼ) of those before it. So
// dxⱼ = σ(tⱼ) · Rⱼ, where Rⱼ = gⱼ + σ(-tⱼ₊₁) Rⱼ₊₁: no factor is above 1, and none is a difference of rounded y.
export const cumLogSumExpOp: CallOp = running('cumLogSumExp', 'ln Σ eˣ of all elements up to here', (_before, _element, after) => after, ({ cotangent: g, inputs: [x], attrs }) => {
  const axis = attrs.axis as number;
  const t = makeNode(cumLogOddsOp, [x as Node], { axis });
  return [mul(sigmoid(t), recurrenceFromEnd(g, following(sigmoid(neg(t)) as Node, axis), axis))];
});

// yⱼ₋₁ passes cⱼ on as -cⱼ: dxⱼ = cⱼ - σ(tⱼ) · Qⱼ₊₁, where Qⱼ = cⱼ + σ(-tⱼ) Qⱼ₊₁.
export const cumLogOddsOp: CallOp = running('cumLogOdds', 'x - ln Σ eˣ of all elements before; Inf where they are nothing', (before, element) => (before === -Infinity && element === element ? Infinity : element - before), ({ cotangent: c, node: t, attrs }) => {
  const axis = attrs.axis as number;
  return [sub(c, mul(sigmoid(t), following(recurrenceFromEnd(c, sigmoid(neg(t)) as Node, axis), axis)))];
});

/**
 * ln Σ eˣ of all elements up to each one, along `axis`, without overflow: what the logarithm of a {@link cumSum} of
 * exponentials is computed as. Accumulated in float64 and rounded at every element; over nothing it is -Inf.
 *
 * @example
 * ```ts
 * import { constant, cumLogSumExp, evaluate } from '@pastina/core';
 * console.log(evaluate(cumLogSumExp(constant([-1000, 0, 1000]))).toArray()); // [-1000, 0, 1000]
 * ```
 */
export const cumLogSumExp = (x: Expression, options: CumulativeOptions = {}): Expression => cumulative(cumLogSumExpOp, -Infinity, x, options);
