import { type Node } from '../graph/node.js';
import { type Site, withOrigin } from '../graph/site.js';
import { rebuild } from '../graph/traverse.js';
import { softplus, xmuly } from '../ops/exponential.js';
import { type Keep, type LogForm } from './form.js';
import { LogDomain } from './logDomain.js';
import { stableRules } from './stableRules.js';

/** Marks the nodes that this phase made, in `node.rule`. */
export const logDomainRule = 'log domain: ';

/** One logarithm that is computed in the log domain. */
export interface Recognised {
  /** What was found: `log(gather(softmax))`. */
  readonly found: string;
  readonly site: Site;
}

export interface RecogniseOptions {
  /** Nodes to treat as given: the variables of a gradient. */
  readonly keep?: Keep;
  readonly report?: (entry: Recognised) => void;
}

/**
 * Brings logarithms of exponentials to the log domain. Runs before any gradient is taken, so that values
 * and gradients agree; depends on nothing but the node, so that other outputs change nothing.
 */
export function recognise(roots: readonly Node[], { keep = () => false, report }: RecogniseOptions = {}): readonly Node[] {
  const domain = new LogDomain(keep);
  return rebuild(roots, (node, original) => {
    if (keep(original)) return original;
    const found = match(node, domain, keep);
    if (found === undefined) return stable(node, original, keep);
    report?.({ found: found.text, site: original.site });
    return withOrigin(original.site, `${logDomainRule}${found.text}`, found.make);
  }, keep);
}

function stable(node: Node, original: Node, keep: Keep): Node {
  for (const { name, apply } of stableRules) {
    const better = withOrigin(original.site, name, () => apply(node, keep));
    if (better !== undefined) return better;
  }
  return node;
}

interface Match {
  readonly text: string;
  readonly make: () => Node;
}

function match(node: Node, domain: LogDomain, keep: Keep): Match | undefined {
  const [a, b] = node.inputs as readonly [Node, Node];
  switch (node.op.name) {
    case 'log':
      return form(domain.exponentialForm(a), (path) => `log(${path})`, (log) => log);
    case 'xlogy': // x ln p, with 0 ln 0 = 0
      return form(domain.exponentialForm(b), (path) => `xlogy(x, ${path})`, (log) => xmuly(a, log) as Node);
    case 'log1p':
      if (a.op.name === 'exp' && !keep(a)) return { text: 'log1p(exp)', make: () => softplus(a.inputs[0] as Node) as Node };
      if (a.op.name === 'neg' && !keep(a)) return form(exponential(domain.logOfComplement(a.inputs[0] as Node)), (path) => `log1p(-${path})`, (log) => log);
      return undefined;
    default:
      return undefined;
  }
}

function form(found: LogForm | undefined, text: (path: string) => string, make: (log: Node) => Node): Match | undefined {
  return found === undefined ? undefined : { text: text(found.path), make: () => make(found.log()) };
}

function exponential(form: LogForm | undefined): LogForm | undefined {
  return form?.exponential === true ? form : undefined;
}
