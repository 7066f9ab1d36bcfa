import { type CallInstruction, type DType, type Instruction, type View } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { type Places } from '../loop/compileLoop.js';
import { argSortScratch, emitArgSort } from './argSort.js';
import { emitArange } from './arange.js';
import { convScratch, convTable, convWork, emitConv } from './conv.js';
import { draws, emitDraw } from './draw.js';
import { emitExactConv, exactConvScratch, exactConvTable } from './exactConv.js';
import { emitExactMatmul } from './exactMatmul.js';
import { emitConcat, emitGather, emitScatterAdd } from './gather.js';
import { emitMatmul, matmulScratch, matmulWork } from './matmul.js';
import { emitPad } from './pad.js';
import { emitPool, pools, poolScratch, poolTable } from './pool.js';
import { emitOneHot, emitPosition } from './positions.js';
import { emitRunning, running } from './running.js';

/** How a call is compiled. Operands lie dense, but those of products. */
interface Kernel {
  readonly emit: (code: Code, call: CallInstruction, places: Places, table: number) => void;
  /** Does it take these operands? Else they are left to the interpreter. */
  readonly takes: (dtypes: readonly DType[], call: CallInstruction) => boolean;
  /** Bytes that it packs into. */
  readonly scratch?: (call: CallInstruction, dtype: DType) => number;
  /** Multiplications, where threads can share them. */
  readonly work?: (call: CallInstruction) => number;
  /** Numbers that it looks up. */
  readonly table?: (call: CallInstruction, dtype: DType) => Int32Array;
}

const always = (): boolean => true;
/** An extremum over nothing is an error, which the interpreter knows. */
const someAlong = (_: readonly DType[], { inputs, attrs, shape }: CallInstruction): boolean => (inputs[0] as View).shape[attrs.axis as number] !== 0 || shape.includes(0);

const each = (names: Iterable<string>, kernel: Kernel): Readonly<Record<string, Kernel>> => Object.fromEntries([...names].map((name) => [name, kernel]));

const kernels: Readonly<Record<string, Kernel>> = {
  matmul: { emit: (code, call, places) => (places.dtypeOf(call.output) === 'float32' ? emitMatmul : emitExactMatmul)(code, call, places), takes: always, scratch: matmulScratch, work: matmulWork },
  ...each(['conv', 'convInputGradient', 'convFilterGradient'], {
    emit: (code, call, places, table) => (places.dtypeOf(call.output) === 'float32' ? emitConv : emitExactConv)(code, call, places, table), takes: always, work: convWork,
    scratch: (call, dtype) => (dtype === 'float32' ? convScratch(call) : exactConvScratch(call)),
    table: (call, dtype) => (dtype === 'float32' ? convTable(call) : exactConvTable(call, dtype)),
  }),
  ...each(pools, { emit: emitPool, takes: always, scratch: poolScratch, table: poolTable }),
  gather: { emit: emitGather, takes: always },
  scatterAdd: { emit: emitScatterAdd, takes: always },
  concat: { emit: emitConcat, takes: always },
  pad: { emit: emitPad, takes: always },
  arange: { emit: emitArange, takes: always },
  oneHot: { emit: emitOneHot, takes: always },
  ...each(['argMax', 'argMin'], { emit: emitPosition, takes: someAlong }),
  argSort: { emit: emitArgSort, takes: always, scratch: argSortScratch },
  ...each(running, { emit: emitRunning, takes: always }),
  ...each(draws, { emit: emitDraw, takes: always }),
};

/** Has a call of that name and these operands a kernel here? */
export function hasKernel(call: CallInstruction, dtypeOf: Places['dtypeOf']): boolean {
  return kernels[call.op]?.takes(call.inputs.map(({ buffer }) => dtypeOf(buffer)), call) === true;
}

/** Emits what has a kernel here; false where it is left to the interpreter. `table`: where {@link tableOf} lies. */
export function emitCall(code: Code, call: CallInstruction, places: Places, table: number): boolean {
  if (!hasKernel(call, places.dtypeOf)) return false;
  kernels[call.op]?.emit(code, call, places, table);
  return true;
}

/** Multiplications of an instruction whose kernel can be shared by threads; 0 of any other. */
export function sharedWork(instruction: Instruction, dtypeOf: Places['dtypeOf']): number {
  if (instruction.kind !== 'call' || dtypeOf(instruction.output) !== 'float32' || !hasKernel(instruction, dtypeOf)) return 0;
  return kernels[instruction.op]?.work?.(instruction) ?? 0;
}

/** Bytes that an instruction's kernel packs into. */
export function scratchOf(instruction: Instruction, dtypeOf: Places['dtypeOf']): number {
  return instruction.kind === 'call' ? kernels[instruction.op]?.scratch?.(instruction, dtypeOf(instruction.output)) ?? 0 : 0;
}

/** Numbers that an instruction's kernel looks up. */
export function tableOf(instruction: Instruction, dtypeOf: Places['dtypeOf']): Int32Array {
  return (instruction.kind === 'call' ? kernels[instruction.op]?.table?.(instruction, dtypeOf(instruction.output)) : undefined) ?? new Int32Array(0);
}
