import { count, describeValue, DTypeError, InputError, listing, ShapeError } from '../errors.js';
import { inputOp } from '../graph/input.js';
import { isFloat } from '../graph/dtype.js';
import { isExpression, listOf, makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type CompositeOp, type GradientContext } from '../graph/op.js';
import { parameterLabel, parameterOp } from '../graph/parameter.js';
import { topological } from '../graph/traverse.js';
import { formatType, type TensorType } from '../graph/type.js';
import { stopGradientOp } from './control.js';

/**
 * Gives the cotangent of each input, in the order of the inputs: an expression that broadcasts to the
 * input, or null where no gradient flows. `output` is the value whose gradient is asked for.
 */
export type CustomGradient = (cotangent: Expression, inputs: readonly Expression[], output: Expression) => readonly (Expression | null)[];

let calls = 0;

/**
 * `output`, with another gradient: where gradients would go through the ops that `output` is made of,
 * `gradient` is asked instead. What it gives are ordinary expressions, so higher derivatives are those of
 * its formula. With a formula that is not linear in the cotangent (clipping it) `pushforward` is not the
 * product with a Jacobian.
 *
 * Logarithms inside `output` are brought to the log domain as anywhere; a logarithm of the result is not
 * traced into it, since its gradient would then pass by yours.
 *
 * @param inputs - the values that `output` is made of and `gradient` gives cotangents for
 * @param output - floating; may depend on inputs of the graph and on parameters only through `inputs`, or
 *   through `stopGradient`
 * @throws InputError where `output` depends on a value that is not listed: its gradient would be lost
 * @throws InputError, ShapeError, DTypeError when a gradient is taken and `gradient` does not give what it should
 *
 * @example
 * ```ts
 * import { customGradient, evaluate, grad, input, round, sum } from '@pastina/core';
 * const x = input('x', [2]);
 * const rounded = customGradient([x], round(x), (g) => [g]); // straight through
 * console.log(evaluate(grad(sum(rounded), x), { x: [0.4, 1.6] }).toArray()); // [1, 1]
 * ```
 */
export function customGradient(inputs: readonly Expression[], output: Expression, gradient: CustomGradient): Expression {
  if (typeof gradient !== 'function') throw new InputError('CUSTOM_GRADIENT', `customGradient: expected a function (cotangent, inputs, output) => cotangents as the third argument; got ${describeValue(gradient)}`, { gradient });
  const nodes = listOf(inputs, 'customGradient: inputs').map((node, i) => toNode(node, `customGradient: input ${i}`));
  const value = toNode(output, 'customGradient: output');
  if (!isFloat(value.dtype)) throw new DTypeError('CUSTOM_GRADIENT', `customGradient: the output is ${formatType(value.type)}; only floating values have a gradient`, { dtype: value.dtype });
  checkListed(nodes, value);
  calls += 1;
  return makeNode(opOf(gradient), [value, ...nodes], { identity: calls });
}

/**
 * An op for each call, since it holds the function; programs never name it. The output is an operand, so
 * that all that rebuilds graphs sees what it is made of.
 */
function opOf(gradient: CustomGradient): CompositeOp {
  return {
    kind: 'composite',
    name: 'customGradient',
    doc: 'the first operand, with a gradient of its own for the others',
    type: ([output]) => output as TensorType,
    gradient: ({ node, inputs: [, ...inputs], cotangent }: GradientContext) => [null, ...checkParts(gradient(cotangent, inputs, node), inputs)],
    expand: ([output]) => output as Node,
  };
}

/** No gradient may get lost through a leaf that nobody listed. */
function checkListed(inputs: readonly Node[], output: Node): void {
  const listed = new Set(inputs);
  const free = topological([output], (node) => listed.has(node) || node.op === stopGradientOp)
    .filter((node) => !listed.has(node) && isFloat(node.dtype) && (node.op === inputOp || node.op === parameterOp));
  if (free.length === 0) return;
  const labels = free.map((node) => (node.op === inputOp ? `input '${node.name}'` : parameterLabel(node)));
  throw new InputError('CUSTOM_GRADIENT', `customGradient: the output also depends on ${listing(labels)}, not through the listed inputs; list it, or use stopGradient on it if no gradient shall flow`, { free: free.map(({ name }) => name) });
}

function checkParts(parts: readonly (Expression | null)[], inputs: readonly Node[]): readonly (Expression | null)[] {
  const found = Array.isArray(parts) ? count(parts.length, 'entry', 'entries') : isExpression(parts) ? 'a single expression' : describeValue(parts);
  if (!Array.isArray(parts) || parts.length !== inputs.length) throw new InputError('CUSTOM_GRADIENT', `customGradient: the gradient function gives ${found} for ${count(inputs.length, 'input', 'inputs')}; expected a list with one entry each, null where no gradient flows`, { expected: inputs.length });
  return inputs.map((input, i) => {
    const part = parts[i] as Expression | null;
    return part === null ? null : checkPart(toNode(part, `customGradient: what the gradient function gives for input ${i}`), input, i);
  });
}

function checkPart(part: Node, input: Node, i: number): Node {
  const found = `customGradient: the gradient function gives ${formatType(part.type)} for input ${i}, which is ${formatType(input.type)}`;
  if (!isFloat(input.dtype)) throw new DTypeError('CUSTOM_GRADIENT', `${found}; expected null, since only floating values have a gradient`, { input: i });
  if (part.dtype !== input.dtype) throw new DTypeError('CUSTOM_GRADIENT', `${found}; expected the same dtype: use cast(…, '${input.dtype}')`, { input: i });
  const added = input.rank - part.rank;
  if (added >= 0 && part.shape.every((size, axis) => size === 1 || size === input.shape[axis + added])) return part;
  throw new ShapeError('CUSTOM_GRADIENT', `${found}; expected a shape that broadcasts to the input's: sum over the axes along which the input was repeated`, { input: i, expected: input.shape, found: part.shape });
}
