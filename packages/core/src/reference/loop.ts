import { dtypeFacts, isFloat, type DType, type TypedArray } from '../graph/dtype.js';
import { type ElementwiseOp, type ReduceOp } from '../graph/op.js';
import { opNamed } from '../ops/all.js';
import { sizeOf, type LoopInstruction, type LoopReduction, type ScalarStep } from '../program/program.js';
import { readerOf } from './reader.js';

/** Elements are taken in blocks that stay in the cache, step after step. Blocks do not show in the results. */
const blockSize = 1024;

type Block = Float64Array;
type Arrays = readonly TypedArray[];

/** A `loop` instruction, made ready to run over the arrays of all buffers. */
export function compileLoop(loop: LoopInstruction): (arrays: Arrays) => void {
  const size = sizeOf(loop.space);
  const readers = loop.inputs.map(readerOf);
  const blocks: readonly Block[] = [...loop.inputs, ...loop.body].map(() => new Float64Array(Math.min(blockSize, size)));
  const steps = loop.body.map((step, k) => compileStep(step, blocks, loop.inputs.length + k));
  const finishes = loop.results.map(({ reduction }) => (reduction === undefined ? store : fold(loop, reduction)));
  const pass = (arrays: Arrays, start: number, count: number): void => loop.results.forEach(({ buffer, value }, i) => finishes[i]?.(arrays[buffer] as TypedArray, blocks[value] as Block, start, count));
  return (arrays) => {
    for (let start = 0; start < size; start += blockSize) {
      const count = Math.min(blockSize, size - start);
      for (let i = 0; i < readers.length; i += 1) readers[i]?.(arrays, blocks[i] as Block, start, count);
      for (let k = 0; k < steps.length; k += 1) steps[k]?.(count);
      pass(arrays, start, count);
    }
    // A fold over nothing has its initial value.
    if (size === 0) pass(arrays, 0, 0);
  };
}

type Finish = (output: TypedArray, value: Block, start: number, count: number) => void;

const store: Finish = (output, value, start, count) => {
  for (let i = 0; i < count; i += 1) output[start + i] = value[i] as number;
};

/** Folds over the last axes, in row-major order: accumulated in float64, rounded to the dtype once. */
function fold(loop: LoopInstruction, { op, axes, dtype }: LoopReduction): Finish {
  const { initial, step } = opNamed(op) as ReduceOp;
  const { round } = dtypeFacts(dtype);
  const inner = sizeOf(loop.space.slice(loop.space.length - axes));
  let accumulator = initial;
  let folded = 0;
  return (output, value, start, count) => {
    if (inner === 0) output.fill(round(initial));
    for (let i = 0; i < count; i += 1) {
      accumulator = step(folded === 0 ? initial : accumulator, value[i] as number, folded);
      folded += 1;
      if (folded < inner) continue;
      output[Math.floor((start + i) / inner)] = round(accumulator);
      folded = 0;
    }
  };
}

function compileStep(step: ScalarStep, blocks: readonly Block[], target: number): (count: number) => void {
  const { scalar, integerScalar } = opNamed(step.op) as ElementwiseOp;
  const apply = isFloat(step.dtype) ? scalar : integerScalar ?? scalar;
  const out = blocks[target] as Block;
  const a = blocks[step.args[0] ?? target] as Block;
  const b = blocks[step.args[1] ?? step.args[0] ?? target] as Block;
  const c = blocks[step.args[2] ?? step.args[0] ?? target] as Block;
  return rounded(step.dtype, apply, out, a, b, c);
}

function rounded(dtype: DType, apply: ElementwiseOp['scalar'], out: Block, a: Block, b: Block, c: Block): (count: number) => void {
  const { fround } = Math;
  const { round } = dtypeFacts(dtype);
  if (dtype === 'float32') {
    return (count) => {
      for (let i = 0; i < count; i += 1) out[i] = fround(apply(a[i] as number, b[i] as number, c[i] as number));
    };
  }
  return (count) => {
    for (let i = 0; i < count; i += 1) out[i] = round(apply(a[i] as number, b[i] as number, c[i] as number));
  };
}
