import { type Node } from './node.js';
import { type Keyed } from './op.js';

/**
 * A graph inside of a node: what one iteration of a scan computes. Its leaves are `inputs`, small constants
 * and sizes; everything else from outside comes in through an input.
 */
export class InnerGraph implements Keyed {
  /** Equal graphs have equal keys. */
  readonly key: string;
  readonly inputs: readonly Node[];
  readonly outputs: readonly Node[];

  constructor(inputs: readonly Node[], outputs: readonly Node[]) {
    const ids = (nodes: readonly Node[]): string => nodes.map(({ id }) => id).join(' ');
    this.key = `{${ids(inputs)} -> ${ids(outputs)}}`;
    this.inputs = inputs;
    this.outputs = outputs;
  }
}
