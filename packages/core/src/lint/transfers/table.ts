import { isFloat } from '../../graph/dtype.js';
import { type Node } from '../../graph/node.js';
import { type ConstantData } from '../../graph/op.js';
import { related } from '../relations.js';
import { anything, isEmpty, range, rangeOfData, type Range } from '../range.js';
import { arithmetic } from './arithmetic.js';
import { arrays } from './arrays.js';
import { comparison } from './comparison.js';
import { exponential } from './exponential.js';
import { outward, type Transfers } from './transfer.js';

/** Where the results of each op lie, by the name of the op. An op that is not here may give any number of its dtype. */
export const transfers: Transfers = {
  constant: (_, node) => rangeOfData((node.attrs.value as ConstantData).data),
  // Symbolic sizes are at least 1: means and extrema of nothing are refused when the function runs.
  size: (_, node) => (typeof node.attrs.size === 'number' ? range(node.attrs.size, node.attrs.size) : range(1, Infinity)),
  ...arithmetic,
  ...exponential,
  ...comparison,
  ...arrays,
};

/** These look at NaN, or pick among their operands: they are asked even if one of them holds no number. */
const tolerant: ReadonlySet<string> = new Set([...Object.keys(comparison), 'where', 'concat', 'pad', 'maxPool', 'pow']);

/** Sums and products of many: rounded on the way, in another order than their bounds. */
const accumulated: ReadonlySet<string> = new Set(['sum', 'mean', 'prod', 'cumSum', 'cumProd', 'matmul', 'conv', 'norm', 'averagePool', 'scatterAdd', 'logSumExp', 'cumLogSumExp']);

/** Where the results of a node lie, if its operands lie in the given ranges. */
export function transfer(node: Node, operands: readonly Range[]): Range {
  const { name } = node.op;
  const rule = Object.hasOwn(transfers, name) ? transfers[name] : undefined;
  if (!isFloat(node.dtype) && operands.some(isEmpty) && !tolerant.has(name)) return anything(node.dtype);
  if (operands.some(isEmpty) && !tolerant.has(name)) return { ...range(Infinity, -Infinity), nan: true };
  if (rule !== undefined) return related(node, operands, accumulated.has(name) ? outward(rule(operands, node), node.dtype) : rule(operands, node));
  const flagged = operands.some(({ nan, inf }) => nan || inf) && isFloat(node.dtype);
  return { ...anything(node.dtype), nan: flagged, inf: flagged };
}
