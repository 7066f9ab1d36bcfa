import { InputError } from '../errors.js';
import { dtypeFacts, type DType, type TypedArray } from '../graph/dtype.js';
import { siteOf } from '../graph/site.js';
import { type Program } from './program.js';
import { verify } from './verify.js';

/** What the first field of a stored program says; the number rises when older readers could not read it. */
const format = 'pastina-program-1';

/**
 * A program as JSON: shapes, instructions and constants, everything but the values of parameters.
 *
 * @example
 * ```ts
 * import { compile, input, mul, parseProgram, stringifyProgram } from '@pastina/core';
 * const x = input('x', ['batch']);
 * const program = compile({ inputs: { x }, outputs: { y: mul(x, 2) } }).program({ x: [1, 2] });
 * console.log(parseProgram(stringifyProgram(program)).outputs[0]?.shape); // [2]
 * ```
 */
export function stringifyProgram(program: Program): string {
  return JSON.stringify({ format, program }, (_, value: unknown) => (ArrayBuffer.isView(value) ? Array.from(value as TypedArray, (x) => (Number.isFinite(x) && !Object.is(x, -0) ? x : Object.is(x, -0) ? '-0' : String(x))) : value));
}

/**
 * The program that {@link stringifyProgram} wrote. It is checked as a whole before it is given.
 *
 * @throws InputError where the text is no such program, or one that could not be run
 */
export function parseProgram(text: string): Program {
  let program: Program;
  try {
    const stored = JSON.parse(text, (key, value: unknown) => (key === 'site' && typeof value === 'string' ? siteOf(value) : value)) as { readonly format?: unknown; readonly program: Program };
    if (stored.format !== format) throw new Error(`its format is ${JSON.stringify(stored.format)}`);
    program = revive(stored.program);
    const wrong = verify(program);
    if (wrong.length > 0) throw new Error(wrong.join('; '));
  } catch (error) {
    throw new InputError('PROGRAM_CORRUPT', `parseProgram: expected a program of format '${format}', as stringifyProgram writes it; ${(error as Error).message}`);
  }
  return program;
}

/** Constants get their arrays back, those of inner programs too; what JSON leaves out is undefined again. */
function revive(program: Program): Program {
  return {
    ...program,
    buffers: program.buffers.map((buffer) => (buffer.data === undefined ? buffer : { ...buffer, data: arrayOf(buffer.dtype, buffer.data as unknown as readonly (number | string)[]) })),
    instructions: program.instructions.map((instruction) => {
      const origin = { ...instruction.origin, rule: instruction.origin.rule };
      if (instruction.kind === 'scan') return { ...instruction, origin, inner: revive(instruction.inner) };
      if (instruction.kind === 'call') return { ...instruction, origin };
      return { ...instruction, origin, results: instruction.results.map((result) => ({ ...result, reduction: result.reduction })) };
    }),
  };
}

function arrayOf(dtype: DType, values: readonly (number | string)[]): TypedArray {
  const data = dtypeFacts(dtype).allocate(values.length);
  values.forEach((value, i) => (data[i] = Number(value)));
  return data;
}
