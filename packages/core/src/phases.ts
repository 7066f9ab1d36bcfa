import { type Node } from './graph/node.js';
import { type Bindings } from './graph/dim.js';
import { recognise } from './logDomain/recognise.js';
import { expand } from './program/expand.js';
import { fuse } from './program/fuse.js';
import { lower, type LowerRequest } from './program/lower.js';
import { type Program } from './program/program.js';
import { specialise } from './program/specialise.js';
import { rewrite } from './rewrite/engine.js';
import { simplifyRules } from './rewrite/simplify.js';
import { mergeScans } from './scan/merge.js';
import { sumsOutside } from './scan/sums.js';
import { unrollScans } from './scan/unroll.js';

/** What phases may depend on, besides the graph. */
export interface PhaseContext {
  readonly bindings: Bindings;
}

interface GraphPhase {
  readonly name: string;
  readonly run: (roots: readonly Node[], context: PhaseContext) => readonly Node[];
}

// The way of a graph, in one place: build → [recognise → grad] → recognise → merge scans → simplify, once per
// function; specialise → sums outside → unroll → expand → simplify → lower → fuse → (plan, in the backend), once per
// concrete batch. `grad` runs `recognise` itself before it differentiates, so values and gradients agree.

/** From what the user built to what is kept: sizes still symbolic. */
export const symbolicPhases: readonly GraphPhase[] = [
  { name: 'recognise', run: (roots) => recognise(roots) },
  { name: 'merge scans', run: (roots) => mergeScans(roots) },
  { name: 'simplify', run: (roots) => rewrite(roots, simplifyRules) },
];

/** From there to the graph of one concrete batch. */
export const concretePhases: readonly GraphPhase[] = [
  { name: 'specialise', run: (roots, { bindings }) => specialise(roots, bindings) },
  { name: 'sums outside', run: sumsOutside },
  { name: 'unroll', run: unrollScans },
  { name: 'expand', run: expand },
  { name: 'simplify', run: (roots) => rewrite(roots, simplifyRules) },
];

export function runPhases(phases: readonly GraphPhase[], roots: readonly Node[], context: PhaseContext): readonly Node[] {
  return phases.reduce((graph, phase) => phase.run(graph, context), roots);
}

interface ProgramPhase {
  readonly name: string;
  readonly run: (program: Program) => Program;
}

/** From instructions one per op to instructions one per loop. */
export const programPhases: readonly ProgramPhase[] = [{ name: 'fuse', run: fuse }];

export { lower, type LowerRequest };
