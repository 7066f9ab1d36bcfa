import { type DType, type LoopInstruction } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { type KernelCall } from '../kernels.js';
import { advance, load, store, widthOf } from './access.js';
import { emitColumns, foldsColumns } from './columns.js';
import { foldOf, type Fold } from './fold.js';
import { float32 } from './functions/functions.js';
import { type Count, type EmitOp } from './lanes.js';
import { nestOf } from './nest.js';
import { emitterOf } from './ops.js';

/** Where buffers are, and what they hold. */
export interface Places {
  readonly dtypeOf: (buffer: number) => DType;
  /** Pushes the address of a buffer. */
  readonly push: (code: Code, buffer: number) => void;
  /** Where a kernel may keep what it has packed. */
  readonly scratch: number;
  /** The number by which code calls the interpreter for this instruction, which then says what is wrong. */
  readonly fallback: () => number;
  /** Locals, where several threads do the work: which of how many. Each has scratch of its own, so many bytes. */
  readonly thread?: { readonly index: number; readonly count: number; readonly scratchBytes: number };
  /** The number by which code calls a kernel. */
  readonly kernel: (call: KernelCall) => number;
  /** May products use fused steps? */
  readonly relaxed: boolean;
  /** Pushes where the result goes, where that is no buffer. */
  readonly pushResult?: (code: Code) => void;
  /** Is a product added to what is there? */
  readonly adds?: true;
}

/**
 * A loop as WebAssembly: the same vector code for runs of four and for what is left over, so that bits do not depend on
 * position. Where there are float64 values, a run of four is twice two lanes.
 */
