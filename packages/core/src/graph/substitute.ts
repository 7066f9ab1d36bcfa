import { describeValue, InputError, ShapeError } from '../errors.js';
import { toNode, type Expression, type Node } from './node.js';
import { rebuild } from './traverse.js';
import { formatType, sameShape } from './type.js';

/**
 * The expression with some of its parts replaced.
 *
 * @throws ShapeError where a replacement has another type than what it replaces
 */
export function substitute(expression: Expression, replacements: ReadonlyMap<Expression, Expression>): Expression {
  if (typeof (replacements as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] !== 'function') throw new InputError('SUBSTITUTE', `substitute: expected a Map of what is replaced to what replaces it, such as new Map([[x, y]]); got ${describeValue(replacements)}`, { replacements });
  const table = new Map<Node, Node>();
  for (const [from, to] of replacements) {
    const [old, young] = [toNode(from, 'substitute'), toNode(to, 'substitute')];
    if (old.dtype !== young.dtype || !sameShape(old.shape, young.shape)) {
      throw new ShapeError('SUBSTITUTE', `substitute: ${old.name ?? old.op.name} is ${formatType(old.type)}, its replacement ${formatType(young.type)}; expected the same type`, { from: old.type, to: young.type });
    }
    table.set(old, young);
  }
  const [result] = rebuild([toNode(expression, 'substitute')], (node, original) => table.get(original) ?? node, (node) => table.has(node));
  return result as Expression;
}
