import { type CallInstruction } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { type Places } from '../loop/compileLoop.js';

/** Emits what has a kernel here; false where it is left to the interpreter. */
export function emitCall(_code: Code, _call: CallInstruction, _places: Places): boolean {
  return false;
}
