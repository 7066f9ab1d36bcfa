import { inputOp } from '../graph/input.js';
import { InputError } from '../errors.js';
import { toNode, type Expression, type Node } from '../graph/node.js';
import { leavesOf } from '../graph/traverse.js';
import { type Tensor, type TensorLike } from '../graph/tensor.js';
import { checkOptions } from '../options.js';
import { compile, type CompileOptions } from './compile.js';

/** Options of {@link evaluate}: those of `compile` that concern one run. */
export type EvaluateOptions = Pick<CompileOptions<Readonly<Record<string, Expression>>, Readonly<Record<string, Expression>>>, 'backend' | 'seed' | 'check' | 'recognise'>;

/**
 * The value of an expression: compiled and run once. Inputs are fed by the names they were made with;
 * what the expression does not depend on may be fed too.
 *
 * @example
 * ```ts
 * import { add, evaluate, input } from '@pastina/core';
 * const x = input('x', [2]);
 * console.log(evaluate(add(x, 1), { x: [1, 2] }).toArray()); // [2, 3]
 * ```
 */
export function evaluate(expression: Expression, feeds: Readonly<Record<string, TensorLike>> = {}, options: EvaluateOptions = {}): Tensor {
  const node = toNode(expression, 'evaluate');
  checkOptions('evaluate', options, ['backend', 'seed', 'check', 'recognise']);
  const inputs: Record<string, Node> = {};
  for (const leaf of leavesOf([node])) {
    if (leaf.op !== inputOp) continue;
    const name = leaf.name ?? '';
    if (inputs[name] !== undefined) throw new InputError('INPUT_NAME_TWICE', `evaluate: two inputs are called '${name}'; use compile, which takes them by names of your choice`, { input: name });
    inputs[name] = leaf;
  }
  // A value need not depend on all that is fed (the gradient of a linear function does not).
  const used = Object.fromEntries(Object.entries(feeds).filter(([name]) => Object.hasOwn(inputs, name)));
  return compile({ inputs, outputs: { value: node }, ...options })(used).value;
}
