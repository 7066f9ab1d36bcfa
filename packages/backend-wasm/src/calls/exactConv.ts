import { type CallInstruction, type DType, type View } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { advance, pushLanes, store, widthOf } from '../loop/access.js';
import { type Places } from '../loop/compileLoop.js';
import { roundDoubles } from '../loop/fold.js';
import { geometryOf, weightOf, type Geometry } from './convGeometry.js';
import { addressOf, outputOf, pushNumber, repeat, repeatBy } from './elements.js';
import { scratchFor } from './product.js';

// Convolutions of float64 and float16, and their gradients: sums are made in float64 in the order of the interpreter,
// run by run, and rounded once, so they have its bits. Padding is stepped over as there: an infinite weight that meets
// only padding leaves no NaN.

/** Bytes of a run's entry: where it begins in the data, where its sums do, how long it is, and its weight. */
const entryBytes = 16;

/** Filters whose weights are summed side by side. */
const abreast = 4;

/** A float64 sum for each element of a plane; of the filters, for each of their elements. */
export function exactConvScratch(call: CallInstruction): number {
  const { input, output, taps } = geometryOf(call);
  return (call.op === 'conv' ? output : call.op === 'convInputGradient' ? input : taps * abreast) * 8;
}

export function exactConvTable(call: CallInstruction, dtype: DType): Int32Array {
  const geometry = geometryOf(call);
  const width = widthOf(dtype);
  return Int32Array.from(geometry.runs.flatMap(({ tap, input, output, count }) => {
    const weight = weightOf(tap, geometry);
    if (call.op === 'conv') return [input * width, output * 8, count, weight * width];
    return call.op === 'convInputGradient' ? [output * width, input * 8, count, weight * width] : [input * width, output * width, count, weight * 8];
  }));
}

export function emitExactConv(code: Code, call: CallInstruction, places: Places, table: number): void {
  const geometry = geometryOf(call);
  const [first, second] = (call.inputs as readonly [View, View]).map((view) => addressOf(code, places, view)) as [number, number];
  const own: Own = { code, dtype: places.dtypeOf(call.output), table, geometry, first, second, result: outputOf(code, places, call), sums: scratchFor(code, places) };
  if (call.op === 'convFilterGradient') emitFilterGradient(own);
  else emitPlanes(own, call.op === 'conv');
}

/** What all parts share; numbers are locals that hold addresses, but for the table. */
interface Own {
  readonly code: Code;
  readonly dtype: DType;
  readonly table: number;
  readonly geometry: Geometry;
  readonly first: number;
  readonly second: number;
  readonly result: number;
  readonly sums: number;
}

/** Plane after plane of the result: Σ of factor · run, over planes of the data, then over runs. */
function emitPlanes({ code, dtype, table, geometry, first, second, result, sums }: Own, forward: boolean): void {
  const { items, groups, channels, filters, taps, input, output } = geometry;
  const width = widthOf(dtype);
  const [made, summed, size, plane] = forward ? [filters, channels, output, input] : [channels, filters, input, output];
  // Weights lie by filter, then by channel.
  const [perMade, perSummed] = forward ? [channels * taps, taps] : [taps, channels * taps];
  repeat(code, items, () => {
    repeat(code, groups, () => {
      repeat(code, made, () => {
        code.get(sums).i32(0).i32(size * 8).fill();
        repeat(code, summed, () => {
          addRuns(code, dtype, table, geometry, { data: first, weights: second, sums }, forward);
          advance(code, first, plane * width);
          advance(code, second, perSummed * width);
        });
        advance(code, first, -summed * plane * width);
        advance(code, second, (perMade - summed * perSummed) * width);
        roundSums(code, dtype, sums, result, size);
        advance(code, result, size * width);
      });
      advance(code, first, summed * plane * width);
      advance(code, second, (filters * channels * taps - made * perMade) * width);
    });
    advance(code, second, -groups * filters * channels * taps * width);
  });
}

function eachRun(code: Code, table: number, { runs }: Geometry, body: (run: number) => void): void {
  const [run, end] = [code.local('i32'), code.local('i32')];
  code.i32(table).set(run).i32(table + runs.length * entryBytes).set(end);
  code.countUp(run, () => code.get(end), entryBytes, () => body(run));
}

