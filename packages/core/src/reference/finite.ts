import { NonFiniteError } from '../errors.js';
import { isFloat, type TypedArray } from '../graph/dtype.js';
import { shapeOfResult, sizeOf, type Instruction, type LoopInstruction, type LoopResult, type Program, type View } from '../program/program.js';
import { denseCopy } from './reader.js';

/** The position of the first NaN or infinity, or -1. */
export function firstNonFinite(data: TypedArray): number {
  for (let i = 0; i < data.length; i += 1) {
    const element = data[i] as number;
    if (element - element !== 0) return i;
  }
  return -1;
}

/** `[2, 5]` for a position in row-major order. */
export function formatPosition(position: number, shape: readonly number[]): string {
  const index: number[] = [];
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    index.unshift(rest % (shape[axis] as number));
    rest = Math.floor(rest / (shape[axis] as number));
  }
  return `[${index.join(', ')}]`;
}

/** Throws where a value that arrives holds NaN or an infinity. */
export function checkFiniteArray(data: TypedArray, shape: readonly number[], label: string, details: Readonly<Record<string, unknown>>): void {
  const position = firstNonFinite(data);
  if (position < 0) return;
  const index = formatPosition(position, shape);
  throw new NonFiniteError('NON_FINITE', `${label} holds ${data[position]}${shape.length === 0 ? '' : ` at ${index}`}; expected finite numbers`, { ...details, position, index, value: data[position] });
}

/** Throws where an instruction made the first NaN or infinity, with the op, the user's line and what went in. */
export function checkFinite(program: Program, instruction: Instruction, arrays: readonly TypedArray[]): void {
  // Inside a loop of iterations the inner program has checked its own instructions.
  if (instruction.kind === 'scan') return;
  const [output, shape] = instruction.kind === 'call' ? [instruction.output, instruction.shape] : firstResult(instruction);
  const buffer = program.buffers[output];
  if (buffer === undefined || !isFloat(buffer.dtype)) return;
  const data = arrays[output] as TypedArray;
  const position = firstNonFinite(data);
  if (position < 0) return;
  const { op, site, rule } = instruction.origin;
  const operands = instruction.inputs.map((view) => describe(program, view, arrays));
  const made = rule === undefined || rule === op ? '' : `, made by ${rule}`;
  const line = String(site) === '' ? '' : `\n  line:     ${site}`;
  throw new NonFiniteError('NON_FINITE', `'${op}'${made} gives ${data[position]}${shape.length === 0 ? '' : ` at ${formatPosition(position, shape)} of [${shape.join(', ')}]`}${line}\n  operands: ${operands.join('; ')}`, {
    op, rule, position, value: data[position], site: String(site), operands,
  });
}

/** While results are checked nothing is fused, so a loop has one. */
function firstResult(loop: LoopInstruction): readonly [number, readonly number[]] {
  const result = loop.results[0] as LoopResult;
  return [result.buffer, shapeOfResult(loop, result)];
}

/** `x: float32[2, 3] from -1 to 4` */
function describe(program: Program, view: View, arrays: readonly TypedArray[]): string {
  const buffer = program.buffers[view.buffer];
  const range = sizeOf(view.shape) === 0 ? 'empty' : rangeOf(denseCopy(view, arrays));
  return `${buffer?.label}: ${buffer?.dtype}[${view.shape.join(', ')}] ${range}`;
}

function rangeOf(data: TypedArray): string {
  let [low, high] = [Infinity, -Infinity];
  for (const element of data) {
    if (element < low) low = element;
    if (element > high) high = element;
  }
  return low === high ? `= ${low}` : `from ${low} to ${high}`;
}
