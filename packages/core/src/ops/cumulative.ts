import { defaultOf, type Defaulted } from '../behavior/defaults.js';
import { defaults } from '../defaults.js';
import { DTypeError } from '../errors.js';
import { dtypeFacts } from '../graph/dtype.js';
import { makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type CallOp, type DenseArray } from '../graph/op.js';
import { formatType, normalizeAxis, type TensorType } from '../graph/type.js';
import { checkOptions } from '../options.js';
import { scan } from '../scan/scan.js';
import { add, mul } from './arithmetic.js';
import { concat } from './concat.js';
import { full } from './create.js';
import { logAddExp } from './exponential.js';
import { padNode, sliceNode } from './slicePad.js';
import { flip, transposeNode } from './transpose.js';

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
    const { shape, data } = x as DenseArray;
    const { round } = dtypeFacts(output.dtype);
    const size = shape[attrs.axis as number] as number;
    const inner = shape.slice((attrs.axis as number) + 1).reduce((a, b) => a * b, 1);
    for (let run = 0; run < (size === 0 ? 0 : data.length / size); run += 1) {
      const start = Math.floor(run / inner) * size * inner + (run % inner);
      let accumulator = initial;
      for (let k = 0; k < size; k += 1) {
        accumulator = step(accumulator, data[start + k * inner] as number);
        output.data[start + k * inner] = round(accumulator);
      }
    }
  },
});

const backwards = (op: CallOp, x: Node, axis: number): Node => flip(makeNode(op, [flip(x, axis) as Node], { axis }), axis) as Node;

export const cumSumOp: CallOp = running('cumSum', 'Σ of all elements up to here', 0, (a, b) => a + b, (g, _, axis) => backwards(cumSumOp, g, axis));

// With Pⱼ the product before j: dxⱼ = Pⱼ · Sⱼ, where Sⱼ = gⱼ + xⱼ₊₁ Sⱼ₊₁. No division, so zeros are no exception.
export const cumProdOp: CallOp = running('cumProd', 'Π of all elements up to here', 1, (a, b) => a * b, (g, x, axis) => mul(exclusive(makeNode(cumProdOp, [x], { axis }), axis, 1), recurrence(g, following(x, axis), axis)) as Node);

/** s with sⱼ = gⱼ + aⱼ sⱼ₊₁ */
function recurrence(g: Node, a: Node, axis: number): Node {
  const first = [axis, ...g.shape.flatMap((_, k) => (k === axis ? [] : [k]))];
  const start = full(g.shape.filter((_, k) => k !== axis), 0, g.dtype);
  const { outputs } = scan((s, items) => {
    const next = add(items.g, mul(items.a, s));
    return { carry: next, outputs: next };
  }, { carry: start, sequences: { g: transposeNode(g, first) as Expression, a: transposeNode(a, first) as Expression }, reverse: true });
  return transposeNode(outputs as Node, first.map((_, k) => first.indexOf(k)));
}

/** Each element's successor, 0 behind the last. */
function following(x: Node, axis: number): Node {
  return sliceNode(padNode(x, axis, 0, 1), axis, 1, x.shape[axis] ?? 1);
}

/** What a run was before each element: shifted by one, `initial` first. */
export function exclusive(run: Node, axis: number, initial: number): Node {
  const edge = full(run.shape.map((size, k) => (k === axis ? 1 : size)), initial, run.dtype);
  return sliceNode(concat([edge, run], axis) as Node, axis, 0, run.shape[axis] ?? 1);
}

/** Along which axis, and how. */
export interface CumulativeOptions {
  readonly axis?: Defaulted<number, 0>;
  /** From the last element to the first. Default: false. */
  readonly reverse?: boolean;
  /** Without the element itself: the first result is that over nothing. Default: false. */
  readonly exclusive?: boolean;
}

function cumulative(op: CallOp, initial: number, x: Expression, options: CumulativeOptions): Expression {
  checkOptions(op.name, options, ['axis', 'reverse', 'exclusive']);
  const node = toNode(x, op.name);
  const axis = normalizeAxis(options.axis ?? defaultOf(defaults, 'cumSum.axis'), node.rank, op.name);
  const turned = options.reverse === true ? (flip(node, axis) as Node) : node;
  const run = makeNode(op, [turned], { axis });
  const result = options.exclusive === true ? exclusive(run, axis, initial) : run;
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

/** ln Σ eˣ up to each element: what the logarithm of a cumulative sum is in the log domain. */
export function cumLogSumExp(x: Node, axis: number): Node {
  const first = [axis, ...x.shape.flatMap((_, k) => (k === axis ? [] : [k]))];
  const { outputs } = scan((total, item) => {
    const next = logAddExp(total, item);
    return { carry: next, outputs: next };
  }, { carry: full(x.shape.filter((_, k) => k !== axis), -Infinity, x.dtype), sequences: transposeNode(x, first) as Expression });
  return transposeNode(outputs as Node, first.map((_, k) => first.indexOf(k)));
}
