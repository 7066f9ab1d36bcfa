import { scalarValue } from '../graph/constant.js';
import { makeNode, type Node } from '../graph/node.js';
import { concatOp } from '../ops/concat.js';

/**
 * Cotangents of the parts of a value that was cut up, each surrounded with zeros, when together they are all of it:
 * then nothing has to be added, they are put beside each other. Undefined where it is not so.
 */
export function tiles(parts: readonly Node[]): Node | undefined {
  const [first] = parts;
  if (first === undefined || parts.length < 2) return undefined;
  const placed = parts.map(placeOf);
  const axis = placed[0]?.axis;
  if (axis === undefined || placed.some((place) => place?.axis !== axis)) return undefined;
  const sorted = [...(placed as readonly Place[])].sort((a, b) => a.begin - b.begin);
  let end = 0;
  for (const { begin, size } of sorted) {
    if (begin !== end) return undefined;
    end += size;
  }
  return end === first.shape[axis] ? makeNode(concatOp, sorted.map(({ node }) => node), { axis }) : undefined;
}

interface Place {
  readonly node: Node;
  readonly axis: number;
  readonly begin: number;
  readonly size: number;
}

/** Where along one axis a value lies among zeros. */
function placeOf(part: Node): Place | undefined {
  const [node, value] = part.inputs;
  if (part.op.name !== 'pad' || node === undefined || value === undefined || !Object.is(scalarValue(value), 0)) return undefined;
  const [before, after, gaps] = [part.attrs.before, part.attrs.after, part.attrs.gaps] as readonly (readonly unknown[])[];
  const axes = node.shape.flatMap((_, axis) => (before?.[axis] === 0 && after?.[axis] === 0 ? [] : [axis]));
  const [axis] = axes;
  if (axis === undefined || axes.length > 1 || gaps?.some((gap) => gap !== 0) === true) return undefined;
  const [begin, size] = [before?.[axis], node.shape[axis]];
  return typeof begin === 'number' && typeof size === 'number' ? { node, axis, begin, size } : undefined;
}
