import { type CallInstruction, type LoopInstruction, type View } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { compileLoop, type Places } from '../loop/compileLoop.js';
import { toHalf } from '../loop/casts.js';
import { bytesOf } from '../memory/heapBuffer.js';
import { addressOf, outputOf, product } from './elements.js';
import { move } from './product.js';

// gather and scatterAdd go along the same runs: for each index, and each position of the axes before, `inner` elements.

interface Runs {
  readonly batch: number;
  /** Indices of one item of the batch. */
  readonly count: number;
  readonly outer: number;
  readonly size: number;
  /** Bytes of a run. */
  readonly bytes: number;
}

function runsOf(call: CallInstruction, elementBytes: number): Runs {
  const { axis, batchAxes } = call.attrs as unknown as { readonly axis: number; readonly batchAxes: number };
  const x = call.op === 'gather' ? (call.inputs[0] as View).shape : call.shape;
  const indices = (call.inputs[1] as View).shape;
  return { batch: product(x.slice(0, batchAxes)), count: product(indices.slice(batchAxes)), outer: product(x.slice(batchAxes, axis)), size: x[axis] as number, bytes: product(x.slice(axis + 1)) * elementBytes };
}

/** Nothing is written before all indices are known to be right; else the interpreter says which one is not. */
function checkIndices(code: Code, { batch, count, size }: Runs, indices: number, fallback: number): void {
  const [at, end] = [code.local('i32'), code.local('i32')];
  code.get(indices).set(at).get(indices).i32(batch * count * 4).op('i32.add').set(end);
  code.countUp(at, () => code.get(end), 4, () => {
    code.when(() => code.get(at).load(0).i32(size).op('i32.ge_u'), () => code.i32(fallback).call(0));
  });
}

/** Calls `body` for each run; the locals say where it lies in x and in what is gathered. */
function eachRun(code: Code, { batch, count, outer, size, bytes }: Runs, indices: number, x: number, gathered: number, body: (inX: number, inGathered: number) => void): void {
  const local = (): number => code.local('i32');
  const [index, row, i, j, planeX, planeG, inX, inGathered] = [local(), local(), local(), local(), local(), local(), local(), local()];
  code.get(indices).set(index).get(x).set(planeX).get(gathered).set(planeG).i32(0).set(row);
  code.countUp(row, () => code.i32(batch), 1, () => {
    code.i32(0).set(i);
    code.countUp(i, () => code.i32(count), 1, () => {
      code.get(planeX).get(index).load(0).i32(bytes).op('i32.mul').op('i32.add').set(inX);
      code.get(planeG).get(i).i32(bytes).op('i32.mul').op('i32.add').set(inGathered).i32(0).set(j);
      code.countUp(j, () => code.i32(outer), 1, () => {
        body(inX, inGathered);
        move(code, inX, size * bytes);
        move(code, inGathered, count * bytes);
      });
      move(code, index, 4);
    });
    move(code, planeX, outer * size * bytes);
    move(code, planeG, outer * count * bytes);
  });
}

export function emitGather(code: Code, call: CallInstruction, places: Places): void {
  const [x, indices] = call.inputs as readonly [View, View];
  const runs = runsOf(call, bytesOf(places.dtypeOf(x.buffer)));
  const [from, by, to] = [addressOf(code, places, x), addressOf(code, places, indices), outputOf(code, places, call)];
  checkIndices(code, runs, by, places.fallback());
  eachRun(code, runs, by, from, to, (inX, inGathered) => {
    if (runs.bytes === 4) code.get(inGathered).get(inX).scalar('f32.load').scalar('f32.store');
    else code.get(inGathered).get(inX).i32(runs.bytes).copy();
  });
}

/** Sums are made in the dtype, in the order of the indices. */
export function emitScatterAdd(code: Code, call: CallInstruction, places: Places): void {
  const [x, indices, updates] = call.inputs as readonly [View, View, View];
  const dtype = places.dtypeOf(x.buffer);
  const runs = runsOf(call, bytesOf(dtype));
  const [by, from, to] = [addressOf(code, places, indices), addressOf(code, places, updates), outputOf(code, places, call)];
  checkIndices(code, runs, by, places.fallback());
  const copy: LoopInstruction = { kind: 'loop', space: x.shape, inputs: [x], body: [], results: [{ buffer: call.output, value: 0, reduction: undefined }], origin: call.origin };
  compileLoop(code, copy, places);
  const [end, target, source] = [code.local('i32'), code.local('i32'), code.local('i32')];
  eachRun(code, runs, by, to, from, (inX, inGathered) => {
    code.get(inX).set(target).get(inGathered).set(source).get(inX).i32(runs.bytes).op('i32.add').set(end);
    code.countUp(target, () => code.get(end), bytesOf(dtype), () => {
      code.get(target).get(target);
      if (dtype === 'float64') code.scalar('f64.load').get(source).scalar('f64.load').op('f64.add').scalar('f64.store');
      else if (dtype === 'float32') code.scalar('f32.load').get(source).scalar('f32.load').op('f32.add').scalar('f32.store');
      else if (dtype === 'float16') {
        code.scalar('f32.load').get(source).scalar('f32.load').op('f32.add').simd('f32x4.splat');
        toHalf(code, [], 1);
        code.memory('v128.store32_lane', 0);
      } else if (dtype === 'bool') code.scalar('i32.load8_u').get(source).scalar('i32.load8_u').op('i32.or').scalar('i32.store8');
      else code.load(0).get(source).load(0).op('i32.add').scalar('i32.store');
      move(code, source, bytesOf(dtype));
    });
  });
}

/** One operand after another along an axis: rows of all that lies behind it. */
export function emitConcat(code: Code, call: CallInstruction, places: Places): void {
  const axis = call.attrs.axis as number;
  const element = bytesOf(places.dtypeOf(call.output));
  const rows = product(call.shape.slice(0, axis));
  const rowBytes = product(call.shape.slice(axis)) * element;
  const start = outputOf(code, places, call);
  for (const view of call.inputs) {
    const width = product(view.shape.slice(axis)) * element;
    const [from, to, row] = [addressOf(code, places, view), code.local('i32'), code.local('i32')];
    code.get(start).set(to).i32(0).set(row);
    code.countUp(row, () => code.i32(rows), 1, () => {
      code.get(to).get(from).i32(width).copy();
      move(code, from, width);
      move(code, to, rowBytes);
    });
    move(code, start, width);
  }
}
