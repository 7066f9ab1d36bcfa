import { type Dim } from '../graph/dim.js';
import { InnerGraph } from '../graph/inner.js';
import { makeNode, type Node } from '../graph/node.js';
import { type Attrs, type GetOp, type ScanOp } from '../graph/op.js';
import { type TensorType } from '../graph/type.js';

/** What a scan is, besides its inputs: the carries' first values, the sequences, what stays the same. */
export interface ScanSpec {
  /** Inputs: carries, one slice of each sequence, what stays the same. Outputs: the next carries, what is collected. */
  readonly inner: InnerGraph;
  readonly length: Dim;
  /** From the last slice to the first. */
  readonly reverse: boolean;
  readonly carries: number;
  readonly sequences: number;
  /** Written out before it runs, instead of looped. */
  readonly unroll: boolean;
  /** Through how many of the last iterations gradients flow; null is all. */
  readonly truncate: number | null;
  /** How many of the last carries only gather sums for a gradient, which may be made in any order. Left out: none. */
  readonly gathers?: number;
}

export const scanOp: ScanOp = {
  kind: 'scan',
  name: 'scan',
  doc: 'an inner graph, once for each iteration: the last carries, and what each iteration gives, one after another',
  // The public function checks; here sizes may just be half way from symbols to numbers.
  type: (_, attrs) => {
    const { inner, carries, length } = attrs as unknown as ScanSpec;
    return { dtype: 'bool', shape: [], tuple: inner.outputs.map(({ type }, i) => (i < carries ? type : { dtype: type.dtype, shape: [length, ...type.shape] })) };
  },
};

export const getOp: GetOp = {
  kind: 'get',
  name: 'get',
  doc: 'one of several values',
  type: ([tuple], attrs) => tuple?.tuple?.[attrs.index as number] as TensorType,
};

export function scanNode(spec: ScanSpec, inputs: readonly Node[]): Node {
  return makeNode(scanOp, inputs, spec as unknown as Attrs);
}

export function getNode(scan: Node, index: number): Node {
  return makeNode(getOp, [scan], { index });
}

export function specOf(scan: Node): ScanSpec {
  return scan.attrs as unknown as ScanSpec;
}

/** The scan that also collects the given inner nodes, and where each of them is among its outputs. */
export function collecting(scan: Node, extra: readonly Node[]): { readonly scan: Node; readonly at: readonly number[] } {
  const spec = specOf(scan);
  const outputs = [...spec.inner.outputs];
  const at = extra.map((node) => {
    const before = outputs.indexOf(node, spec.carries);
    return before >= 0 ? before : outputs.push(node) - 1;
  });
  return { scan: outputs.length === spec.inner.outputs.length ? scan : scanNode({ ...spec, inner: new InnerGraph(spec.inner.inputs, outputs) }, scan.inputs), at };
}
