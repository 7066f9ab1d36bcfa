import { scalarConstant } from '../graph/constant.js';
import { input } from '../graph/input.js';
import { DTypeError } from '../errors.js';
import { isFloat } from '../graph/dtype.js';
import { listOf, type Expression, type Node } from '../graph/node.js';
import { rebuild, topological } from '../graph/traverse.js';
import { formatType } from '../graph/type.js';
import { broadcastNode } from '../ops/broadcast.js';
import { dependents, theOutputs, type Subject } from './disconnected.js';
import { derivable, sameTypes, throwDisconnected, type GradOptions } from './grad.js';
import { reverseSweep } from './sweep.js';

/**
 * The product of the Jacobian of outputs with respect to variables with tangents:
 * Σⱼ ∂output/∂wrtⱼ · tangentⱼ, for each output. What changes to first order when the variables move along
 * the tangents; of a gradient, it is the product of the Hessian with a vector.
 *
 * A pullback is linear in its cotangents, so its own pullback gives this product.
 *
 * @param wrt - parameters, inputs, or expressions that the outputs are made of
 * @param tangents - one for each variable, of its type
 * @throws DisconnectedGradientError where a variable reaches no output, or an output is reached by no variable
 * @throws ShapeError where a tangent has not the type of its variable
 *
 * @example
 * ```ts
 * import { constant, evaluate, grad, input, pow, pushforward, sum } from '@pastina/core';
 * const x = input('x', [2]);
 * const slope = grad(sum(pow(x, 3)), x);
 * const [bend] = pushforward([slope], [x], [constant([1, 10])]);
 * if (bend !== undefined) console.log(evaluate(bend, { x: [1, 2] }).toArray()); // [6, 120]
 * ```
 */
export function pushforward(outputs: readonly Expression[], wrt: readonly Expression[], tangents: readonly Expression[], options: GradOptions = {}): Expression[] {
  const where = 'pushforward';
  const { roots, variables } = derivable(where, listOf(outputs, `${where}: outputs`), listOf(wrt, `${where}: variables`), options);
  const given = sameTypes(listOf(tangents, `${where}: tangents`), variables, where, 'tangent', 'variable');
  const cotangents = roots.map((root, i) => cotangentOf(root, i));
  const pulled = reverseSweep(roots, variables, cotangents).map((adjoint, j) => adjoint ?? throwDisconnected(roots, variables[j] as Node, theOutputs(where)));
  const pushed = reverseSweep(pulled, cotangents, given).map((image, i) => image ?? throwUnreached(roots[i] as Node, i, variables));
  // By linearity the result does not depend on the cotangents; should it hold one, any value does.
  const zeros = new Map(cotangents.map((node) => [node, broadcastNode(scalarConstant(0, node.dtype, where), node.shape)]));
  return [...rebuild(pushed, (node, original) => zeros.get(original) ?? node)];
}

function cotangentOf(root: Node, i: number): Node {
  if (!isFloat(root.dtype)) throw new DTypeError('PUSHFORWARD_OUTPUT', `pushforward: output ${i} is ${formatType(root.type)}; expected a floating dtype: integers and truth values do not move along tangents`, { output: i, dtype: root.dtype });
  return input(`cotangent ${i}`, root.shape, root.dtype) as Node;
}

function throwUnreached(root: Node, i: number, variables: readonly Node[]): never {
  const subject: Subject = { none: `pushforward: output ${i} does not depend on`, cure: 'leave it out of the outputs', only: `pushforward: output ${i} depends on` };
  const order = topological([root]);
  const through = variables.find((variable) => dependents(order, variable).has(root)) ?? variables[0];
  return throwDisconnected([root], through as Node, subject);
}
