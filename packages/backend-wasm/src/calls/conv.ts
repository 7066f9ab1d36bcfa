import { type CallInstruction } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { type Places } from '../loop/compileLoop.js';
import { geometryOf, weightOf, type Geometry } from './convGeometry.js';
import { move, product, productScratch, scratchFor, shareOf, type Sizes } from './product.js';

// Convolutions as products: the windows of one item are laid out as a matrix of patches, a row for each channel and
// element of the window, a column for each place. Its product with the filters is the convolution; with the cotangents,
// transposed, the gradient of the filters; and patches of the cotangents give the gradient of the input.

/** Rows and columns of the patches. */
function patchesOf(op: string, { channels, filters, taps, input, output }: Geometry): readonly [number, number] {
  return op === 'convInputGradient' ? [filters * taps, input] : [channels * taps, output];
}

/** The product that is made of one group's patches. */
function productOf(op: string, geometry: Geometry): Sizes {
  const [rows, columns] = patchesOf(op, geometry);
  if (op === 'convFilterGradient') return { rows: geometry.filters, inner: columns, columns: rows };
  return { rows: op === 'conv' ? geometry.filters : geometry.channels, inner: rows, columns };
}

/** Patches, what the product packs, and for the gradient of the input the filters of a group, turned. */
export function convScratch(call: CallInstruction): number {
  const geometry = geometryOf(call);
  const [rows, columns] = patchesOf(call.op, geometry);
  return rows * columns * 4 + productScratch(productOf(call.op, geometry)) + geometry.channels * geometry.filters * geometry.taps * 4;
}

/** Where in a plane each run begins, and where in the patches it goes: offsets in bytes, then its length. */
export function convTable(call: CallInstruction): Int32Array {
  const geometry = geometryOf(call);
  const [, columns] = patchesOf(call.op, geometry);
  return Int32Array.from(geometry.runs.flatMap(({ tap, input, output, count }) => {
    const row = weightOf(tap, geometry) * columns;
    return call.op === 'convInputGradient' ? [output * 4, (row + input) * 4, count] : [input * 4, (row + output) * 4, count];
  }));
}

/** Multiplications that threads share: items of a batch, or for filters, rows or columns of each product. */
export function convWork(call: CallInstruction): number {
  const geometry = geometryOf(call);
  const { rows, inner, columns } = productOf(call.op, geometry);
  return rows * inner * columns * geometry.items * geometry.groups;
}

export function emitConv(code: Code, call: CallInstruction, places: Places, table: number): void {
  const geometry = geometryOf(call);
  const { thread } = places;
  const { items, groups, channels, filters, taps, input, output } = geometry;
  const [rows, columns] = patchesOf(call.op, geometry);
  const sizes = productOf(call.op, geometry);
  const patches = scratchFor(code, places);
  const behind = (bytes: number): number => {
    const pointer = code.local('i32');
    code.get(patches).i32(bytes).op('i32.add').set(pointer);
    return pointer;
  };
  const [scratch, turned] = [behind(rows * columns * 4), behind(rows * columns * 4 + productScratch(sizes))];
  const [first, second] = call.inputs.map((view) => pointerTo(code, places, view.buffer, view.offset)) as [number, number];
  const result = pointerTo(code, places, call.output, 0);
  const [item, end] = [code.local('i32'), code.local('i32')];
  const weights = channels * filters * taps * 4;
  const lay = (planes: number, plane: number, spread: boolean): void => layOut(code, geometry, table, first, planes, plane, patches, columns, spread);

  // Patches are written at the same places for every item: what none reaches is 0 once and for all.
  if (geometry.runs.reduce((sum, { count }) => sum + count, 0) < taps * columns) code.get(patches).i32(0).i32(rows * columns * 4).fill();
  if (call.op === 'convFilterGradient') {
    if (items === 0) code.get(result).i32(0).i32(weights * groups).fill();
    const part = shareOf(code, sizes, thread);
    code.i32(0).set(item);
    code.countUp(item, () => code.i32(items), 1, () => {
      times(code, groups, () => {
        lay(channels, input, false);
        product(code, places, sizes, { a: second, ofA: [output * 4, 4], b: patches, ofB: [4, columns * 4], c: result, scratch, part, accumulate: item });
        move(code, first, channels * input * 4);
        move(code, second, filters * output * 4);
        move(code, result, weights);
      });
      move(code, result, -weights * groups);
    });
    return;
  }
  const [from, to] = call.op === 'conv' ? [channels * input, filters * output] : [filters * output, channels * input];
  if (thread === undefined) code.i32(0).set(item).i32(items).set(end);
  else {
    for (const [local, next] of [[item, 0], [end, 1]] as const) code.get(thread.index).i32(next).op('i32.add').i32(items).op('i32.mul').get(thread.count).op('i32.div_u').set(local);
    for (const [pointer, bytes] of [[first, from], [result, to]] as const) code.get(pointer).get(item).i32(bytes * groups * 4).op('i32.mul').op('i32.add').set(pointer);
  }
  if (call.op === 'convInputGradient' && groups === 1) turnFilters(code, geometry, second, turned);
  code.countUp(item, () => code.get(end), 1, () => {
    times(code, groups, () => {
      if (call.op === 'conv') lay(channels, input, false);
      else lay(filters, output, true);
      if (call.op === 'convInputGradient' && groups > 1) turnFilters(code, geometry, second, turned);
      product(code, places, sizes, { a: call.op === 'conv' ? second : turned, ofA: [rows * 4, 4], b: patches, ofB: [columns * 4, 4], c: result, scratch });
      move(code, first, from * 4);
      move(code, second, weights);
      move(code, result, to * 4);
    });
    move(code, second, -weights * groups);
  });
}

