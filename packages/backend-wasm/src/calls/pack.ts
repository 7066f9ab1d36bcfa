import { type Code } from '../emit/code.js';
import { panelColumns, tileRows } from './tile.js';

interface Right {
  /** Local: where the block begins. */
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
  const local = (): number => code.local('i32');
  const [panel, source, target, k, j, whole] = [local(), local(), local(), local(), local(), local()];
  const one = (width: number): void => {
    code.get(panel).set(source).i32(0).set(k);
    code.countUp(k, () => code.get(inner), 1, () => {
      if (byColumn === 4 && width === panelColumns) {
        for (const half of [0, 16]) code.get(target).get(source).memoryAt('v128.load', half).memoryAt('v128.store', half);
      } else {
        if (width < panelColumns) for (const half of [0, 16]) code.get(target).f32x4(0).memoryAt('v128.store', half);
        for (let column = 0; column < width; column += 1) code.get(target).i32(column * 4).op('i32.add').get(source).i32(column * byColumn).op('i32.add').scalar('f32.load').scalar('f32.store');
      }
      code.get(source).i32(byRow).op('i32.add').set(source).get(target).i32(panelColumns * 4).op('i32.add').set(target);
    });
  };
  code.get(columns).i32(panelColumns).op('i32.div_u').set(whole).get(from).set(panel).i32(to).set(target).i32(0).set(j);
  code.countUp(j, () => code.get(whole), 1, () => {
    one(panelColumns);
    code.get(panel).i32(panelColumns * byColumn).op('i32.add').set(panel);
  });
  if (rest > 0) code.when(() => code.get(whole).i32(panelColumns).op('i32.mul').get(columns).op('i32.lt_u'), () => one(rest));
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
  const local = (): number => code.local('i32');
  const [tile, source, target, k, i, whole] = [local(), local(), local(), local(), local(), local()];
  const one = (height: number): void => {
    code.get(tile).set(source).i32(0).set(k);
    code.countUp(k, () => code.get(inner), 1, () => {
      for (let row = 0; row < height; row += 1) code.get(target).i32(row * 4).op('i32.add').get(source).i32(row * byRow).op('i32.add').scalar('f32.load').scalar('f32.store');
      code.get(source).i32(byInner).op('i32.add').set(source).get(target).i32(height * 4).op('i32.add').set(target);
    });
  };
  code.get(rows).i32(tileRows).op('i32.div_u').set(whole).get(from).set(tile).i32(to).set(target).i32(0).set(i);
  code.countUp(i, () => code.get(whole), 1, () => {
    one(tileRows);
    code.get(tile).i32(tileRows * byRow).op('i32.add').set(tile);
  });
  if (rest > 0) code.when(() => code.get(whole).i32(tileRows).op('i32.mul').get(rows).op('i32.lt_u'), () => one(rest));
}
