import { defaultOf, type Defaulted } from '../behavior/defaults.js';
import { defaults } from '../defaults.js';
import { DTypeError } from '../errors.js';
import { dtypeFacts } from '../graph/dtype.js';
import { makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type CallOp, type DenseArray } from '../graph/op.js';
import { formatType, normalizeAxis, type TensorType } from '../graph/type.js';
import { checkOptions } from '../options.js';
import { mul } from './arithmetic.js';
import { forEachLane } from './lanes.js';
import { following, preceding, recurrenceFromEnd } from './recurrence.js';
import { flip } from './transpose.js';

/** Runs along one axis, accumulated in float64 and rounded to the dtype at every element. */
const running = (name: string, doc: string, initial: number, step: (accumulator: number, element: number) => number, gradient: (g: Node, x: Node, axis: number) => Node): CallOp => ({
  kind: 'call', name, doc,
  type: ([x]) => {
    const type = x as TensorType;
    if (type.dtype === 'bool') throw new DTypeError('OP_DTYPE', `${name}: operand ${formatType(type)}; expected numbers; use cast(x, 'int32')`, { op: name, dtype: type.dtype });
    return type;
  },
  gradient: ({ cotangent, inputs: [x], attrs }) => [gradient(cotangent, x as Node, attrs.axis as number)],
  evaluate: ([x], output, attrs) => {
    const { data } = x as DenseArray;
    const { round } = dtypeFacts(output.dtype);
    forEachLane(output.shape, attrs.axis as number, (start, stride, size) => {
      let accumulator = initial;
      for (let k = 0, at = start; k < size; k += 1, at += stride) {
        accumulator = step(accumulator, data[at] as number);
        output.data[at] = round(accumulator);
      }
    });
  },
});

const fromEnd = (op: CallOp, x: Node, axis: number): Node => flip(makeNode(op, [flip(x, axis) as Node], { axis }), axis) as Node;

export const cumSumOp: CallOp = running('cumSum', 'Σ of all elements up to here', 0, (a, b) => a + b, (g, _, axis) => fromEnd(cumSumOp, g, axis));

// With Pⱼ the product before j: dxⱼ = Pⱼ · Sⱼ, where Sⱼ = gⱼ + xⱼ₊₁ Sⱼ₊₁. No division, so zeros are no exception.
export const cumProdOp: CallOp = running('cumProd', 'Π of all elements up to here', 1, (a, b) => a * b, (g, x, axis) => mul(preceding(makeNode(cumProdOp, [x], { axis }), axis, 1), recurrenceFromEnd(g, following(x, axis), axis)) as Node);

/** Along which axis, and how. */
export interface CumulativeOptions {
  readonly axis?: Defaulted<number, 0>;
  /** From the last element to the first. Default: false. */
  readonly reverse?: boolean;
  /** Without the element itself: the first result is that over nothing. Default: false. */
  readonly exclusive?: boolean;
}

/** @param initial - the result over nothing */
export function cumulative(op: CallOp, initial: number, x: Expression, options: CumulativeOptions): Expression {
  checkOptions(op.name, options, ['axis', 'reverse', 'exclusive']);
  const node = toNode(x, op.name);
  const axis = normalizeAxis(options.axis ?? defaultOf(defaults, 'cumSum.axis'), node.rank, op.name);
  const turned = options.reverse === true ? (flip(node, axis) as Node) : node;
  const run = makeNode(op, [turned], { axis });
  const result = options.exclusive === true ? preceding(run, axis, initial) : run;
  return options.reverse === true ? flip(result, axis) : result;
}

/**
 * The sums of all elements up to each one, along `axis`; accumulated in float64 and rounded at every element.
 *
 * @example
 * ```ts
 * import { constant, cumSum, evaluate } from '@pastina/core';
 * console.log(evaluate(cumSum(constant([1, 2, 3]))).toArray()); // [1, 3, 6]
 * console.log(evaluate(cumSum(constant([1, 2, 3]), { reverse: true, exclusive: true })).toArray()); // [5, 3, 0]
 * ```
 */
export const cumSum = (x: Expression, options: CumulativeOptions = {}): Expression => cumulative(cumSumOp, 0, x, options);
/** The products of all elements up to each one, along `axis`. Gradients are exact where elements are 0 too. */
export const cumProd = (x: Expression, options: CumulativeOptions = {}): Expression => cumulative(cumProdOp, 1, x, options);
