import { defaultOf, type Defaulted } from '../behavior/defaults.js';
import { defaults } from '../defaults.js';
import { InputError } from '../errors.js';
import { finfo } from '../graph/dtype.js';
import { type Expression, type Node } from '../graph/node.js';
import { type CompositeOp } from '../graph/op.js';
import { checkOptions } from '../options.js';
import { abs, div, mul, sqrt, square } from './arithmetic.js';
import { spread, sum, sumNode, type ReductionOptions } from './broadcast.js';
import { equal, greater, isFinite, less, logicalAnd, logicalNot, logicalOr, where } from './comparison.js';
import { max, reduceNode } from './reduce.js';
import { reductionType } from './reduction.js';
import { reshapeNode } from './reshape.js';

/** √Σx². Where squares might over- or underflow, the largest element is taken out first. The slope at 0 is 0. */
export const normOp: CompositeOp = {
  kind: 'composite',
  name: 'norm',
  doc: '√Σ x²',
  type: (inputs, attrs) => reductionType('norm', inputs, attrs, 'float'),
  gradient: ({ cotangent, inputs, node, attrs }) => {
    const x = inputs[0] as Node;
    const axes = attrs.axes as readonly number[];
    // Both x and the norm are 0 there; dividing by 1 instead keeps every order of derivative finite.
    const safe = where(equal(node, 0), 1, node);
    return [mul(spread(cotangent, x, axes), div(x, spread(safe, x, axes)))];
  },
  expand: ([input], attrs) => {
    const x = input as Node;
    const axes = attrs.axes as readonly number[];
    if (x.shape.includes(0)) return sqrt(sumNode(square(x), axes, attrs.keepDims === true));
    const scale = scaleOf(max(abs(x), { axis: axes, keepDims: true }));
    const root = sqrt(sumNode(square(div(x, scale)), axes, attrs.keepDims === true)) as Node;
    return mul(root, reshapeNode(scale as Node, root.shape));
  },
};

/** What is taken out: 1 in the ordinary range, where dividing would cost a rounding, and for 0, infinities and NaN. */
function scaleOf(largest: Expression): Expression {
  const { eps, max: top, tiny } = finfo(largest.dtype);
  // Within these bounds no square overflows, not even 1/eps² of them added, and what squares lose by underflow is below eps² of the sum.
  const ordinary = logicalAnd(greater(largest, Math.sqrt(tiny / eps)), less(largest, Math.sqrt(top) * eps));
  const odd = logicalOr(equal(largest, 0), logicalNot(isFinite(largest)));
  return where(logicalOr(ordinary, odd), 1, largest);
}

/** Which norm. */
export interface NormOptions extends ReductionOptions {
  /** 2: √Σx²; 1: Σ|x|; Infinity: the largest |x|. */
  readonly ord?: Defaulted<number, 2>;
}

/**
 * The norm along `axis` (all axes when left out). Elements of any size neither over- nor underflow, and the gradient at
 * 0 is 0.
 *
 * @example
 * ```ts
 * import { constant, evaluate, norm } from '@pastina/core';
 * console.log(evaluate(norm(constant([3, 4]))).item(), evaluate(norm(constant([3e30, 4e30]))).item() === Math.fround(5e30)); // 5 true
 * ```
 */
export function norm(x: Expression, options: NormOptions = {}): Expression {
  checkOptions('norm', options, ['ord', 'axis', 'keepDims']);
  const { ord = defaultOf(defaults, 'norm.ord'), ...reduction } = options;
  if (ord === 2) return reduceNode(normOp, x, reduction);
  if (ord === 1) return sum(abs(x), reduction);
  if (ord === Infinity) return max(abs(x), reduction);
  throw new InputError('NORM_ORD', `norm: ord ${String(ord)}; expected 1, 2 or Infinity`, { ord });
}
