import { defaultOf, type Defaulted } from '../behavior/defaults.js';
import { defaults } from '../defaults.js';
import { describeValue, DTypeError, InputError } from '../errors.js';
import { checkDType, dtypeFacts, isInteger, type DType } from '../graph/dtype.js';
import { scalarConstant } from '../graph/constant.js';
import { makeNode, toNode, type Expression } from '../graph/node.js';
import { type CallOp, type DenseArray } from '../graph/op.js';
import { formatType, resolveShape, type ShapeSpec, type TensorType } from '../graph/type.js';
import { broadcastNode } from './broadcast.js';

/** `value` everywhere. */
export function full(shape: ShapeSpec, value: number, dtype: DType = defaultOf(defaults, 'input.dtype')): Expression {
  return filled('full', shape, value, dtype);
}

function filled(name: string, shape: ShapeSpec, value: number, dtype: DType | undefined): Expression {
  if (typeof value !== 'number') throw new InputError('FULL_VALUE', `${name}: value ${describeValue(value)}; expected a number (for an expression use broadcastTo)`, { value });
  return broadcastNode(scalarConstant(value, checkDType(dtype ?? defaultOf(defaults, 'input.dtype'), name), name), resolveShape(shape, name));
}

/** 0 everywhere. */
export const zeros = (shape: ShapeSpec, dtype?: DType): Expression => filled('zeros', shape, 0, dtype);
/** 1 everywhere. */
export const ones = (shape: ShapeSpec, dtype?: DType): Expression => filled('ones', shape, 1, dtype);

export const arangeOp: CallOp = {
  kind: 'call',
  name: 'arange',
  doc: '0, 1, 2, …',
  type: (_, attrs) => ({ dtype: attrs.dtype as DType, shape: [attrs.size as number] }),
  evaluate: (_, output) => {
    const { round } = dtypeFacts(output.dtype);
    for (let i = 0; i < output.data.length; i += 1) output.data[i] = round(i);
  },
};

/** 0, 1, … size - 1. The size may be symbolic. */
export function arange(size: ShapeSpec[number], dtype: Defaulted<DType, 'float32'> = defaultOf(defaults, 'arange.dtype')): Expression {
  if (dtype === 'bool') throw new DTypeError('ARANGE_DTYPE', "arange: dtype bool cannot count; expected numbers, such as 'int32'", { dtype });
  return makeNode(arangeOp, [], { size: resolveShape([size], 'arange')[0] ?? 0, dtype: checkDType(dtype, 'arange') });
}

export const oneHotOp: CallOp = {
  kind: 'call',
  name: 'oneHot',
  refuses: true,
  doc: '1 at the index, 0 elsewhere, along a new last axis',
  type: ([indices], attrs) => {
    const { dtype, shape } = indices as TensorType;
    if (!isInteger(dtype)) throw new DTypeError('INDEX_DTYPE', `oneHot: indices ${formatType(indices as TensorType)}; expected int32 or uint32; use cast(indices, 'int32')`, { op: 'oneHot', dtype });
    return { dtype: attrs.dtype as DType, shape: [...shape, attrs.depth as number] };
  },
  evaluate: ([indices], output, attrs) => {
    const depth = attrs.depth as number;
    const { data } = indices as DenseArray;
    output.data.fill(0);
    data.forEach((index: number, i: number) => {
      if (index < 0 || index >= depth) throw new InputError('INDEX_RANGE', `oneHot: index ${index} at position ${i}; expected 0 to ${depth - 1}`, { op: 'oneHot', index, position: i, size: depth });
      output.data[i * depth + index] = 1;
    });
  },
};

/** 1 at the index and 0 elsewhere, along a new last axis of size `depth`. An index outside is an error when the program runs. */
export function oneHot(indices: Expression, depth: number, dtype: Defaulted<DType, 'float32'> = defaultOf(defaults, 'oneHot.dtype')): Expression {
  if (!Number.isInteger(depth) || depth < 1) throw new InputError('ONE_HOT_DEPTH', `oneHot: depth ${depth}; expected a whole number from 1 up`, { depth });
  return makeNode(oneHotOp, [toNode(indices, 'oneHot')], { depth, dtype: checkDType(dtype, 'oneHot') });
}