function pointerTo(code: Code, places: Places, buffer: number, offset: number): number {
  const pointer = code.local('i32');
  places.push(code, buffer);
  code.i32(offset * 4).op('i32.add').set(pointer);
  return pointer;
}

function times(code: Code, count: number, body: () => void): void {
  const counter = code.local('i32');
  code.i32(0).set(counter);
  code.countUp(counter, () => code.i32(count), 1, body);
}

/** Copies the runs of `planes` planes into the patches. `spread`: gaps are in the patches. */
function layOut(code: Code, { runs, step, taps }: Geometry, table: number, from: number, planes: number, plane: number, patches: number, columns: number, spread: boolean): void {
  const [source, target, counter, run, end, read, write, left] = Array.from({ length: 8 }, () => code.local('i32')) as [number, number, number, number, number, number, number, number];
  code.get(from).set(source).get(patches).set(target).i32(0).set(counter);
  code.countUp(counter, () => code.i32(planes), 1, () => {
    code.i32(table).set(run).i32(table + runs.length * 12).set(end);
    code.countUp(run, () => code.get(end), 12, () => {
      code.get(source).get(run).load(0).op('i32.add').set(read);
      code.get(target).get(run).load(4).op('i32.add').set(write);
      code.i32(0).set(left);
      // Runs are short: a copy by vectors costs less than a call of memory.copy.
      if (step === 1 && runs.some(({ count }) => count >= 4)) {
        code.countUp(left, () => code.get(run).load(8).i32(-4).op('i32.and'), 4, () => {
          code.get(write).get(read).memory('v128.load').memory('v128.store');
          move(code, read, 16);
          move(code, write, 16);
        });
      }
      code.countUp(left, () => code.get(run).load(8), 1, () => {
        code.get(write).get(read).scalar('f32.load').scalar('f32.store');
        move(code, read, spread ? 4 : step * 4);
        move(code, write, spread ? step * 4 : 4);
      });
    });
    move(code, source, plane * 4);
    move(code, target, taps * columns * 4);
  });
}

/** The filters of a group by channel: [channel, filter, element], from [filter, channel, element]. */
function turnFilters(code: Code, { channels, filters, taps }: Geometry, from: number, to: number): void {
  const [source, target, f, c] = Array.from({ length: 4 }, () => code.local('i32')) as [number, number, number, number];
  code.get(from).set(source).get(to).set(target).i32(0).set(f);
  code.countUp(f, () => code.i32(filters), 1, () => {
    code.i32(0).set(c);
    code.countUp(c, () => code.i32(channels), 1, () => {
      code.get(target).get(source).i32(taps * 4).copy();
      move(code, source, taps * 4);
      move(code, target, filters * taps * 4);
    });
    move(code, target, (taps - channels * filters * taps) * 4);
  });
}
