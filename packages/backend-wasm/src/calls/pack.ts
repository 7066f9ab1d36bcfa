import { type Code } from '../emit/code.js';
import { type KernelCall } from '../kernels.js';
import { type Places } from '../loop/compileLoop.js';
import { panelColumns, tileRows } from './tile.js';
import { emitTranspose } from './transpose.js';

/** Elements in a line of a cache. */
const lineItems = 16;

/** A block to be packed. */
interface Block {
  /** Locals: where it begins, where it is packed to, how many k it has, and how many rows or columns. */
  readonly from: number;
  readonly to: number;
  readonly inner: number;
  readonly along: number;
  /** How many the last strip has, if it is not whole. */
  readonly rest: number;
  /** Bytes from k to k, and from item to item. */
  readonly byInner: number;
  readonly byItem: number;
}

/** A block of b in panels: for each k the columns of the panel beside each other, zeros up to its width. */
export function packRight(code: Code, places: Places, block: Block): void {
  packed(code, places, block, panelColumns, () => panelColumns);
}

/** A block of a in tiles: for each k the rows of the tile beside each other. */
export function packLeft(code: Code, places: Places, block: Block): void {
  packed(code, places, block, tileRows, (width) => width);
}

function packed(code: Code, { kernel }: Places, { from, to, inner, along, rest, byInner, byItem }: Block, width: number, roomFor: (width: number) => number): void {
  const [source, target, i, whole] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32')];
  const order = byInner === 4 ? 'inner' : byItem === 4 ? 'item' : 'any';
  const one = (count: number, strips: number): void => {
    code.get(source).get(target).get(inner).i32(byInner).i32(byItem).call(kernel(stripKernel(order, count, roomFor(count), strips)));
    code.get(source).i32(strips * width * byItem).op('i32.add').set(source).get(target).get(inner).i32(strips * roomFor(count) * 4).op('i32.mul').op('i32.add').set(target);
  };
  code.get(along).i32(width).op('i32.div_u').set(whole).get(from).set(source).get(to).set(target).i32(0).set(i);
  if (order === 'item') {
    // Lines of a cache that lie far apart are read once, not once for every strip.
    const strips = Math.floor(lineItems / width);
    const wide = code.local('i32');
    code.get(whole).i32(strips).op('i32.div_u').i32(strips).op('i32.mul').set(wide);
    code.countUp(i, () => code.get(wide), strips, () => one(width, strips));
  }
  code.countUp(i, () => code.get(whole), 1, () => one(width, 1));
  if (rest > 0) code.when(() => code.get(whole).i32(width).op('i32.mul').get(along).op('i32.lt_u'), () => one(rest, 1));
}

/**
 * The kernel that packs one strip: `width` items beside each other for each k, zeros up to `room`. Parameters: where it
 * begins, where it goes, how many k there are, bytes from k to k and from item to item.
 *
 * @param order - which of them is 4: 'inner', 'item', or neither
 * @param strips - how many of them, whose items lie beside each other
 */
function stripKernel(order: 'inner' | 'item' | 'any', width: number, room: number, strips: number): KernelCall {
  return { name: `${strips} strip ${order} ${width} in ${room}`, params: ['i32', 'i32', 'i32', 'i32', 'i32'], emit: (code) => (order === 'item' ? emitStrips(code, width, room, strips) : emitStrip(code, order, width, room)) };
}

/** Items that lie beside each other in every k: copied as they are. */
function emitStrips(code: Code, width: number, room: number, strips: number): void {
  const [source, target, inner, byInner] = [0, 1, 2, 3] as const;
  const k = code.local('i32');
  const targets = Array.from({ length: strips }, (_, i) => (i === 0 ? target : code.local('i32')));
  targets.slice(1).forEach((next, i) => code.get(targets[i] as number).get(inner).i32(room * 4).op('i32.mul').op('i32.add').set(next));
  const fours = width - (width % 4);
  code.countUp(k, () => code.get(inner), 1, () => {
    targets.forEach((to, strip) => {
      for (let item = 0; item < fours; item += 4) code.get(to).get(source).memoryAt('v128.load', (strip * width + item) * 4).memoryAt('v128.store', item * 4);
      for (let item = fours; item < width; item += 1) code.get(to).get(source).scalarAt('f32.load', (strip * width + item) * 4).scalarAt('f32.store', item * 4);
      for (let item = width; item < room; item += 1) code.get(to).f32(0).scalarAt('f32.store', item * 4);
      code.get(to).i32(room * 4).op('i32.add').set(to);
    });
    code.get(source).get(byInner).op('i32.add').set(source);
  });
}

function emitStrip(code: Code, order: 'inner' | 'any', width: number, room: number): void {
  const [source, target, inner, byInner, byItem] = [0, 1, 2, 3, 4] as const;
  const [k, end] = [code.local('i32'), code.local('i32')];
  const fours = width - (width % 4);
  const add = (pointer: number, push: () => unknown): void => {
    code.get(pointer);
    push();
    code.op('i32.add').set(pointer);
  };
  const zeros = (step: number): void => {
    for (let item = width; item < room; item += 1) code.get(target).f32(0).scalarAt('f32.store', (step * room + item) * 4);
  };
  const items = Array.from({ length: width }, () => code.local('i32'));
  items.forEach((pointer, i) => code.get(i === 0 ? source : (items[i - 1] as number)).get(byItem).i32(i === 0 ? 0 : 1).op('i32.mul').op('i32.add').set(pointer));
  // Four k of four items at once, turned round in registers.
  if (order === 'inner' && fours > 0) {
    code.get(inner).i32(-4).op('i32.and').set(end);
    code.countUp(k, () => code.get(end), 4, () => {
      for (let first = 0; first < fours; first += 4) emitTranspose(code, items.slice(first, first + 4), target, first * 4, room * 4);
      for (let step = 0; step < 4; step += 1) {
        for (let item = fours; item < width; item += 1) code.get(target).get(items[item] as number).scalarAt('f32.load', step * 4).scalarAt('f32.store', (step * room + item) * 4);
        zeros(step);
      }
      for (const pointer of items) add(pointer, () => code.i32(16));
      add(target, () => code.i32(room * 16));
    });
  }
  code.countUp(k, () => code.get(inner), 1, () => {
    items.forEach((pointer, item) => code.get(target).get(pointer).scalar('f32.load').scalarAt('f32.store', item * 4));
    zeros(0);
    for (const pointer of items) add(pointer, () => code.get(byInner));
    add(target, () => code.i32(room * 4));
  });
}
