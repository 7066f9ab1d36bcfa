import { count, DisconnectedGradientError, DTypeError, InputError, ShapeError } from '../errors.js';
import { isFloat } from '../graph/dtype.js';
import { scalarConstant } from '../graph/constant.js';
import { listOf, toNode, type Expression, type Node } from '../graph/node.js';
import { formatType, sameShape } from '../graph/type.js';
import { recognise } from '../logDomain/recognise.js';
import { checkOptions } from '../options.js';
import { mergeScans } from '../scan/merge.js';
import { brokenAt, theCost, theOutputs, type Subject } from './disconnected.js';
import { reverseSweep } from './sweep.js';

/** Options of `grad`, `pullback` and `pushforward`. */
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
  if (!isFloat(root.dtype)) throw new DTypeError('GRAD_COST', `grad: the cost is ${formatType(root.type)}; expected a floating dtype; compute it in floats, with cast(x, 'float32')`, { dtype: root.dtype });
  const one = scalarConstant(1, root.dtype, 'grad');
  const variables = Array.isArray(wrt) ? (wrt as readonly Expression[]) : [wrt as Expression];
  const found = pull('grad', theCost, [root], variables, [one], options);
  return Array.isArray(wrt) ? found : (found[0] as Expression);
}

/**
 * The product of cotangents with the Jacobian of outputs with respect to variables:
 * Σᵢ cotangentᵢ · ∂outputᵢ/∂wrt, for each variable.
 *
 * @throws ShapeError where a cotangent has not the type of its output
 * @throws DisconnectedGradientError where a variable is reached by no output
 *
 * @example
 * ```ts
 * import { constant, evaluate, input, pullback, square } from '@pastina/core';
 * const x = input('x', [2]);
 * const [g] = pullback([square(x)], [x], [constant([1, 10])]);
 * if (g !== undefined) console.log(evaluate(g, { x: [1, 2] }).toArray()); // [2, 40]
 * ```
 */
export function pullback(outputs: readonly Expression[], wrt: readonly Expression[], cotangents: readonly Expression[], options: GradOptions = {}): Expression[] {
  return pull('pullback', theOutputs('pullback'), listOf(outputs, 'pullback: outputs'), listOf(wrt, 'pullback: variables'), listOf(cotangents, 'pullback: cotangents'), options);
}

function pull(where: string, subject: Subject, outputs: readonly Expression[], wrt: readonly Expression[], cotangents: readonly Expression[], options: GradOptions): Expression[] {
  const { roots, variables } = derivable(where, outputs, wrt, options);
  const given = sameTypes(cotangents, roots, where, 'cotangent', 'output');
  return reverseSweep(roots, variables, given).map((adjoint, i) => adjoint ?? throwDisconnected(roots, variables[i] as Node, subject));
}

/** Outputs, in the log domain, and variables, checked. */
export function derivable(where: string, outputs: readonly Expression[], wrt: readonly Expression[], options: GradOptions): { readonly roots: readonly Node[]; readonly variables: readonly Node[] } {
  checkOptions(where, options, ['recognise']);
  const variables = wrt.map((variable, i) => checkVariable(toNode(variable, `${where}: variable ${i}`), where));
  const wanted = new Set(variables);
  const given = outputs.map((output, i) => toNode(output, `${where}: output ${i}`));
  const keep = (node: Node): boolean => wanted.has(node);
  return { variables, roots: options.recognise === false ? given : mergeScans(recognise(given, { keep }), keep) };
}

/** One value for each of `nodes`, of its type. */
export function sameTypes(values: readonly Expression[], nodes: readonly Node[], where: string, what: string, of: string): readonly Node[] {
  if (values.length !== nodes.length) throw new InputError(`${what.toUpperCase()}S`, `${where}: ${count(values.length, what, `${what}s`)} for ${count(nodes.length, of, `${of}s`)}; expected one each, in their order`);
  return nodes.map((node, i) => {
    const value = toNode(values[i], `${where}: ${what} ${i}`);
    if (value.dtype !== node.dtype || !sameShape(value.shape, node.shape)) throw new ShapeError(what.toUpperCase(), `${where}: ${what} ${i} is ${formatType(value.type)}; expected the type of its ${of}, ${formatType(node.type)}`, { [what]: i, expected: formatType(node.type), found: formatType(value.type) });
    return value;
  });
}

export function throwDisconnected(roots: readonly Node[], variable: Node, subject: Subject): never {
  const { message, op } = brokenAt(roots, variable, subject);
  throw new DisconnectedGradientError('DISCONNECTED', message, { variable: variable.name, brokenAt: op });
}

function checkVariable(node: Node, where: string): Node {
  if (isFloat(node.dtype)) return node;
  throw new DTypeError('GRAD_VARIABLE', `${where}: the variable ${node.name === undefined ? `made by '${node.op.name}'` : `'${node.name}'`} is ${formatType(node.type)}; only floating values have a gradient`, { variable: node.name, dtype: node.dtype });
}
