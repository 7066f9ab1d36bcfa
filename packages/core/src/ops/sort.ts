import { defaultOf, type Defaulted } from '../behavior/defaults.js';
import { defaults } from '../defaults.js';
import { DTypeError, ShapeError } from '../errors.js';
import { makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type CallOp, type DenseArray } from '../graph/op.js';
import { formatType, normalizeAxis, type TensorType } from '../graph/type.js';
import { checkOptions } from '../options.js';
import { gather } from './gather.js';
import { sliceNode } from './slicePad.js';
import { transposeNode } from './transpose.js';

// Only positions are sorted; values follow by gather, so that gradients do too.

/** Positions along the last axis. Equal elements keep their order, in both directions; NaN counts as the largest, as in max and argMax. */
export const argSortOp: CallOp = {
  kind: 'call',
  name: 'argSort',
  doc: 'positions that put the last axis in order: stable, NaN as the largest',
  type: ([x]) => {
    const { dtype, shape } = x as TensorType;
    if (dtype === 'bool') throw new DTypeError('OP_DTYPE', `sort: operand ${formatType(x as TensorType)}; expected numbers; use cast(x, 'int32')`, { op: 'argSort', dtype });
    return { dtype: 'int32', shape };
  },
  evaluate: ([x], output, attrs) => {
    const { data, shape } = x as DenseArray;
    const size = shape[shape.length - 1] as number;
    const sign = attrs.descending === true ? -1 : 1;
    const order = Array.from({ length: size }, (_, i) => i);
    for (let start = 0; start < data.length; start += size) {
      const compare = (i: number, j: number): number => {
        const [a, b] = [data[start + i] as number, data[start + j] as number];
        if (a !== a || b !== b) return sign * (Number(a !== a) - Number(b !== b));
        return a < b ? -sign : a > b ? sign : 0;
      };
      // Array.prototype.sort is stable.
      output.data.set(Int32Array.from([...order].sort(compare)), start);
    }
  },
};

/** Along which axis, and in which direction. */
export interface SortOptions {
  readonly axis?: Defaulted<number, -1>;
  /** The largest first. Default: false. */
  readonly descending?: boolean;
}

interface Sorted {
  readonly values: Node;
  readonly indices: Node;
  /** Brings the sorted axis, now the last, back to where it was. */
  readonly back: (node: Node) => Node;
}

function sorted(name: string, x: Expression, axisGiven: number | undefined, descending: boolean): Sorted {
  const node = toNode(x, name);
  const axis = normalizeAxis(axisGiven ?? defaultOf(defaults, 'sort.axis'), node.rank, name);
  const perm = [...node.shape.flatMap((_, k) => (k === axis ? [] : [k])), axis];
  const rows = transposeNode(node, perm);
  const indices = makeNode(argSortOp, [rows], { descending });
  const last = node.rank - 1;
  return { values: gather(rows, indices, { axis: last, batchAxes: last }) as Node, indices, back: (sortedNode) => transposeNode(sortedNode, perm.map((_, k) => perm.indexOf(k))) };
}

/**
 * The elements in order along `axis`. Equal elements keep their order; NaN counts as the largest: last, or first where
 * `descending`.
 *
 * @example
 * ```ts
 * import { constant, evaluate, sort } from '@pastina/core';
 * console.log(evaluate(sort(constant([3, 1, 2]))).toArray()); // [1, 2, 3]
 * ```
 */
export function sort(x: Expression, options: SortOptions = {}): Expression {
  checkOptions('sort', options, ['axis', 'descending']);
  const { values, back } = sorted('sort', x, options.axis, options.descending === true);
  return back(values);
}

/** int32 positions that put `x` in order along `axis`: what {@link sort} picks. */
export function argSort(x: Expression, options: SortOptions = {}): Expression {
  checkOptions('argSort', options, ['axis', 'descending']);
  const { indices, back } = sorted('argSort', x, options.axis, options.descending === true);
  return back(indices);
}

/** What {@link topK} gives. */
export interface TopK {
  readonly values: Expression;
  /** int32 positions along the axis. */
  readonly indices: Expression;
}

/** The k largest along `axis`, largest first, and where they are; of equal ones the first come first. NaN counts as the largest, so that it shows, as in max. */
export function topK(x: Expression, k: number, options: Pick<SortOptions, 'axis'> = {}): TopK {
  checkOptions('topK', options, ['axis']);
  const { values, indices, back } = sorted('topK', x, options.axis, true);
  const last = values.rank - 1;
  const size = values.shape[last];
  if (!Number.isInteger(k) || k < 1 || (typeof size === 'number' && k > size)) throw new ShapeError('TOP_K', `topK: k ${k} along an axis of size ${String(size)}; expected a whole number from 1 to ${String(size)}`, { k, size });
  return { values: back(sliceNode(values, last, 0, k)), indices: back(sliceNode(indices, last, 0, k)) };
}
