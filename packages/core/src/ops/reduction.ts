import { DTypeError } from '../errors.js';
import { type Attrs } from '../graph/op.js';
import { isFloat, type DType } from '../graph/dtype.js';
import { formatType, type TensorType } from '../graph/type.js';

/** The type of a fold along `attrs.axes`. */
export function reductionType(name: string, inputs: readonly TensorType[], attrs: Attrs, domain: 'number' | 'float' | 'bool', result?: DType): TensorType {
  const x = inputs[0] as TensorType;
  const fits = domain === 'number' ? x.dtype !== 'bool' : domain === 'float' ? isFloat(x.dtype) : x.dtype === 'bool';
  if (!fits) {
    const cure = domain === 'bool' ? 'expected bool; compare first, as in greater(x, 0)' : `expected ${domain === 'float' ? 'a floating dtype' : 'numbers'}; use cast(x, 'float32')`;
    throw new DTypeError('OP_DTYPE', `${name}: operand ${formatType(x)}; ${cure}`, { op: name, dtype: x.dtype });
  }
  const axes = attrs.axes as readonly number[];
  const shape = x.shape.flatMap((size, axis) => (axes.includes(axis) ? (attrs.keepDims === true ? [1] : []) : [size]));
  return { dtype: result ?? x.dtype, shape };
}
