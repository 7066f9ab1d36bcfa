import { NonFiniteError } from '../errors.js';
import { isFloat, type DType, type TypedArray } from '../graph/dtype.js';
import { gradientMark } from '../logDomain/explain.js';
import { shapeOfResult, sizeOf, type Buffer, type Instruction, type LoopInstruction, type LoopResult, type Program, type View } from '../program/program.js';
import { anchorOf, anchorOfGradient, guide } from './guide.js';
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

/** How many elements are what. `from` and `to` are of the finite ones. */
interface Census {
  readonly size: number;
  readonly nan: number;
  readonly infinite: number;
  readonly from: number;
  readonly to: number;
}

function censusOf(data: TypedArray): Census {
  let [nan, infinite, from, to] = [0, 0, Infinity, -Infinity];
  for (const element of data) {
    if (element !== element) nan += 1;
    else if (element - element !== 0) infinite += 1;
    else {
      if (element < from) from = element;
      if (element > to) to = element;
    }
  }
  return { size: data.length, nan, infinite, from, to };
}

/** `1 of 6 NaN`, `2 of 6 NaN, 1 infinite` */
function countText({ size, nan, infinite }: Census): string {
  const counts = [[nan, 'NaN'], [infinite, 'infinite']].filter(([count]) => count !== 0).map(([count, what], i) => (i === 0 ? `${count} of ${size} ${what}` : `${count} ${what}`));
  return counts.join(', ');
}

/** A value that arrives. */
export interface Arriving {
  readonly data: TypedArray;
  readonly shape: readonly number[];
  /** `input 'x'` */
  readonly label: string;
  /** What the error's details call it. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Throws where values that arrive hold NaN or an infinity, and names all that do. */
export function checkFiniteArrays(values: readonly Arriving[]): void {
  const wrong = values.filter(({ data }) => firstNonFinite(data) >= 0);
  const [first, ...others] = wrong;
  if (first === undefined) return;
  const { data, shape, label, details } = first;
  const position = firstNonFinite(data);
  const index = formatPosition(position, shape);
  const page = guide('nan-comes-in');
  const also = others.map((other) => `${other.label} (${countText(censusOf(other.data))})`);
  throw new NonFiniteError('NON_FINITE', `${label} holds ${data[position]}${shape.length === 0 ? '' : ` at ${index} (${countText(censusOf(data))})`}; expected finite numbers${also.length === 0 ? '' : `\n  also:     ${also.join(', ')}`}\n  guide:    ${page}`, { ...details, position, index, value: data[position], all: wrong.map((each) => each.label), page });
}

/** Throws where an instruction made the first NaN or infinity, with the op, the user's line, what went in, and where to read on. */
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
  const { nan, infinite, size } = censusOf(data);
  // Of an elementwise op, what went into the element that went wrong.
  const there = instruction.kind === 'loop' && sizeOf(instruction.space) === size ? position : undefined;
  const operands = instruction.inputs.map((view) => operandOf(program, view, arrays, there));
  const texts = operands.map(operandText);
  const pass = rule?.endsWith(gradientMark) === true ? 'gradient' : 'forward';
  const of = rule?.replace(gradientMark, '');
  const made = rule === undefined || rule === op || pass === 'gradient' ? '' : `, made by ${rule}`;
  const zero = operands.some((operand) => operand.there === 0);
  const anchor = operands.some((operand) => operand.nan + operand.infinite > 0) ? 'infinities-meet' : pass === 'gradient' ? anchorOfGradient(op, of ?? '', data[position] as number, zero) : anchorOf(op);
  const page = guide(anchor);
  const lines = [
    `'${op}'${made} gives ${data[position]}${shape.length === 0 ? '' : ` at ${formatPosition(position, shape)} of [${shape.join(', ')}] (${countText({ nan, infinite, size, from: 0, to: 0 })})`}`,
    `pass:     ${pass === 'gradient' ? `gradient of ${of}` : 'forward'}`,
    ...(String(site) === '' ? [] : [`line:     ${site}`]),
    `operands: ${texts.join('; ') || 'none'}`,
    `guide:    ${page}`,
  ];
  throw new NonFiniteError('NON_FINITE', lines.join('\n  '), {
    op, rule, pass, position, index: formatPosition(position, shape), value: data[position], nan, infinite, size, site: String(site), operands: texts, statistics: operands, page,
  });
}

/** While results are checked nothing is fused, so a loop has one. */
function firstResult(loop: LoopInstruction): readonly [number, readonly number[]] {
  const result = loop.results[0] as LoopResult;
  return [result.buffer, shapeOfResult(loop, result)];
}

/** What went into an op. */
interface Operand extends Census {
  readonly label: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The element at the place that went wrong. */
  readonly there: number | undefined;
}

function operandOf(program: Program, view: View, arrays: readonly TypedArray[], position: number | undefined): Operand {
  const { label, dtype } = program.buffers[view.buffer] as Buffer;
  const data = denseCopy(view, arrays);
  return { label, dtype, shape: view.shape, ...censusOf(data), there: position === undefined ? undefined : data[position] };
}

/** `x: float32[2, 3] from -1 to 4, there 0` */
function operandText(operand: Operand): string {
  const { label, dtype, shape, size, nan, infinite, from, to, there } = operand;
  const constant = from === to && nan + infinite === 0;
  const span = size === 0 ? 'empty' : constant ? `= ${from}` : from > to ? '' : `from ${from} to ${to}`;
  const parts = [span, countText(operand), there === undefined || size === 1 || constant ? '' : `there ${there}`];
  return `${label}: ${dtype}[${shape.join(', ')}] ${parts.filter((part) => part !== '').join(', ')}`;
}
