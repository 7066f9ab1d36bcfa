import { type CallInstruction, type View, type Windows } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { type Places } from '../loop/compileLoop.js';
import { move } from './product.js';

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

export function poolTable(call: CallInstruction): Int32Array {
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
  return Int32Array.from(a.flatMap((x) => b.flatMap((y) => c.flatMap((z) => [(x.low * slab + y.low * row + z.low) * 4, x.count, y.count, z.count, x.held * y.held * z.held]))));
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
  const local = (): number => code.local('i32');
  const address = (push: () => void): number => {
    const pointer = local();
    push();
    code.set(pointer);
    return pointer;
  };
  const [first, second] = call.inputs.map(({ buffer, offset }) => address(() => {
    places.push(code, buffer);
    code.i32(offset * 4).op('i32.add');
  })) as [number, number];
  const out = address(() => places.push(code, call.output));
  const [entry, end, p] = [local(), local(), local()];
  const kernel = kernels[call.op] as Kernel;
  const whole = wholeWindow(poolTable(call));
  if (kernel.spreads) code.get(out).i32(0).i32(size(call.shape) * 4).fill();
  code.i32(0).set(p);
  code.countUp(p, () => code.i32(planes), 1, () => {
    const at = local();
    code.i32(table).set(entry).i32(table + windows * entryBytes).set(end).i32(0).set(at);
    code.countUp(entry, () => code.get(end), entryBytes, () => {
      kernel.window(code, { entry, at, first, second, out, strides: strides(space), whole });
      move(code, at, 4);
    });
    kernel.advance.forEach((bytes, i) => move(code, [first, second, out][i] as number, (bytes === 'plane' ? plane : bytes === 'windows' ? windows : 0) * 4));
  });
}

/** Locals: the window's entry, the offset of its result, and the planes of operands and result. */
interface Window {
  readonly entry: number;
  readonly at: number;
  readonly first: number;
  readonly second: number;
  readonly out: number;
  readonly strides: readonly [number, number];
  readonly whole: readonly [number, number, number] | undefined;
}

type Step = 'plane' | 'windows' | 'nothing';

interface Kernel {
  readonly window: (code: Code, window: Window) => void;
  /** Do windows add to what others have written? */
  readonly spreads: boolean;
  /** How far the operands and the result go on from plane to plane. */
  readonly advance: readonly [Step, Step, Step];
}

/** More elements than this are gone through in loops, even where all windows are whole. */
const mostUnrolled = 32;

/** The sizes that all windows have, if they are the same and small: so no loop is needed. */
function wholeWindow(table: Int32Array): readonly [number, number, number] | undefined {
  if (table.length === 0) return undefined;
  const [, a, b, c] = table as unknown as readonly [number, number, number, number];
  const same = a * b * c <= mostUnrolled && table.every((value, i) => i % 5 === 0 || i % 5 === 4 || value === table[i % 5]);
  return same ? [a, b, c] : undefined;
}

/** Runs `body` for every element of a window; the local `offset` is where it lies in the plane, in bytes. */
function eachElement(code: Code, { entry, whole, strides: [slab, row] }: Window, offset: number, body: () => void): void {
  if (whole !== undefined) {
    const start = code.local('i32');
    code.get(entry).load(0).set(start);
    for (let i = 0; i < whole[0]; i += 1) for (let j = 0; j < whole[1]; j += 1) for (let k = 0; k < whole[2]; k += 1) {
      code.get(start).i32((i * slab + j * row + k) * 4).op('i32.add').set(offset);
      body();
    }
    return;
  }
  const [i, j, k, iStart, jStart] = Array.from({ length: 5 }, () => code.local('i32')) as [number, number, number, number, number];
  code.get(entry).load(0).set(iStart).i32(0).set(i);
  code.countUp(i, () => code.get(entry).load(4), 1, () => {
    code.get(iStart).set(jStart).i32(0).set(j);
    code.countUp(j, () => code.get(entry).load(8), 1, () => {
      code.get(jStart).set(offset).i32(0).set(k);
      code.countUp(k, () => code.get(entry).load(12), 1, () => {
        body();
        move(code, offset, 4);
      });
      move(code, jStart, row * 4);
    });
    move(code, iStart, slab * 4);
  });
}

/** The offset of the first element that is largest, or NaN, in a local. */
function firstLargest(code: Code, window: Window): number {
  const [offset, best, better, largest, element] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('f32'), code.local('f32')];
  code.get(window.entry).load(0).set(best);
  code.get(window.first).get(best).op('i32.add').scalar('f32.load').set(largest);
  eachElement(code, window, offset, () => {
    code.get(window.first).get(offset).op('i32.add').scalar('f32.load').set(element);
    // Larger, or NaN where none was before; chosen without a branch, which nothing could foresee.
    code.get(element).get(largest).op('f32.le').op('i32.eqz').get(largest).get(largest).op('f32.eq').op('i32.and').set(better);
    code.get(element).get(largest).get(better).op('select').set(largest).get(offset).get(best).get(better).op('select').set(best);
  });
  return best;
}

const kernels: Readonly<Record<string, Kernel>> = {
  maxPool: {
    spreads: false, advance: ['plane', 'plane', 'windows'],
    window: (code, window) => {
      const best = firstLargest(code, window);
      code.get(window.out).get(window.at).op('i32.add').get(window.second).get(best).op('i32.add').scalar('f32.load').scalar('f32.store');
    },
  },
  maxPoolGradient: {
    spreads: true, advance: ['plane', 'windows', 'plane'],
    window: (code, window) => {
      const best = firstLargest(code, window);
      const target = code.local('i32');
      code.get(window.out).get(best).op('i32.add').tee(target).get(target).scalar('f32.load');
      code.get(window.second).get(window.at).op('i32.add').scalar('f32.load').op('f32.add').scalar('f32.store');
    },
  },
  averagePool: {
    spreads: false, advance: ['plane', 'nothing', 'windows'],
    window: (code, window) => {
      const [offset, sum] = [code.local('i32'), code.local('f64')];
      code.f64(0).set(sum);
      eachElement(code, window, offset, () => code.get(sum).get(window.first).get(offset).op('i32.add').scalar('f32.load').op('f64.promote_f32').op('f64.add').set(sum));
      code.get(window.out).get(window.at).op('i32.add').get(sum).get(window.entry).load(16).op('f64.convert_i32_s').op('f64.div').op('f32.demote_f64').scalar('f32.store');
    },
  },
  averagePoolGradient: {
    spreads: true, advance: ['windows', 'nothing', 'plane'],
    window: (code, window) => {
      const [offset, target, share] = [code.local('i32'), code.local('i32'), code.local('f32')];
      code.get(window.first).get(window.at).op('i32.add').scalar('f32.load').op('f64.promote_f32').get(window.entry).load(16).op('f64.convert_i32_s').op('f64.div').op('f32.demote_f64').set(share);
      eachElement(code, window, offset, () => code.get(window.out).get(offset).op('i32.add').tee(target).get(target).scalar('f32.load').get(share).op('f32.add').scalar('f32.store'));
    },
  },
};

/** The calls that have a kernel here. */
export const pools: ReadonlySet<string> = new Set(Object.keys(kernels));
