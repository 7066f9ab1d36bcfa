import { type CallInstruction, type Instruction } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { type Places } from '../loop/compileLoop.js';
import { emitMatmul, matmulScratch } from './matmul.js';

/** Emits what has a kernel here; false where it is left to the interpreter. */
export function emitCall(code: Code, call: CallInstruction, places: Places): boolean {
  if (!call.inputs.every(({ buffer }) => places.dtypeOf(buffer) === 'float32')) return false;
  if (call.op !== 'matmul') return false;
  emitMatmul(code, call, places);
  return true;
}

/** Bytes that an instruction's kernel packs into. */
export function scratchOf(instruction: Instruction): number {
  return instruction.kind === 'call' && instruction.op === 'matmul' ? matmulScratch(instruction) : 0;
}