export function compileLoop(code: Code, loop: LoopInstruction, { dtypeOf, push, pushResult }: Places): boolean {
  const inputTypes = loop.inputs.map(({ buffer }) => dtypeOf(buffer));
  const dtypes = [...inputTypes, ...loop.body.map(({ dtype }) => dtype)];
  const wide = dtypes.includes('float64');
  const body = withMirrored(loop);
  const ops: (EmitOp | undefined)[] = body.map(({ op, args, dtype }) => emitterOf(op, args.map((arg) => dtypes[arg] as DType), dtype, wide));
  const folds = loop.results.map(({ reduction }) => (reduction === undefined ? undefined : foldOf(code, reduction.op, reduction.dtype, wide)));
  if (ops.includes(undefined) || loop.results.some(({ reduction }, i) => reduction !== undefined && folds[i] === undefined)) return false;

  const nest = nestOf(loop);
  const { kept, folded, cursors } = nest;
  const written = loop.results.filter(({ reduction }) => reduction === undefined);
  const types = [...inputTypes, ...written.map(({ value }) => dtypes[value] as DType)];
  const sizes = [...kept, ...folded];
  const inner = sizes.length - 1;
  const length = sizes[inner] as number;
  const values = dtypes.map(() => code.local('v128'));
  const pointers = cursors.map(({ offset }, i) => {
    const pointer = code.local('i32');
    if (i < loop.inputs.length) push(code, loop.inputs[i]?.buffer as number);
    else if (pushResult !== undefined) pushResult(code);
    else push(code, written[i - loop.inputs.length]?.buffer as number);
    code.i32(offset * widthOf(types[i] as DType)).op('i32.add').set(pointer);
    return pointer;
  });
  const computeStep = (k: number, own: readonly number[], lanes: Count): void => {
    (ops[k] as EmitOp)(code, (body[k]?.args ?? []).map((arg) => own[arg] as number), lanes);
    code.set(own[loop.inputs.length + k] as number);
  };
  const computeBody = (lanes: Count): void => body.forEach((_, k) => computeStep(k, values, lanes));
  // What is folded is written once for each point of the kept axes, one after another.
  const folders = loop.results.flatMap(({ buffer, value, reduction }, i) => {
    const fold = folds[i];
    if (reduction === undefined || fold === undefined) return [];
    const pointer = code.local('i32');
    push(code, buffer);
    code.set(pointer);
    return [{ fold, value, pointer, dtype: reduction.dtype }];
  });

  const [only] = folders;
  if (only !== undefined && loop.results.length === 1 && loop.results[0]?.reduction?.op === 'sum' && dtypes.every((dtype) => dtype === 'float32') && foldsColumns(nest)) {
    emitColumns(code, { nest, inputs: pointers, result: only.pointer, values, summed: values[only.value] as number, compute: computeBody });
    return true;
  }

  const stride = (cursor: number, axis: number): number => cursors[cursor]?.strides[axis] as number;
  const still = (cursor: number): boolean => stride(cursor, inner) === 0;
  const vectorised = length >= 4 && cursors.every((_, i) => stride(i, inner) === 1 || (still(i) && i < loop.inputs.length));

  const compute = (lanes: Count, pair: 0 | 1): void => {
    loop.inputs.forEach((_, i) => !still(i) && load(code, pointers[i] as number, types[i] as DType, lanes, values[i] as number));
    computeBody(lanes);
    written.forEach(({ value }, i) => store(code, pointers[loop.inputs.length + i] as number, dtypes[value] as DType, lanes, values[value] as number));
    for (const { fold, value } of folders) fold.step(code, values[value] as number, lanes, pair);
    pointers.forEach((pointer, i) => advance(code, pointer, stride(i, inner) * lanes * widthOf(types[i] as DType)));
  };

  // Functions are long chains of instructions that wait for each other: where there are several, two runs side by side
  // fill the gaps.
  const abreast = vectorised && !wide && folders.length === 0 && length >= 8 && body.filter(({ op }) => op in float32).length > 1;
  const twins = abreast ? dtypes.map((_, i) => (i < loop.inputs.length && still(i) ? (values[i] as number) : code.local('v128'))) : [];
  const computeTwo = (): void => {
    const both = [values, twins];
    loop.inputs.forEach((_, i) => !still(i) && both.forEach((own) => {
      load(code, pointers[i] as number, types[i] as DType, 4, own[i] as number);
      advance(code, pointers[i] as number, 4 * widthOf(types[i] as DType));
    }));
    body.forEach((_, k) => both.forEach((own) => computeStep(k, own, 4)));
    written.forEach(({ value }, i) => both.forEach((own) => {
      const pointer = pointers[loop.inputs.length + i] as number;
      store(code, pointer, dtypes[value] as DType, 4, own[value] as number);
      advance(code, pointer, 4 * widthOf(dtypes[value] as DType));
    }));
  };

  const along = (): void => {
    loop.inputs.forEach((_, i) => still(i) && load(code, pointers[i] as number, types[i] as DType, 1, values[i] as number));
    const counter = code.local('i32');
    code.i32(0).set(counter);
    const whole = vectorised ? length - (length % 4) : 0;
    const twice = abreast ? length - (length % 8) : 0;
    if (twice > 0) code.countUp(counter, () => code.i32(twice), 8, computeTwo);
    if (whole > twice) code.countUp(counter, () => code.i32(whole), 4, () => {
      compute(wide ? 2 : 4, 0);
      if (wide) compute(2, 1);
    });
    if (whole < length) code.countUp(counter, () => code.i32(length), 1, () => compute(1, 0));
  };

  const level = (axis: number): void => {
    if (axis === kept.length && folders.length > 0) {
      beginFolds(code, folders);
      reach(axis);
      endFolds(code, folders);
      return;
    }
    reach(axis);
  };

  const reach = (axis: number): void => {
    if (axis >= inner) {
      along();
      return;
    }
    const counter = code.local('i32');
    code.i32(0).set(counter);
    code.countUp(counter, () => code.i32(sizes[axis] as number), 1, () => {
      level(axis + 1);
      // The axis inside has moved each pointer over all of it.
      pointers.forEach((pointer, i) => {
        advance(code, pointer, (stride(i, axis) - stride(i, axis + 1) * (sizes[axis + 1] as number)) * widthOf(types[i] as DType));
      });
    });
  };

  // A fold over everything has no kept axis to come from.
  code.withConstants(() => level(0));
  return true;
}

/** The steps with σ(-a), as slopes of σ have it, computed from a. */
function withMirrored({ inputs, body }: LoopInstruction): LoopInstruction['body'] {
  return body.map((step) => {
    const before = step.op === 'sigmoid' ? body[(step.args[0] as number) - inputs.length] : undefined;
    return before?.op === 'neg' ? { ...step, op: 'sigmoidOfNegative', args: before.args } : step;
  });
}

interface Folder {
  readonly fold: Fold;
  readonly value: number;
  readonly pointer: number;
  readonly dtype: DType;
}

function beginFolds(code: Code, folders: readonly Folder[]): void {
  for (const { fold } of folders) fold.begin(code);
}

function endFolds(code: Code, folders: readonly Folder[]): void {
  const result = code.local('v128');
  for (const { fold, pointer, dtype } of folders) {
    fold.end(code);
    code.set(result);
    store(code, pointer, dtype, 1, result);
    advance(code, pointer, widthOf(dtype));
  }
}
