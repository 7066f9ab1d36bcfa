import { InputError } from '../errors.js';
import { productOfDims } from '../graph/dim.js';
import { makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type CallOp, type DenseArray, type Op, type ReduceOp } from '../graph/op.js';
import { normalizeAxes, normalizeAxis, type TensorType } from '../graph/type.js';
import { div, mul } from './arithmetic.js';
import { spread, sumNode, type ReductionOptions } from './broadcast.js';
import { castNode } from './cast.js';
import { equalOp, whereNode, zerosOf } from './comparison.js';
import { cumProd } from './cumulative.js';
import { apply } from './elementwise.js';
import { checkOptions } from '../options.js';
import { reductionType } from './reduction.js';
import { reshapeNode } from './reshape.js';
import { transposeNode } from './transpose.js';

/** NaN as soon as one is NaN. With two parameters, since folds pass a third. */
const larger = (a: number, b: number): number => Math.max(a, b);
const smaller = (a: number, b: number): number => Math.min(a, b);

/** All elements that reach the extremum share its gradient equally. */
const extremum = (name: string, doc: string, initial: number, step: (a: number, b: number) => number): ReduceOp => ({
  kind: 'reduce', name, doc, initial, step, emptyAllowed: false,
  type: (inputs, attrs) => reductionType(name, inputs, attrs, 'number'),
  gradient: ({ cotangent, inputs, node, attrs }) => {
    const x = inputs[0] as Node;
    const axes = attrs.axes as readonly number[];
    const reached = apply(equalOp, [x, spread(node, x, axes)]);
    const ties = reshapeNode(sumNode(castNode(reached, x.dtype), axes, false), cotangent.shape);
    return [whereNode(reached, spread(div(cotangent, ties) as Node, x, axes), zerosOf(x))];
  },
});

export const maxOp: ReduceOp = extremum('max', 'the largest; NaN if any is NaN', -Infinity, larger);
export const minOp: ReduceOp = extremum('min', 'the smallest; NaN if any is NaN', Infinity, smaller);

/** Of the other elements along the axes, without division: zeros are no exception. */
function productOfOthers(x: Node, axes: readonly number[]): Node {
  const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const perm = [...kept, ...axes];
  const rows = reshapeNode(transposeNode(x, perm), [...kept.map((axis) => x.shape[axis] ?? 1), productOfDims(axes.map((axis) => x.shape[axis] ?? 1))]);
  const last = kept.length;
  const others = mul(cumProd(rows, { axis: last, exclusive: true }), cumProd(rows, { axis: last, exclusive: true, reverse: true })) as Node;
  return transposeNode(reshapeNode(others, perm.map((axis) => x.shape[axis] ?? 1)), perm.map((_, axis) => perm.indexOf(axis)));
}

export const prodOp: ReduceOp = {
  kind: 'reduce',
  name: 'prod',
  doc: 'Π x, in row-major order, accumulated in float64 and rounded once',
  initial: 1,
  step: (accumulator, element) => accumulator * element,
  emptyAllowed: true,
  type: (inputs, attrs) => reductionType('prod', inputs, attrs, 'number'),
  gradient: ({ cotangent, inputs, attrs }) => {
    const x = inputs[0] as Node;
    const axes = attrs.axes as readonly number[];
    return [mul(spread(cotangent, x, axes), productOfOthers(x, axes))];
  },
};

const logical = (name: string, doc: string, initial: number, step: (a: number, b: number) => number): ReduceOp => ({
  kind: 'reduce', name, doc, initial, step, emptyAllowed: true,
  type: (inputs, attrs) => reductionType(name, inputs, attrs, 'bool'),
});

export const anyOp: ReduceOp = logical('any', 'is any element true?', 0, larger);
export const allOp: ReduceOp = logical('all', 'are all elements true?', 1, smaller);

/** The node of a reduction along the axes that the options name. */
export function reduceNode(op: Op, x: Expression, options: ReductionOptions): Node {
  const node = toNode(x, op.name);
  checkOptions(op.name, options, ['axis', 'keepDims']);
  const axes = normalizeAxes(options.axis, node.rank, op.name);
  return makeNode(op, [node], { axes, keepDims: options.keepDims === true });
}

/** The largest along `axis` (all axes when left out); NaN if any element is NaN. An empty axis is an error. */
export const max = (x: Expression, options: ReductionOptions = {}): Expression => reduceNode(maxOp, x, options);
/** The smallest along `axis`; NaN if any element is NaN. An empty axis is an error. */
export const min = (x: Expression, options: ReductionOptions = {}): Expression => reduceNode(minOp, x, options);
/**
 * Π of the elements along `axis` (all axes when left out). The product over nothing is 1; integers are exact below 2⁵³
 * on the way. Gradients multiply the products of what comes before and after each element, so zeros are no exception;
 * those products must fit the dtype.
 */
export const prod = (x: Expression, options: ReductionOptions = {}): Expression => reduceNode(prodOp, x, options);
/** Is any element true along `axis`? */
export const any = (x: Expression, options: ReductionOptions = {}): Expression => reduceNode(anyOp, x, options);
/** Are all elements true along `axis`? */
export const all = (x: Expression, options: ReductionOptions = {}): Expression => reduceNode(allOp, x, options);

const positionOf = (name: string, doc: string, better: (a: number, b: number) => boolean): CallOp => ({
  kind: 'call', name, doc,
  type: (inputs, attrs) => {
    const x = inputs[0] as TensorType;
    return { dtype: 'int32', shape: x.shape.filter((_, axis) => axis !== attrs.axis) };
  },
  evaluate: ([x], output, attrs) => {
    const { shape, data } = x as DenseArray;
    const axis = attrs.axis as number;
    const size = shape[axis] as number;
    const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    if (size === 0 && output.data.length > 0) throw new InputError('EMPTY_REDUCTION', `${name}: axis ${axis} is empty; expected at least one element`, { op: name, axis });
    for (let i = 0; i < output.data.length; i += 1) {
      const start = Math.floor(i / inner) * size * inner + (i % inner);
      let best = 0;
      for (let k = 0; k < size; k += 1) {
        const element = data[start + k * inner] as number;
        if (element !== element) {
          best = k; // numpy: the first NaN wins
          break;
        }
        if (better(element, data[start + best * inner] as number)) best = k;
      }
      output.data[i] = best;
    }
  },
});

export const argMaxOp: CallOp = positionOf('argMax', 'the position of the largest; the first on ties, the first NaN if any', (a, b) => a > b);
export const argMinOp: CallOp = positionOf('argMin', 'the position of the smallest; the first on ties, the first NaN if any', (a, b) => a < b);

function positionNode(op: CallOp, x: Expression, options: AxisOption): Node {
  const node = toNode(x, op.name);
  checkOptions(op.name, options, ['axis']);
  if (options.axis === undefined) throw new InputError('AXIS_MISSING', `${op.name}: the axis is missing; expected an option axis, as in { axis: -1 }`, { op: op.name });
  return makeNode(op, [node], { axis: normalizeAxis(options.axis, node.rank, op.name) });
}

/** Which axis: one, with a number. */
export interface AxisOption {
  readonly axis: number;
}

/** int32 position of the largest along one axis: the first on ties; the first NaN where there is one. */
export const argMax = (x: Expression, options: AxisOption): Expression => positionNode(argMaxOp, x, options);
/** int32 position of the smallest along one axis: the first on ties; the first NaN where there is one. */
export const argMin = (x: Expression, options: AxisOption): Expression => positionNode(argMinOp, x, options);

