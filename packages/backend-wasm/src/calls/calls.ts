import { type CallInstruction, type Instruction } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { type Places } from '../loop/compileLoop.js';
import { convScratch, convTable, convWork, emitConv } from './conv.js';
import { emitConcat, emitGather, emitScatterAdd } from './gather.js';
import { emitMatmul, matmulScratch, matmulWork } from './matmul.js';
import { emitPad } from './pad.js';
import { emitPool, pools, poolTable } from './pool.js';

const convolutions: ReadonlySet<string> = new Set(['conv', 'convInputGradient', 'convFilterGradient']);

/** Emits what has a kernel here; false where it is left to the interpreter. `table`: where {@link tableOf} lies. */
export function emitCall(code: Code, call: CallInstruction, places: Places, table: number): boolean {
  if (!hasKernel(call, places.dtypeOf)) return false;
  if (call.op === 'matmul') emitMatmul(code, call, places);
  else if (convolutions.has(call.op)) emitConv(code, call, places, table);
  else if (pools.has(call.op)) emitPool(code, call, places, table);
  else if (call.op === 'gather') emitGather(code, call, places);
  else if (call.op === 'scatterAdd') emitScatterAdd(code, call, places);
  else if (call.op === 'pad') emitPad(code, call, places);
  else emitConcat(code, call, places);
  return true;
}

/** Dtypes that kernels hold; operands lie dense, but those of products. */
function hasKernel({ op, inputs }: CallInstruction, dtypeOf: Places['dtypeOf']): boolean {
  const dtypes = inputs.map(({ buffer }) => dtypeOf(buffer));
  if (op === 'matmul' || convolutions.has(op) || pools.has(op)) return dtypes.every((dtype) => dtype === 'float32');
  if (op === 'gather' || op === 'concat') return true;
  return (op === 'pad' || op === 'scatterAdd') && dtypes.every((dtype) => dtype === 'float32' || dtype === 'int32' || dtype === 'uint32');
}

/** Multiplications of an instruction whose kernel can be shared by threads; 0 of any other. */
export function sharedWork(instruction: Instruction, dtypeOf: Places['dtypeOf']): number {
  if (instruction.kind !== 'call' || !hasKernel(instruction, dtypeOf)) return 0;
  if (instruction.op === 'matmul') return matmulWork(instruction);
  return convolutions.has(instruction.op) ? convWork(instruction) : 0;
}

/** Bytes that an instruction's kernel packs into. */
export function scratchOf(instruction: Instruction): number {
  if (instruction.kind !== 'call') return 0;
  if (instruction.op === 'matmul') return matmulScratch(instruction);
  return convolutions.has(instruction.op) ? convScratch(instruction) : 0;
}

/** Numbers that an instruction's kernel looks up. */
export function tableOf(instruction: Instruction): Int32Array {
  if (instruction.kind === 'call' && convolutions.has(instruction.op)) return convTable(instruction);
  return instruction.kind === 'call' && pools.has(instruction.op) ? poolTable(instruction) : new Int32Array(0);
}
