import { type CallInstruction, type Instruction, type Program, type View } from '@pastina/core';
import { isDense } from './denseViews.js';
import { addsExactly } from './calls/matmul.js';

// What a gradient sums over the iterations of a scan is a carry to which a product is added. The kernel of products can
// add to what is there: then the sum stays where it is, instead of being written, added and copied.

/** The sums of a scan's inner program that can be made in place. */
export interface Sums {
  /** Products, and the carries that they are added to. */
  readonly into: ReadonlyMap<Instruction, number>;
  /** Additions that need no code of their own. */
  readonly done: ReadonlySet<Instruction>;
  /** Carries that lie where the next iteration reads them. */
  readonly carries: ReadonlySet<number>;
}

/** Bits stay the same: sums of one product are in registers before they are added, as in a loop of their own. */
export function sumsInPlace({ instructions, inputs, outputs, buffers }: Program, carries: number): Sums {
  const uses = new Map<number, number>();
  const use = ({ buffer }: View): void => void uses.set(buffer, (uses.get(buffer) ?? 0) + 1);
  for (const { inputs: views } of instructions) views.forEach(use);
  for (const { view } of outputs) use(view);
  const whole = (view: View): boolean => isDense(view) && view.offset === 0 && buffers[view.buffer]?.dtype === 'float32' && view.shape.reduce((a, b) => a * b, 1) === buffers[view.buffer]?.size;
  const once = (view: View): boolean => whole(view) && uses.get(view.buffer) === 1;
  const into = new Map<Instruction, number>();
  const done = new Set<Instruction>();
  for (let k = 0; k < carries; k += 1) {
    const [before, after] = [inputs[k]?.view as View, outputs[k]?.view as View];
    const add = instructions.find((one) => one.kind === 'loop' && one.results.length === 1 && one.results[0]?.buffer === after.buffer);
    if (add?.kind !== 'loop' || add.results[0]?.reduction !== undefined || add.results[0]?.value !== 2 || add.body.length !== 1 || add.body[0]?.op !== 'add' || add.body[0].args[0] === add.body[0].args[1] || add.inputs.length !== 2) continue;
    const other = add.inputs.find(({ buffer }) => buffer !== before.buffer);
    if (other === undefined || !once(after) || !add.inputs.every((view) => once(view)) || !add.inputs.some(({ buffer }) => buffer === before.buffer)) continue;
    const product = instructions.find((one): one is CallInstruction => one.kind === 'call' && one.op === 'matmul' && one.output === other.buffer);
    if (product === undefined || !addsExactly(product)) continue;
    into.set(product, k);
    done.add(add);
  }
  return { into, done, carries: new Set(into.values()) };
}
