import { type CallInstruction, type DType, type View, type Windows } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { widthOf } from '../loop/access.js';
import { type Places } from '../loop/compileLoop.js';
import { addressOf, outputOf } from './elements.js';
import { roundSums } from './exactConv.js';
import { kernels, wholeWindow, type PoolKernel } from './poolKernels.js';
import { move, scratchFor } from './product.js';

// Pools walk a table that has an entry for each window of a plane: where it begins, how far it goes along three axes,
// and by how many elements a mean divides. Windows come in row-major order, elements of a window too, so a maximum is
// the first of equal ones, and NaN if there is one.

/** Bytes of a window's entry. */
const entryBytes = 20;

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The spatial shape of what is pooled. */
function spaceOf({ op, inputs, shape }: CallInstruction): readonly number[] {
  return (op === 'averagePoolGradient' ? shape : (inputs[0] as View).shape).slice(2);
}

const countsOf = ({ attrs }: CallInstruction): readonly number[] => attrs.counts as readonly number[];

/** Sums of float16 that several windows add to are made in float64, and rounded when a plane is done. */
function sumsApart(call: CallInstruction, dtype: DType): boolean {
  return dtype === 'float16' && (kernels[call.op] as PoolKernel).spreads;
}

export function poolScratch(call: CallInstruction, dtype: DType): number {
  return sumsApart(call, dtype) ? size(spaceOf(call)) * 8 : 0;
}

export function poolTable(call: CallInstruction, dtype: DType): Int32Array {
  const element = widthOf(dtype);
  const space = spaceOf(call);
  const { size: width, stride, before, after } = call.attrs as unknown as Windows;
  const spans = space.map((length, axis) => Array.from({ length: countsOf(call)[axis] as number }, (_, o) => {
    const start = o * (stride[axis] as number) - (before[axis] as number);
    const end = Math.min(start + (width[axis] as number), length + (after[axis] as number));
    const [low, high] = [Math.max(0, start), Math.min(length, end)];
    return { low, count: high - low, held: call.attrs.pad === true ? end - start : high - low };
  }));
  const whole = [{ low: 0, count: 1, held: 1 }];
  const [a, b, c] = [...new Array<typeof whole>(3 - space.length).fill(whole), ...spans] as [typeof whole, typeof whole, typeof whole];
  const [slab, row] = strides(space);
  return Int32Array.from(a.flatMap((x) => b.flatMap((y) => c.flatMap((z) => [(x.low * slab + y.low * row + z.low) * element, x.count, y.count, z.count, x.held * y.held * z.held]))));
}

/** Elements from slab to slab, and from row to row. */
function strides(space: readonly number[]): readonly [number, number] {
  const row = space[space.length - 1] as number;
  return [(space.length > 1 ? (space[space.length - 2] as number) : 1) * row, row];
}

export function emitPool(code: Code, call: CallInstruction, places: Places, table: number): void {
  const space = spaceOf(call);
  const [plane, windows] = [size(space), size(countsOf(call))];
  const planes = plane * windows === 0 ? 0 : size(call.shape) / (call.op.endsWith('Gradient') ? plane : windows);
  const dtype = places.dtypeOf(call.output);
  const width = widthOf(dtype);
  const local = (): number => code.local('i32');
  const [first, second] = call.inputs.map((view) => addressOf(code, places, view)) as [number, number];
  const result = outputOf(code, places, call);
  const [entry, end, p] = [local(), local(), local()];
  const kernel = kernels[call.op] as PoolKernel;
  const whole = wholeWindow(poolTable(call, dtype));
  const apart = sumsApart(call, dtype);
  const out = apart ? scratchFor(code, places) : result;
  if (kernel.spreads && (!apart || planes === 0)) code.get(result).i32(0).i32(size(call.shape) * width).fill();
  code.i32(0).set(p);
  code.countUp(p, () => code.i32(planes), 1, () => {
    if (apart) code.get(out).i32(0).i32(plane * 8).fill();
    const at = local();
    code.i32(table).set(entry).i32(table + windows * entryBytes).set(end).i32(0).set(at);
    code.countUp(entry, () => code.get(end), entryBytes, () => {
      kernel.window(code, { entry, at, first, second, out, strides: strides(space), whole, dtype });
      move(code, at, width);
    });
    if (apart) roundSums(code, dtype, out, result, plane);
    kernel.advance.forEach((bytes, i) => move(code, [first, second, result][i] as number, (bytes === 'plane' ? plane : bytes === 'windows' ? windows : 0) * width));
  });
}

/** The calls that have a kernel here. */
export const pools: ReadonlySet<string> = new Set(Object.keys(kernels));
