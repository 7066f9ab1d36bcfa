import { type CallOp } from '../graph/op.js';
import { opNamed } from '../ops/all.js';
import { isDense, outputsOf, type Instruction, type Program } from './program.js';

/**
 * New values that may be written over the old ones while the program runs: nothing reads the old value later,
 * and nothing can fail from then on, so that an error still leaves every parameter as it was. Gives the
 * parameter's position by the buffer of its new value.
 */
export function updatesInPlace(program: Program): ReadonlyMap<number, number> {
  const { instructions, outputs, updates, buffers, parameters } = program;
  const writer = new Map<number, number>();
  instructions.forEach((instruction, at) => outputsOf(instruction).forEach((output) => writer.set(output, at)));
  const lastRead = new Map<number, number>();
  instructions.forEach(({ inputs }, at) => inputs.forEach(({ buffer }) => lastRead.set(buffer, at)));
  for (const { view } of [...outputs, ...updates]) lastRead.set(view.buffer, instructions.length);
  const lastRefusal = instructions.map(refuses).lastIndexOf(true);

  const taken = new Map<number, number>();
  for (const { parameter, view } of updates) {
    const at = writer.get(view.buffer);
    const old = parameters[parameter]?.view.buffer;
    if (at === undefined || old === undefined || at <= lastRefusal || taken.has(view.buffer)) continue;
    const instruction = instructions[at] as Instruction;
    const whole = isDense(view) && buffers[view.buffer]?.size === buffers[old]?.size;
    const read = lastRead.get(old) ?? -1;
    if (whole && (read < at || (read === at && readsInStep(instruction, old, view.buffer)))) taken.set(view.buffer, parameter);
  }
  return taken;
}

/** Does a loop read the old value only at the very place that it writes? */
function readsInStep(instruction: Instruction, old: number, next: number): boolean {
  if (instruction.kind !== 'loop') return false;
  const folded = instruction.results.find(({ buffer }) => buffer === next)?.reduction !== undefined;
  return !folded && instruction.inputs.every((view) => view.buffer !== old || isDense(view));
}

function refuses(instruction: Instruction): boolean {
  if (instruction.kind === 'scan') return instruction.inner.instructions.some(refuses);
  return instruction.kind === 'call' && (opNamed(instruction.op) as CallOp).refuses === true;
}