/** sums += factor · data, for every run. Steps are in the data, or in the sums where they are of the input. */
function addRuns(code: Code, dtype: DType, table: number, geometry: Geometry, from: { readonly data: number; readonly weights: number; readonly sums: number }, forward: boolean): void {
  const width = widthOf(dtype);
  const [data, sums, weight, left, factor, both] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32'), code.local('f64'), code.borrow()];
  const [stepData, stepSums] = forward ? [geometry.step * width, 8] : [width, geometry.step * 8];
  eachRun(code, table, geometry, (run) => {
    code.get(from.data).get(run).load(0).op('i32.add').set(data).get(from.sums).get(run).load(4).op('i32.add').set(sums);
    code.get(from.weights).get(run).load(12).op('i32.add').set(weight);
    pushNumber(code, weight, dtype);
    code.set(factor).i32(0).set(left);
    if (geometry.step === 1 && geometry.runs.some(({ count }) => count >= 2)) {
      code.get(factor).simd('f64x2.splat').set(both);
      code.countUp(left, () => code.get(run).load(8).i32(-2).op('i32.and'), 2, () => {
        code.get(sums).get(sums).memory('v128.load').get(both);
        pushLanes(code, data, dtype, 2, 0);
        if (dtype !== 'float64') code.simd('f64x2.promote_low_f32x4');
        code.simd('f64x2.mul').simd('f64x2.add').memory('v128.store');
        advance(code, data, 2 * width);
        advance(code, sums, 16);
      });
    }
    code.countUp(left, () => code.get(run).load(8), 1, () => {
      code.get(sums).get(sums).scalar('f64.load').get(factor);
      pushNumber(code, data, dtype);
      code.op('f64.mul').op('f64.add').scalar('f64.store');
      advance(code, data, stepData);
      advance(code, sums, stepSums);
    });
  });
  code.giveBack([both]);
}

/** Rounds `count` sums to where the dtype's elements go. */
export function roundSums(code: Code, dtype: DType, sums: number, to: number, count: number): void {
  const [from, into, value] = [code.local('i32'), code.local('i32'), code.borrow()];
  code.get(sums).set(from).get(to).set(into);
  const some = (lanes: 1 | 2): void => {
    pushLanes(code, from, 'float64', lanes, 0);
    roundDoubles(code, dtype);
    code.set(value);
    store(code, into, dtype, lanes, value);
    advance(code, from, lanes * 8);
    advance(code, into, lanes * widthOf(dtype));
  };
  repeatBy(code, count - (count % 2), 2, () => some(2));
  if (count % 2 === 1) some(1);
  code.giveBack([value]);
}

/** For every filter and channel: Σ over items, then runs, of the dot product of a run with the cotangents. */
function emitFilterGradient({ code, dtype, table, geometry, first, second, result, sums }: Own): void {
  const { items, groups, channels, filters, taps, input, output } = geometry;
  const width = widthOf(dtype);
  const some = (count: number): void => {
    repeat(code, channels, () => {
      code.get(sums).i32(0).i32(taps * count * 8).fill();
      repeat(code, items, () => {
        addDots(code, dtype, table, geometry, { x: first, g: second, sums }, count);
        advance(code, first, groups * channels * input * width);
        advance(code, second, groups * filters * output * width);
      });
      advance(code, first, (input - items * groups * channels * input) * width);
      advance(code, second, -items * groups * filters * output * width);
      const [from, to] = [code.local('i32'), code.local('i32')];
      code.get(sums).set(from).get(result).set(to);
      for (let f = 0; f < count; f += 1) {
        roundSums(code, dtype, from, to, taps);
        advance(code, from, taps * 8);
        advance(code, to, channels * taps * width);
      }
      advance(code, result, taps * width);
    });
    advance(code, first, -channels * input * width);
    advance(code, second, count * output * width);
    advance(code, result, (count - 1) * channels * taps * width);
  };
  repeat(code, groups, () => {
    repeat(code, Math.floor(filters / abreast), () => some(abreast));
    if (filters % abreast > 0) some(filters % abreast);
    advance(code, first, channels * input * width);
  });
}

/** sums[f, element] += x · g, for every run and `count` filters. */
function addDots(code: Code, dtype: DType, table: number, geometry: Geometry, from: { readonly x: number; readonly g: number; readonly sums: number }, count: number): void {
  const width = widthOf(dtype);
  const [x, g, left, element] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('f64')];
  const dots = Array.from({ length: count }, () => code.local('f64'));
  eachRun(code, table, geometry, (run) => {
    code.get(from.x).get(run).load(0).op('i32.add').set(x).get(from.g).get(run).load(4).op('i32.add').set(g).i32(0).set(left);
    for (const dot of dots) code.f64(0).set(dot);
    code.countUp(left, () => code.get(run).load(8), 1, () => {
      pushNumber(code, x, dtype);
      code.set(element);
      dots.forEach((dot, f) => {
        code.get(dot).get(element).get(g);
        if (dtype === 'float64') code.scalarAt('f64.load', f * geometry.output * width);
        else code.scalarAt('f32.load', f * geometry.output * width).op('f64.promote_f32');
        code.op('f64.mul').op('f64.add').set(dot);
      });
      advance(code, x, geometry.step * width);
      advance(code, g, width);
    });
    const to = x;
    code.get(from.sums).get(run).load(12).op('i32.add').set(to);
    dots.forEach((dot, f) => code.get(to).get(to).scalarAt('f64.load', f * geometry.taps * 8).get(dot).op('f64.add').scalarAt('f64.store', f * geometry.taps * 8));
  });
}
