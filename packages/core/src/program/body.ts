import { type ScalarStep } from './program.js';

// Renumbering the scalar steps of loops that become one.

/** How many steps a fused loop may have; longer chains gain nothing and make kernels slow to compile. */
export const longestBody = 64;

/** A step with its arguments renumbered: inputs by the table, earlier steps by where the body now starts. */
export function shift(step: ScalarStep, inputCount: number, table: readonly number[], start: number): ScalarStep {
  return { ...step, args: step.args.map((arg) => shifted(arg, inputCount, table, start)) };
}

/** Where a value stands after renumbering. */
export function shifted(value: number, inputCount: number, table: readonly number[], start: number): number {
  return value < inputCount ? (table[value] as number) : value - inputCount + start;
}
