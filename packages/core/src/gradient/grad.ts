import { DisconnectedGradientError, DTypeError, InputError, ShapeError } from '../errors.js';
import { isFloat } from '../graph/dtype.js';
import { scalarConstant } from '../graph/constant.js';
import { toNode, type Expression, type Node } from '../graph/node.js';
import { formatType, sameShape } from '../graph/type.js';
import { recognise } from '../logDomain/recognise.js';
import { checkOptions } from '../options.js';
import { mergeScans } from '../scan/merge.js';
import { brokenAt } from './disconnected.js';
import { reverseSweep } from './sweep.js';

/** Options of `grad` and `pullback`. */
export interface GradOptions {
  /** `false` differentiates the graph exactly as written, without the log domain: for demonstrations of what that costs. */
  readonly recognise?: boolean;
}

/**
 * The derivative of a scalar cost with respect to one or several variables, as ordinary expressions (so
 * that it can be differentiated again). The graph is brought to the log domain first.
 *
 * @param cost - floating scalar; reduce with `mean` or `sum`
 * @param wrt - parameters, inputs, or expressions that the cost is made of
 * @throws DisconnectedGradientError where a variable is not reached; it names the op at which the path ends
 * @throws ShapeError, DTypeError for a cost that is no floating scalar, or an integer variable
 *
 * @example
 * ```ts
 * import { evaluate, grad, input, square } from '@pastina/core';
 * const x = input('x', []);
 * console.log(evaluate(grad(square(x), x), { x: 3 }).item()); // 6
 * ```
 */
export function grad(cost: Expression, wrt: Expression, options?: GradOptions): Expression;
export function grad(cost: Expression, wrt: readonly Expression[], options?: GradOptions): Expression[];
export function grad(cost: Expression, wrt: Expression | readonly Expression[], options: GradOptions = {}): Expression | Expression[] {
  const root = toNode(cost, 'grad');
  if (root.rank !== 0) throw new ShapeError('GRAD_COST', `grad: the cost is ${formatType(root.type)}; expected a scalar: reduce it with mean(cost) or sum(cost), or give cotangents to pullback`, { shape: root.shape });
  if (!isFloat(root.dtype)) throw new DTypeError('GRAD_COST', `grad: the cost is ${formatType(root.type)}; expected a floating dtype`, { dtype: root.dtype });
  const one = scalarConstant(1, root.dtype, 'grad');
  return Array.isArray(wrt) ? pullback([root], wrt, [one], options) : (pullback([root], [wrt as Expression], [one], options)[0] as Expression);
}

/**
 * The product of cotangents with the Jacobian of outputs with respect to variables:
 * Σᵢ cotangentᵢ · ∂outputᵢ/∂wrt, for each variable.
 *
 * @throws ShapeError where a cotangent has not the type of its output
 */
export function pullback(outputs: readonly Expression[], wrt: readonly Expression[], cotangents: readonly Expression[], options: GradOptions = {}): Expression[] {
  checkOptions('grad', options, ['recognise']);
  const variables = wrt.map((variable, i) => checkVariable(toNode(variable, `grad: variable ${i}`)));
  const wanted = new Set(variables);
  const given = outputs.map((output) => toNode(output, 'pullback'));
  const keep = (node: Node): boolean => wanted.has(node);
  const roots = options.recognise === false ? given : mergeScans(recognise(given, { keep }), keep);
  if (cotangents.length !== roots.length) throw new InputError('COTANGENTS', `pullback: ${cotangents.length} cotangents for ${roots.length} outputs; expected one each`);
  const seeds = roots.map((root, i) => {
    const cotangent = toNode(cotangents[i], `pullback: cotangent ${i}`);
    if (cotangent.dtype !== root.dtype || !sameShape(cotangent.shape, root.shape)) throw new ShapeError('COTANGENT', `pullback: cotangent ${i} is ${formatType(cotangent.type)}; expected the type of its output, ${formatType(root.type)}`);
    return cotangent;
  });
  return reverseSweep(roots, variables, seeds).map((adjoint, i) => {
    if (adjoint !== undefined) return adjoint;
    const variable = variables[i] as Node;
    const { message, op } = brokenAt(roots, variable);
    throw new DisconnectedGradientError('DISCONNECTED', message, { variable: variable.name, brokenAt: op });
  });
}

function checkVariable(node: Node): Node {
  if (isFloat(node.dtype)) return node;
  throw new DTypeError('GRAD_VARIABLE', `grad: the variable ${node.name === undefined ? `'${node.op.name}'` : `'${node.name}'`} is ${formatType(node.type)}; only floating values have a gradient`, { variable: node.name, dtype: node.dtype });
}
