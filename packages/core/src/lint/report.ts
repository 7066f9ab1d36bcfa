import { type Node } from '../graph/node.js';
import { type Site } from '../graph/site.js';
import { expressionText } from '../print/expression.js';
import { guide } from '../reference/guide.js';
import { type Finding } from './hazards.js';
import { kinds, type HazardKind } from './kinds.js';

/** Something that makes NaN, an infinity or a dead gradient, found before it happened. */
export interface Hazard {
  /** Permanent: `PASTINA_N0001`. */
  readonly code: string;
  readonly kind: HazardKind;
  /** `'certain'`: for all values within the bounds. `'possible'`: for some, as far as intervals can tell. */
  readonly severity: 'certain' | 'possible';
  /** Does the value go wrong, or the gradient of a value that is fine? */
  readonly phase: 'value' | 'gradient';
  readonly op: string;
  /** The user's line. */
  readonly where: Site;
  /** The op and what it is computed from, as {@link print} writes it. */
  readonly expression: string;
  /** Where the operand at fault lies. An infinite end is no bound. */
  readonly interval: readonly [number, number];
  /** What happens, in one sentence. */
  readonly message: string;
  /** The cure. */
  readonly advice: string;
  /** The section of the guide that explains it: `docs/nan-guide.md#log-of-zero`. */
  readonly page: string;
}

/** What {@link lint} found. `toString()` is meant to be read. */
export interface LintReport {
  /** In the order in which they are computed. */
  readonly hazards: readonly Hazard[];
  toString(): string;
}

export function reportOf(findings: readonly Finding[]): LintReport {
  return new Report(findings.map(hazardOf));
}

function hazardOf({ node, kind, phase, certain, interval, what }: Finding): Hazard {
  const { code, anchor, advice } = kinds[kind];
  return { code, kind, severity: certain ? 'certain' : 'possible', phase, op: node.op.name, where: node.site, expression: textOf(node, 3), interval: [interval.lo, interval.hi], message: what, advice, page: guide(anchor) };
}

/** Longest text of an operand; behind it the op alone is named. */
const longest = 60;

/** An expression, as deep as it stays readable. */
function textOf(node: Node, depth: number): string {
  if (node.op.kind === 'leaf' && node.op.name !== 'constant' && node.op.name !== 'size') return node.name ?? node.op.name;
  if (depth === 0 && node.inputs.length > 0) return '…';
  const text = expressionText(node, (inner) => textOf(inner, depth - 1));
  return text.length > longest && node.inputs.length > 0 ? expressionText(node, () => '…') : text;
}

class Report implements LintReport {
  readonly hazards: readonly Hazard[];

  constructor(hazards: readonly Hazard[]) {
    this.hazards = hazards;
  }

  toString(): string {
    const { length } = this.hazards;
    if (length === 0) return 'lint: no hazards found';
    const certain = this.hazards.filter(({ severity }) => severity === 'certain').length;
    return [`lint: ${length} ${length === 1 ? 'hazard' : 'hazards'}, ${certain} certain`, ...this.hazards.map(paragraph)].join('\n');
  }
}

function paragraph({ code, severity, phase, expression, where, message, advice, page }: Hazard): string {
  const site = String(where);
  return [
    `  ${severity.toUpperCase().padEnd(8)}  ${phase === 'gradient' ? 'gradient of ' : ''}${expression}${site === '' ? '' : `   at ${site}`}   [${code}]`,
    `            why:  ${message}`,
    `            cure: ${advice}`,
    `            more: ${page}`,
  ].join('\n');
}
