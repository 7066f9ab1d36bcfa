import { type CallInstruction, type DType, type View } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { widthOf } from '../loop/access.js';
import { castOf } from '../loop/casts.js';
import { type Places } from '../loop/compileLoop.js';

// What kernels share that go through elements one by one, or along one axis.

export const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** A local with the address of what a view shows first. */
export function addressOf(code: Code, places: Places, { buffer, offset }: View): number {
  const pointer = code.local('i32');
  places.push(code, buffer);
  code.i32(offset * widthOf(places.dtypeOf(buffer))).op('i32.add').set(pointer);
  return pointer;
}

/** A local with the address of the result. */
export function outputOf(code: Code, places: Places, call: CallInstruction): number {
  const pointer = code.local('i32');
  places.push(code, call.output);
  code.set(pointer);
  return pointer;
}

/** Pushes the number at an address as an f64. */
export function pushNumber(code: Code, pointer: number, dtype: DType): void {
  code.get(pointer);
  if (dtype === 'float64') code.scalar('f64.load');
  else if (dtype === 'bool') code.scalar('i32.load8_u').op('f64.convert_i32_u');
  else if (dtype === 'int32' || dtype === 'uint32') code.load(0).op(dtype === 'int32' ? 'f64.convert_i32_s' : 'f64.convert_i32_u');
  else code.scalar('f32.load').op('f64.promote_f32');
}

/** Pushes lanes of a local as float64. */
export function pushDoubles(code: Code, value: number, dtype: DType): void {
  castOf(dtype, 'float64', true)(code, [value], 2);
}

/** Writes 1 to the address that is pushed. */
export function storeOne(code: Code, dtype: DType): void {
  if (dtype === 'float64') code.f64(1).scalar('f64.store');
  else if (dtype === 'bool') code.i32(1).scalar('i32.store8');
  else code.i32(dtype === 'float32' || dtype === 'float16' ? 0x3f800000 : 1).scalar('i32.store');
}

/** Runs along one axis: for each position before it and behind it, `size` elements that lie `inner` apart. */
export interface Lines {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
}

export function linesOf(shape: readonly number[], axis: number): Lines {
  return { outer: product(shape.slice(0, axis)), size: shape[axis] as number, inner: product(shape.slice(axis + 1)) };
}

/** Counts a new local from 0 to `count`. */
export function repeat(code: Code, count: number, body: (counter: number) => void): void {
  repeatBy(code, count, 1, body);
}

/** The same, in steps. */
export function repeatBy(code: Code, count: number, step: number, body: (counter: number) => void): void {
  if (count === 0) return;
  const counter = code.local('i32');
  code.i32(0).set(counter);
  code.countUp(counter, () => code.i32(count), step, () => body(counter));
}
