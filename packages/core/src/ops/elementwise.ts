import { DTypeError } from '../errors.js';
import { isFloat, type DType } from '../graph/dtype.js';
import { scalarConstant } from '../graph/constant.js';
import { makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type ElementwiseOp, type GradientContext } from '../graph/op.js';
import { broadcastShapes, formatType, type TensorType } from '../graph/type.js';
import { broadcastNode } from './broadcast.js';

/** What ops take: an expression, or a number that adopts the other operand's dtype. */
export type Operand = Expression | number;

/** Which dtypes an op takes: `number` is any but bool. */
type Domain = 'float' | 'number' | 'bool' | 'any';

interface Spec {
  readonly name: string;
  readonly doc: string;
  readonly domain: Domain;
  /** The dtype of the result; left out: that of the operands. */
  readonly result?: DType;
  readonly scalar: (a: number, b: number, c: number) => number;
  readonly integerScalar?: (a: number, b: number, c: number) => number;
  /** One answer per operand. Left out: no gradient flows. */
  readonly gradient?: (g: Node, operands: readonly Node[], node: Node) => readonly (Expression | null)[];
}

/** An elementwise op: all operands have one dtype and one shape (see {@link apply}). */
export function elementwise(spec: Spec): ElementwiseOp {
  const { name, doc, domain, result, scalar, integerScalar, gradient } = spec;
  return {
    kind: 'elementwise',
    name,
    doc,
    scalar,
    ...(integerScalar === undefined ? {} : { integerScalar }),
    type: (inputs) => {
      const first = inputs[0] as TensorType;
      checkDomain(name, domain, inputs);
      return { dtype: result ?? first.dtype, shape: first.shape };
    },
    ...(gradient === undefined ? {} : { gradient: ({ cotangent, inputs, node }: GradientContext) => gradient(cotangent, inputs, node) }),
  };
}

const accepts: Readonly<Record<Domain, (dtype: DType) => boolean>> = {
  float: isFloat,
  number: (dtype) => dtype !== 'bool',
  bool: (dtype) => dtype === 'bool',
  any: () => true,
};

const domainCure: Readonly<Record<Domain, string>> = {
  float: `expected a floating dtype; use cast(x, 'float32')`,
  number: `expected numbers; use cast(x, 'float32')`,
  bool: 'expected bool; compare first, as in greater(x, 0)',
  any: '',
};

function checkDomain(name: string, domain: Domain, inputs: readonly TensorType[]): void {
  const first = inputs[0] as TensorType;
  const wrong = inputs.find(({ dtype }) => !accepts[domain](dtype));
  if (wrong !== undefined) throw new DTypeError('OP_DTYPE', `${name}: operand ${formatType(wrong)}; ${domainCure[domain]}`, { op: name, dtype: wrong.dtype });
  const other = inputs.find(({ dtype }) => dtype !== first.dtype);
  if (other !== undefined) {
    throw new DTypeError('OP_MIXED_DTYPES', `${name}: operands ${inputs.map(formatType).join(' and ')} differ in dtype; nothing is widened by itself, so cast one of them: cast(x, '${first.dtype}')`, { op: name, dtypes: inputs.map(({ dtype }) => dtype) });
  }
}

/** Turns numbers into constants of the dtype that the expressions among the operands have. */
export function lift(operands: readonly Operand[], where: string): readonly Node[] {
  const known = operands.filter((operand) => typeof operand !== 'number').map((operand) => toNode(operand, where));
  const dtype = known[0]?.dtype ?? 'float32';
  return operands.map((operand) => {
    if (typeof operand !== 'number') return toNode(operand, where);
    if (dtype === 'bool') throw new DTypeError('OP_MIXED_DTYPES', `${where}: the number ${operand} beside a bool; use cast(x, 'float32'), or constant(true)`, { value: operand });
    return scalarConstant(operand, dtype, where);
  });
}

/** The op over its operands, numbers lifted and shapes broadcast. */
export function apply(op: ElementwiseOp, operands: readonly Operand[]): Node {
  return makeNode(op, broadcastTogether(lift(operands, op.name), op.name));
}

/** Broadcasts all to their common shape. */
export function broadcastTogether(expressions: readonly Expression[], where: string): readonly Node[] {
  const nodes = expressions as readonly Node[];
  const shape = broadcastShapes(nodes.map((node) => node.shape), where);
  return nodes.map((node) => broadcastNode(node, shape));
}
