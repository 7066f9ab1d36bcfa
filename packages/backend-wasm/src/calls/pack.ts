import { type Code } from '../emit/code.js';
import { panelColumns, tileRows } from './tile.js';
import { emitTranspose } from './transpose.js';

interface Right {
  /** Locals: where the block begins, and where it is packed to. */
  readonly from: number;
  readonly to: number;
  /** Locals: the sizes of the block. */
  readonly inner: number;
  readonly columns: number;
  /** Columns of the last panel, if it is not whole. */
  readonly rest: number;
  readonly byRow: number;
  readonly byColumn: number;
}

/** A block of b in panels: for each k the columns of the panel beside each other, zeros up to its width. */
export function packRight(code: Code, { from, to, inner, columns, rest, byRow, byColumn }: Right): void {
  packed(code, { from, to, along: columns, width: panelColumns, rest, step: byColumn }, (source, target, width) => {
    strip(code, { source, target, inner, byInner: byRow, width, byItem: byColumn, room: panelColumns });
  });
}

interface Left {
  readonly from: number;
  readonly to: number;
  readonly inner: number;
  readonly rows: number;
  /** Rows of the last tile, if it is not whole. */
  readonly rest: number;
  readonly byRow: number;
  readonly byInner: number;
}

/** A block of a in tiles: for each k the rows of the tile beside each other. */
export function packLeft(code: Code, { from, to, inner, rows, rest, byRow, byInner }: Left): void {
  packed(code, { from, to, along: rows, width: tileRows, rest, step: byRow }, (source, target, width) => {
    strip(code, { source, target, inner, byInner, width, byItem: byRow, room: width });
  });
}

interface Strips {
  readonly from: number;
  readonly to: number;
  readonly along: number;
  readonly width: number;
  readonly rest: number;
  readonly step: number;
}

/** Strip after strip; `one` moves the target on. */
function packed(code: Code, { from, to, along, width, rest, step }: Strips, one: (source: number, target: number, width: number) => void): void {
  const [strips, source, target, i, whole] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32')];
  const next = (count: number): void => {
    code.get(strips).set(source);
    one(source, target, count);
  };
  code.get(along).i32(width).op('i32.div_u').set(whole).get(from).set(strips).get(to).set(target).i32(0).set(i);
  code.countUp(i, () => code.get(whole), 1, () => {
    next(width);
    code.get(strips).i32(width * step).op('i32.add').set(strips);
  });
  if (rest > 0) code.when(() => code.get(whole).i32(width).op('i32.mul').get(along).op('i32.lt_u'), () => next(rest));
}

interface Strip {
  /** Locals; both are moved. */
  readonly source: number;
  readonly target: number;
  readonly inner: number;
  readonly byInner: number;
  /** How many lie beside each other, how far apart they were, and how much room each k has. */
  readonly width: number;
  readonly byItem: number;
  readonly room: number;
}

function strip(code: Code, { source, target, inner, byInner, width, byItem, room }: Strip): void {
  const k = code.local('i32');
  code.i32(0).set(k);
  const fours = width - (width % 4);
  const ahead = (steps: number): void => {
    code.get(source).i32(byInner * steps).op('i32.add').set(source).get(target).i32(room * 4 * steps).op('i32.add').set(target);
  };
  /** Item by item: what no vector holds. */
  const single = (first: number): void => {
    for (let item = first; item < width; item += 1) code.get(target).get(source).scalarAt('f32.load', item * byItem).scalarAt('f32.store', item * 4);
  };
  // Four k of four items at once, turned round in registers.
  if (byInner === 4 && fours > 0) {
    const end = code.local('i32');
    code.get(inner).i32(-4).op('i32.and').set(end);
    code.countUp(k, () => code.get(end), 4, () => {
      for (let first = 0; first < fours; first += 4) emitTranspose(code, source, first * byItem, byItem, target, first * 4, room * 4);
      for (let step = 0; step < 4; step += 1) for (let item = fours; item < width; item += 1) code.get(target).get(source).scalarAt('f32.load', item * byItem + step * 4).scalarAt('f32.store', (step * room + item) * 4);
      if (room > width) for (let step = 0; step < 4; step += 1) for (let item = width; item < room; item += 1) code.get(target).f32(0).scalarAt('f32.store', (step * room + item) * 4);
      ahead(4);
    });
  }
  code.countUp(k, () => code.get(inner), 1, () => {
    const vectors = byItem === 4 ? fours : 0;
    for (let first = 0; first < vectors; first += 4) code.get(target).get(source).memoryAt('v128.load', first * 4).memoryAt('v128.store', first * 4);
    single(vectors);
    for (let item = width; item < room; item += 1) code.get(target).f32(0).scalarAt('f32.store', item * 4);
    ahead(1);
  });
}
