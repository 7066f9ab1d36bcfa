import { type Node } from '../graph/node.js';

/** The logarithm of a value, written without ever forming the value. `log` makes the nodes, so that nothing is made for a form that is not taken. */
export interface LogForm {
  readonly log: () => Node;
  /** Does the walk end in an exponential? If not, nothing is gained and the graph stays as written. */
  readonly exponential: boolean;
  /** What was walked through, for reports: `gather(softmax)`. */
  readonly path: string;
}

/** Nodes to look at from outside only: the variables of a gradient. */
export type Keep = (node: Node) => boolean;
