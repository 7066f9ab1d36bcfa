import { type DType, type TypedArray } from '../graph/dtype.js';
import { type Attrs, type StridedView } from '../graph/op.js';
import { type Site } from '../graph/site.js';

/** A stretch of memory with a fixed number of elements. */
export interface Buffer {
  readonly dtype: DType;
  readonly size: number;
  /** Temporaries lie in the arena. */
  readonly role: 'input' | 'parameter' | 'constant' | 'temporary';
  /** What errors and printed programs call it. */
  readonly label: string;
  /** The elements of a constant. */
  readonly data?: TypedArray;
}

/** A strided window on a buffer. */
export interface View extends StridedView {
  readonly buffer: number;
}

/** Where an instruction comes from. */
export interface Origin {
  /** Names of the ops it computes. */
  readonly op: string;
  readonly site: Site;
  readonly rule: string | undefined;
}

/**
 * One step of a fused scalar expression. `args` point at the loop's inputs (0 … n-1), then at earlier
 * steps (n …).
 */
export interface ScalarStep {
  readonly op: string;
  readonly args: readonly number[];
  readonly dtype: DType;
}

/** A fold over the last `axes` axes of the loop's space. */
export interface LoopReduction {
  readonly op: string;
  readonly axes: number;
  readonly dtype: DType;
}

/** What a loop writes, dense: a value at every point of its space, or the fold of one. */
export interface LoopResult {
  readonly buffer: number;
  /** Counted like the arguments of steps: the loop's inputs, then its steps. */
  readonly value: number;
  readonly reduction: LoopReduction | undefined;
}

/** A fused scalar expression over an index space, with one or more results. All folds are over the same axes. */
export interface LoopInstruction {
  readonly kind: 'loop';
  readonly space: readonly number[];
  /** Each view has the space's shape; strides may be 0 (broadcast). */
  readonly inputs: readonly View[];
  readonly body: readonly ScalarStep[];
  readonly results: readonly LoopResult[];
  readonly origin: Origin;
}

/** One of the some twenty things that are no loops: products, gathers, … Inputs are strided, the output is dense. */
export interface CallInstruction {
  readonly kind: 'call';
  readonly op: string;
  readonly attrs: Attrs;
  readonly inputs: readonly View[];
  readonly output: number;
  readonly shape: readonly number[];
  readonly origin: Origin;
}

/**
 * A program that is run `length` times. `inputs` are what the carries start with, the sequences (first axis:
 * the iterations), and what stays the same, in this order; so are the inner program's inputs, a sequence
 * there being one slice. The inner program's outputs are the next carries, then what is collected; so are
 * `outputs`: the last carries, then the collected with the iterations as first axis.
 */
export interface ScanInstruction {
  readonly kind: 'scan';
  readonly inner: Program;
  readonly length: number;
  /** From the last slice to the first. */
  readonly reverse: boolean;
  readonly carries: number;
  readonly sequences: number;
  readonly inputs: readonly View[];
  readonly outputs: readonly number[];
  readonly origin: Origin;
}

export type Instruction = LoopInstruction | CallInstruction | ScanInstruction;

/** The buffers that an instruction writes. */
export function outputsOf(instruction: Instruction): readonly number[] {
  switch (instruction.kind) {
    case 'loop':
      return instruction.results.map(({ buffer }) => buffer);
    case 'call':
      return [instruction.output];
    case 'scan':
      return instruction.outputs;
  }
}

/** The shape of what a loop's result holds. */
export function shapeOfResult({ space }: LoopInstruction, { reduction }: LoopResult): readonly number[] {
  return space.slice(0, space.length - (reduction?.axes ?? 0));
}

/** A named value that goes in or comes out. */
export interface Port {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly view: View;
}

/** What a backend gets: static shapes, single assignment, instructions in the order to run. */
export interface Program {
  readonly buffers: readonly Buffer[];
  readonly inputs: readonly Port[];
  readonly parameters: readonly Port[];
  readonly instructions: readonly Instruction[];
  readonly outputs: readonly Port[];
  /** New values of parameters, by the parameter's position in `parameters`; all are computed before any is stored. */
  readonly updates: readonly { readonly parameter: number; readonly view: View }[];
}

/** Strides of a dense row-major array. */
export function denseStrides(shape: readonly number[]): readonly number[] {
  const strides: number[] = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis -= 1) strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  return strides;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Does the view read its buffer densely, in order, from the start? */
export function isDense(view: StridedView): boolean {
  const dense = denseStrides(view.shape);
  return view.offset === 0 && view.shape.every((size, axis) => size === 1 || view.strides[axis] === dense[axis]);
}
