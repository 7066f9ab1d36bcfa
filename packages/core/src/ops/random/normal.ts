import { defaultOf, type Defaulted } from '../../behavior/defaults.js';
import { defaults } from '../../defaults.js';
import { InputError } from '../../errors.js';
import { type DType } from '../../graph/dtype.js';
import { type Expression } from '../../graph/node.js';
import { type CallOp } from '../../graph/op.js';
import { type ShapeSpec } from '../../graph/type.js';
import { checkOptions } from '../../options.js';
import { inverseNormal } from '../../random/inverseNormal.js';
import { takeStream } from '../../random/stream.js';
import { openUnit } from '../../random/unit.js';
import { add, mul } from '../arithmetic.js';
import { type Operand } from '../elementwise.js';
import { drawNode, drawOp, drawShape } from './draw.js';
import { drawDType, scaleOf } from './operand.js';

export const randomNormalOp: CallOp = drawOp('randomNormal', 'Φ⁻¹((k + ½) / 2⁵²), in float64, rounded once', () => (first, second) => inverseNormal(openUnit(first, second)));

/** Options of {@link randomNormal}. */
export interface RandomNormalOptions {
  /** A number, or an expression that broadcasts to the shape. */
  readonly mean?: Defaulted<Operand, 0>;
  /** Standard deviation: a number from 0 up, or an expression that broadcasts to the shape. */
  readonly std?: Defaulted<Operand, 1>;
  /** Left out: that of `mean` or `std` where one is an expression. */
  readonly dtype?: Defaulted<DType, 'float32'>;
  /** Which numbers: see {@link setRandomStream}. Left out: the next of the count. */
  readonly stream?: number;
}

/**
 * Normal numbers: mean + std · z, z = Φ⁻¹(u) with u = (k + ½) / 2⁵² by inversion (Wichura's AS 241) in
 * float64, rounded to the dtype once. z is symmetric and never infinite: |z| < 8.21. Gradients flow to
 * `mean` and `std`, none to z.
 *
 * @param shape - of the result; a name is a size that an input has. The numbers are counted in row-major
 *   order, so a larger batch begins with the numbers of a smaller one
 * @throws InputError for a `std` below 0, or where a size is null
 * @throws DTypeError, ShapeError where `mean` or `std` does not fit the dtype or the shape
 *
 * @example
 * ```ts
 * import { evaluate, grad, input, mean, randomNormal, square } from '@pastina/core';
 * const s = input('s', []);
 * const loss = mean(square(randomNormal([1000], { std: s, stream: 0 })));
 * console.log(evaluate(grad(loss, s), { s: 3 }).item() > 5); // true
 * ```
 */
export function randomNormal(shape: ShapeSpec, options: RandomNormalOptions = {}): Expression {
  checkOptions('randomNormal', options, ['mean', 'std', 'dtype', 'stream']);
  const mean = options.mean ?? defaultOf(defaults, 'randomNormal.mean');
  const std = options.std ?? defaultOf(defaults, 'randomNormal.std');
  if (typeof std === 'number' && !(std >= 0)) throw new InputError('DRAW_OPTION', `randomNormal: std ${std}; expected a number from 0 up`, { option: 'std', value: std });
  const sizes = drawShape(shape, 'randomNormal');
  const dtype = drawDType(options.dtype, [mean, std], () => defaultOf(defaults, 'randomNormal.dtype'), 'randomNormal');
  const [centre, scale] = [scaleOf(mean, dtype, sizes, 'randomNormal', 'mean'), scaleOf(std, dtype, sizes, 'randomNormal', 'std')];
  const z = drawNode(randomNormalOp, sizes, dtype, takeStream(options.stream, 'randomNormal'));
  const scaled = std === 1 ? z : mul(z, scale);
  return mean === 0 ? scaled : add(scaled, centre);
}
