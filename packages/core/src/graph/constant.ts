import { DTypeError } from '../errors.js';
import { checkDType, dtypeFacts, isFloat, type DType, type TypedArray } from './dtype.js';
import { makeNode, type Expression, type Node } from './node.js';
import { type ConstantData, type LeafOp } from './op.js';
import { carriedDType, readTensorLike, type TensorLike } from './tensor.js';

/** A value written into the program. */
export const constantOp: LeafOp = {
  kind: 'leaf',
  name: 'constant',
  doc: 'a value written into the program',
  type: (_, attrs) => ({ dtype: attrs.dtype as DType, shape: attrs.shape as readonly number[] }),
};

let largeConstants = 0;

/** Small constants are equal by value, large ones by identity: comparing them would cost more than it saves. */
function keyOf(data: TypedArray): string {
  if (data.length <= 16) return `#${Array.from(data, (x) => (Object.is(x, -0) ? '-0' : String(x))).join(' ')}`;
  largeConstants += 1;
  return `##${largeConstants}`;
}

function constantNode(dtype: DType, shape: readonly number[], data: TypedArray): Node {
  const value: ConstantData = { key: keyOf(data), data };
  return makeNode(constantOp, [], { dtype, shape, value });
}

/**
 * A constant expression.
 *
 * @param dtype - left out: float32 for numbers, bool for booleans, the array's own dtype for typed arrays
 *
 * @example
 * ```ts
 * import { constant, evaluate, mul } from '@pastina/core';
 * console.log(evaluate(mul(constant([1, 2, 3]), 2)).toArray()); // [2, 4, 6]
 * ```
 */
export function constant(value: TensorLike, dtype?: DType): Expression {
  const type = dtype === undefined ? carriedDType(value, 'constant') ?? 'float32' : checkDType(dtype, 'constant');
  const { data, shape } = readTensorLike(value, type, 'constant');
  // A copy: what the caller does to his array later must not change the program.
  return constantNode(type, shape, data.slice());
}

/** A scalar that takes the dtype of what it is combined with (weak typing). */
export function scalarConstant(value: number, dtype: DType, where: string): Node {
  const facts = dtypeFacts(dtype);
  if (!isFloat(dtype) && facts.round(value) !== value) {
    throw new DTypeError('WEAK_NUMBER', `${where}: the number ${value} does not fit ${dtype}; cast the tensor to a floating dtype first, or use a whole number in range`, { value, dtype });
  }
  const data = facts.allocate(1);
  data[0] = facts.round(value);
  return constantNode(dtype, [], data);
}

/** The number that a node is everywhere, seen through broadcasts; undefined where it is not one number. */
export function scalarValue(node: Node): number | undefined {
  const inner = node.op.name === 'broadcastTo' ? node.inputs[0] : node;
  if (inner === undefined || inner.op !== constantOp) return undefined;
  const { data } = inner.attrs.value as ConstantData;
  return data.length === 1 ? data[0] : undefined;
}
