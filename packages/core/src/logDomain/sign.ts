import { isFloat } from '../graph/dtype.js';
import { type Node } from '../graph/node.js';
import { type ConstantData } from '../graph/op.js';
import { specOf } from '../scan/op.js';

/** What is known of all elements of a value. The smaller number is the weaker statement. */
export const Sign = { unknown: 0, nonNegative: 1, positive: 2 } as const;
export type Sign = (typeof Sign)[keyof typeof Sign];

const known = new WeakMap<Node, Sign>();

/** The sign that a value provably has, as a real number: an exponential is positive even where it underflows. */
export function signOf(node: Node): Sign {
  const before = known.get(node);
  if (before !== undefined) return before;
  const sign = derive(node);
  known.set(node, sign);
  return sign;
}

const weaker = (a: Sign, b: Sign): Sign => (a < b ? a : b);
const stronger = (a: Sign, b: Sign): Sign => (a > b ? a : b);

/** Ops whose result is as positive as their first operand. */
const carriers: ReadonlySet<string> = new Set(['pow', 'sqrt', 'sum', 'mean', 'prod', 'cumSum', 'cumProd', 'averagePool', 'max', 'min', 'reshape', 'transpose', 'broadcastTo', 'slice', 'flip', 'gather', 'stopGradient']);

function derive(node: Node): Sign {
  const of = (i: number): Sign => signOf(node.inputs[i] as Node);
  const { name } = node.op;
  if (carriers.has(name)) return of(0);
  switch (name) {
    case 'exp': case 'softmax': case 'sigmoid': case 'softplus':
      return Sign.positive;
    case 'erfc': case 'cosh':
      return Sign.positive;
    case 'square': case 'abs': case 'relu': case 'size': case 'norm': case 'oneHot': case 'arange':
      return Sign.nonNegative;
    case 'cast':
      // Cut to an integer, a small positive number becomes 0.
      return (node.inputs[0] as Node).dtype === 'bool' ? Sign.nonNegative : isFloat(node.dtype) ? of(0) : weaker(of(0), Sign.nonNegative);
    case 'maxPool':
      return of(1);
    case 'constant':
      return signOfConstant((node.attrs.value as ConstantData).data);
    case 'add': // as positive as its more positive part, if neither can be negative
      return of(0) === Sign.unknown || of(1) === Sign.unknown ? Sign.unknown : stronger(of(0), of(1));
    case 'mul': case 'minimum': case 'pad':
      return weaker(of(0), of(1));
    case 'maximum':
      return stronger(of(0), of(1));
    case 'div':
      return of(1) === Sign.unknown ? Sign.unknown : of(0);
    case 'where': case 'clip':
      return weaker(of(1), of(2));
    case 'concat':
      return node.inputs.map(signOf).reduce(weaker);
    case 'get':
      return signOfCollected(node.inputs[0] as Node, node.attrs.index as number);
    default:
      return Sign.unknown;
  }
}

/** What a carry becomes is not known; what is collected is what one iteration gives. */
function signOfCollected(scan: Node, index: number): Sign {
  const { inner, carries } = specOf(scan);
  return index < carries ? Sign.unknown : signOf(inner.outputs[index] as Node);
}

function signOfConstant(data: ArrayLike<number>): Sign {
  let sign: Sign = Sign.positive;
  for (let i = 0; i < data.length; i += 1) {
    const element = data[i] as number;
    if (!(element >= 0)) return Sign.unknown;
    if (element === 0) sign = Sign.nonNegative;
  }
  return sign;
}
