import { type Dim } from './dim.js';
import { type DType, type TypedArray } from './dtype.js';
import { type Expression, type Node } from './node.js';
import { type TensorType } from './type.js';

/** Attributes of a node: plain data, so that nodes can be compared, printed and stored. */
export type AttrValue = string | number | boolean | null | Dim | Keyed | readonly AttrValue[];
export type Attrs = Readonly<Record<string, AttrValue>>;

/** Larger data among the attributes, the elements of a constant or an inner graph: compared by `key`. */
export interface Keyed {
  readonly key: string;
}

/** The elements of a constant. */
export interface ConstantData extends Keyed {
  readonly data: TypedArray;
}

/** What an op's gradient rule is given. */
export interface GradientContext {
  readonly node: Node;
  readonly inputs: readonly Node[];
  readonly attrs: Attrs;
  /** The derivative of the cost with respect to this node; the type of the node. */
  readonly cotangent: Node;
  /** Which inputs lie on a path to a variable: the others may be answered by `null`. */
  readonly needed: readonly boolean[];
}

/** One answer per input; `null` where no gradient flows. */
export type GradientRule = (context: GradientContext) => readonly (Expression | null)[];

interface OpBase {
  readonly name: string;
  /** One line: the formula. */
  readonly doc: string;
  /** The type of the result; throws a typed error that names the op and the cure. */
  readonly type: (inputs: readonly TensorType[], attrs: Attrs) => TensorType;
  /** Left out: no gradient flows through (integers, comparisons). */
  readonly gradient?: GradientRule;
}

/** Values that come from outside: inputs, parameters, constants. */
export interface LeafOp extends OpBase {
  readonly kind: 'leaf';
}

/** One output element from the input elements at the same place. `scalar` computes in float64; the interpreter rounds to the dtype. */
export interface ElementwiseOp extends OpBase {
  readonly kind: 'elementwise';
  readonly scalar: (a: number, b: number, c: number) => number;
  /** Where integers need their own arithmetic (exact 32-bit products). */
  readonly integerScalar?: (a: number, b: number, c: number) => number;
}

/** A fold along axes in row-major order, accumulated in float64 and rounded to the dtype once. `attrs`: axes, keepDims. */
export interface ReduceOp extends OpBase {
  readonly kind: 'reduce';
  readonly initial: number;
  /** `index` counts the elements folded so far. */
  readonly step: (accumulator: number, element: number, index: number) => number;
  /** Does the fold have a value over no elements? */
  readonly emptyAllowed: boolean;
}

/** Other strides over the same elements. Gives undefined where the elements must be copied first. */
export interface MovementOp extends OpBase {
  readonly kind: 'movement';
  readonly view: (input: StridedView, attrs: Attrs, shape: readonly number[]) => StridedView | undefined;
}

export interface StridedView {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Dense operands, as an op of kind `call` sees them on the reference interpreter. */
export interface DenseArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** An instruction of its own, that each backend implements. `evaluate` is the reference. */
export interface CallOp extends OpBase {
  readonly kind: 'call';
  readonly evaluate: (inputs: readonly DenseArray[], output: DenseArray, attrs: Attrs) => void;
  /** May it refuse its operands while it runs (an index out of range)? */
  readonly refuses?: true;
}

/** Made of other ops, but with a gradient of its own; expanded after the gradient is taken. */
export interface CompositeOp extends OpBase {
  readonly kind: 'composite';
  readonly expand: (inputs: readonly Node[], attrs: Attrs) => Expression;
}

/** An inner graph that runs once for each iteration. Its type is a tuple, which `get` takes apart. See scan/op.ts. */
export interface ScanOp extends OpBase {
  readonly kind: 'scan';
}

/** One of the values of a tuple. */
export interface GetOp extends OpBase {
  readonly kind: 'get';
}

/** An operation: one literal in one place. Ops are values; nothing is registered. */
export type Op = LeafOp | ElementwiseOp | ReduceOp | MovementOp | CallOp | CompositeOp | ScanOp | GetOp;
