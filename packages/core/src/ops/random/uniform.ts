import { defaultOf, type Defaulted } from '../../behavior/defaults.js';
import { defaults } from '../../defaults.js';
import { InputError } from '../../errors.js';
import { dtypeFacts, type DType } from '../../graph/dtype.js';
import { type Expression } from '../../graph/node.js';
import { type CallOp } from '../../graph/op.js';
import { type ShapeSpec } from '../../graph/type.js';
import { checkOptions } from '../../options.js';
import { takeStream } from '../../random/stream.js';
import { unitOf } from '../../random/unit.js';
import { add, mul, sub } from '../arithmetic.js';
import { greaterEqual, where } from '../comparison.js';
import { type Operand } from '../elementwise.js';
import { drawNode, drawOp, drawShape } from './draw.js';
import { drawDType, scaleOf } from './operand.js';

export const randomUniformOp: CallOp = drawOp('randomUniform', 'k / 2ⁿ in [0, 1), n the bits of the dtype', unitOf);

/** Options of {@link randomUniform}. */
export interface RandomUniformOptions {
  /** The smallest number; a number, or an expression that broadcasts to the shape. */
  readonly low?: Defaulted<Operand, 0>;
  /** The number below which all stay; a number, or an expression that broadcasts to the shape. */
  readonly high?: Defaulted<Operand, 1>;
  /** Left out: that of `low` or `high` where one is an expression. */
  readonly dtype?: Defaulted<DType, 'float32'>;
  /** Which numbers: see {@link setRandomStream}. Left out: the next of the count. */
  readonly stream?: number;
}

/**
 * Uniform numbers: low + u (high - low), u = k / 2ⁿ in [0, 1) with n = 24 bits in float32, 53 in float64,
 * 11 in float16. `high` itself is never drawn: what rounds to it becomes `low`. Gradients flow to `low`
 * and `high`, none to u.
 *
 * @param shape - of the result; a name is a size that an input has. The numbers are counted in row-major
 *   order, so a larger batch begins with the numbers of a smaller one
 * @throws InputError where low < high does not hold for two numbers, or a size is null
 * @throws DTypeError, ShapeError where `low` or `high` does not fit the dtype or the shape
 *
 * @example
 * ```ts
 * import { evaluate, randomUniform } from '@pastina/core';
 * const u = randomUniform([2], { low: -1, stream: 0 });
 * console.log(evaluate(u, {}, { seed: 1 }).toArray());
 * ```
 */
export function randomUniform(shape: ShapeSpec, options: RandomUniformOptions = {}): Expression {
  checkOptions('randomUniform', options, ['low', 'high', 'dtype', 'stream']);
  const low = options.low ?? defaultOf(defaults, 'randomUniform.low');
  const high = options.high ?? defaultOf(defaults, 'randomUniform.high');
  const sizes = drawShape(shape, 'randomUniform');
  const dtype = drawDType(options.dtype, [low, high], () => defaultOf(defaults, 'randomUniform.dtype'), 'randomUniform');
  const [from, to] = [scaleOf(low, dtype, sizes, 'randomUniform', 'low'), scaleOf(high, dtype, sizes, 'randomUniform', 'high')];
  const width = typeof low === 'number' && typeof high === 'number' ? widthOf(low, high, dtype) : sub(to, from);
  const unit = drawNode(randomUniformOp, sizes, dtype, takeStream(options.stream, 'randomUniform'));
  if (low === 0 && high === 1) return unit;
  const value = add(mul(unit, width), from);
  // The sum may round up to high. NaN is not greater or equal, so it stays.
  return where(greaterEqual(value, to), from, value);
}

function widthOf(low: number, high: number, dtype: DType): number {
  const { round } = dtypeFacts(dtype);
  const width = round(round(high) - round(low));
  if (width > 0 && width < Infinity) return width;
  const why = width > 0 ? `a range that ${dtype} can hold` : `low < high${low < high ? `, also when rounded to ${dtype}` : ''}`;
  throw new InputError('DRAW_RANGE', `randomUniform: low ${low} and high ${high}; expected ${why}`, { low, high, dtype });
}
