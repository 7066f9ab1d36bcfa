import { type CallInstruction, type View } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { type Places } from '../loop/compileLoop.js';
import { innerBlock, move, product, productScratch, scratchFor, shareOf, type Sizes } from './product.js';

function sizesOf({ inputs: [a, b] }: CallInstruction): Sizes {
  const [left, right] = [(a as View).shape, (b as View).shape];
  return { rows: left[left.length - 2] as number, inner: left[left.length - 1] as number, columns: right[right.length - 1] as number };
}

export function matmulScratch(call: CallInstruction): number {
  return productScratch(sizesOf(call));
}

/** Multiplications of one product; threads share products, not batches of them. */
export function matmulWork(call: CallInstruction): number {
  const { rows, inner, columns } = sizesOf(call);
  return rows * inner * columns;
}

/** Has adding the product to something the bits of a sum of its own? One product of float32, whose sums are whole before they are added. */
export function addsExactly(call: CallInstruction): boolean {
  const { inner } = sizesOf(call);
  return call.shape.length === 2 && inner > 0 && inner <= innerBlock;
}

/** Strides of the last two axes, in bytes. */
function lastStrides({ strides }: View): readonly [number, number] {
  return [(strides[strides.length - 2] as number) * 4, (strides[strides.length - 1] as number) * 4];
}

/** Products of float32 matrices with any strides, in batches. */
export function emitMatmul(code: Code, call: CallInstruction, places: Places): void {
  const sizes = sizesOf(call);
  const [a, b] = call.inputs as readonly [View, View];
  const [pa, pb, pc] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const start = (pointer: number, buffer: number, offset: number): void => {
    places.push(code, buffer);
    code.i32(offset * 4).op('i32.add').set(pointer);
  };
  start(pa, a.buffer, a.offset);
  start(pb, b.buffer, b.offset);
  if (places.pushResult === undefined) start(pc, call.output, 0);
  else {
    places.pushResult(code);
    code.set(pc);
  }
  const accumulate = places.adds === true ? code.local('i32') : undefined;
  if (accumulate !== undefined) code.i32(1).set(accumulate);
  const [scratch, part] = [scratchFor(code, places), shareOf(code, sizes, places.thread)];
  const leading = a.shape.slice(0, -2);
  const one = (): void => {
    product(code, places, sizes, { a: pa, ofA: lastStrides(a), b: pb, ofB: lastStrides(b), c: pc, scratch, part, accumulate });
    code.get(pc).i32(sizes.rows * sizes.columns * 4).op('i32.add').set(pc);
  };
  // Batches: a product for each index of the leading axes; strides may be 0.
  const batch = (axis: number): void => {
    if (axis === leading.length) {
      one();
      return;
    }
    const counter = code.local('i32');
    code.i32(0).set(counter);
    code.countUp(counter, () => code.i32(leading[axis] as number), 1, () => {
      batch(axis + 1);
      [[pa, a], [pb, b]].forEach(([pointer, view]) => move(code, pointer as number, stepOf(view as View, axis, leading) * 4));
    });
  };
  batch(0);
}

/** How far to go on along a leading axis, when the axes inside have been gone through. */
function stepOf({ strides }: View, axis: number, leading: readonly number[]): number {
  const inside = axis + 1 < leading.length ? (strides[axis + 1] as number) * (leading[axis + 1] as number) : 0;
  return (strides[axis] as number) - inside;
}
