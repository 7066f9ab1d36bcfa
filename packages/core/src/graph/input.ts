import { defaultOf } from '../behavior/defaults.js';
import { defaults } from '../defaults.js';
import { InputError } from '../errors.js';
import { checkDType, type DType } from './dtype.js';
import { type Dim } from './dim.js';
import { makeNode, type Expression, type Node } from './node.js';
import { type LeafOp } from './op.js';
import { resolveShape, type ShapeSpec, type TensorType } from './type.js';

/** A value that arrives with every call. */
export const inputOp: LeafOp = {
  kind: 'leaf',
  name: 'input',
  doc: 'a value that arrives with every call',
  type: (_, attrs) => ({ dtype: attrs.dtype as DType, shape: attrs.shape as readonly Dim[] }),
};

let inputs = 0;

/**
 * A symbolic input. Every call makes a new one, also under the same name.
 *
 * @param name - what errors and printed programs call it
 * @param shape - sizes; a string names a symbolic size (the same name is the same size in every input), `null` is an anonymous one
 * @param dtype - default float32
 *
 * @example
 * ```ts
 * import { evaluate, input, sum } from '@pastina/core';
 * const x = input('x', ['batch', 2]);
 * console.log(evaluate(sum(x), { x: [[1, 2], [3, 4]] }).item()); // 10
 * ```
 */
export function input(name: string, shape: ShapeSpec, dtype?: DType): Expression {
  if (typeof name !== 'string' || name === '') throw new InputError('INPUT_NAME', `input: expected a name, got ${JSON.stringify(name)}`, { name });
  inputs += 1;
  return makeNode(inputOp, [], { name, identity: inputs, dtype: checkDType(dtype ?? defaultOf(defaults, 'input.dtype'), `input '${name}'`), shape: resolveShape(shape, `input '${name}'`) });
}

/** The same input at sizes that have become known. */
export function inputOfShape(node: Node, shape: readonly Dim[]): Node {
  return makeNode(inputOp, [], { ...node.attrs, shape });
}

/** An input of an inner graph. */
export function innerInput(name: string, { dtype, shape }: TensorType): Node {
  inputs += 1;
  return makeNode(inputOp, [], { name, identity: inputs, dtype, shape });
}
