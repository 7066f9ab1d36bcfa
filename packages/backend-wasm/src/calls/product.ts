import { type Code } from '../emit/code.js';
import { type Places } from '../loop/compileLoop.js';
import { packLeft, packRight } from './pack.js';
import { panelColumns, tileKernel, tileRows } from './tile.js';

// Products of float32 matrices in blocks that fit the caches (K. Goto, R. van de Geijn, "Anatomy of high-performance
// matrix multiplication", 2008): a block of b is packed into panels of 8 columns, a block of a into tiles of 5 rows, and
// tiles of 5 × 8 results stay in registers. Packing takes any strides, so transposed operands cost the same. Every
// element is Σₖ in float32, in order of k within blocks of 384, blocks added in their order, wherever it stands.

export const innerBlock = 384;
/** A multiple of the rows of a tile. */
const rowBlock = 160;
/** A multiple of the columns of a panel. */
const columnBlock = 2048;
/** Rows of a for which b is not packed. */
const mostUnpacked = 2 * tileRows;

export interface Sizes {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** Some rows or columns: locals that hold the first one and the one behind the last. */
export interface Part {
  readonly of: 'rows' | 'columns';
  readonly from: number;
  readonly to: number;
}

/** Locals that hold addresses, and strides in bytes: from row to row, and along it. c is dense. */
export interface Operands {
  readonly a: number;
  readonly ofA: readonly [number, number];
  readonly b: number;
  readonly ofB: readonly [number, number];
  readonly c: number;
  /** Local: where there is room for {@link productScratch} bytes. */
  readonly scratch: number;
  /** The rows or columns of c that are made; all, if left out. */
  readonly part?: Part | undefined;
  /** Local: where it is not 0, what is there is added to, instead of being replaced. */
  readonly accumulate?: number | undefined;
}

const upTo = (size: number, multiple: number): number => Math.ceil(size / multiple) * multiple;

function packedRightBytes({ inner, columns }: Sizes): number {
  return Math.min(inner, innerBlock) * upTo(Math.min(columns, columnBlock), panelColumns) * 4;
}

/** Bytes for a packed block of each operand. */
export function productScratch(sizes: Sizes): number {
  return packedRightBytes(sizes) + Math.min(sizes.inner, innerBlock) * upTo(Math.min(sizes.rows, rowBlock), tileRows) * 4;
}

/** c = a · b, or c + a · b. */
export function product(code: Code, places: Places, sizes: Sizes, { a, ofA, b, ofB, c, scratch, accumulate, part }: Operands): void {
  const { rows, inner, columns } = sizes;
  const local = (): number => code.local('i32');
  const [jc, pc, ic, nc, kc, mc, from, panels, to, adding] = [local(), local(), local(), local(), local(), local(), local(), local(), local(), local()];
  const [left, right] = [local(), scratch];
  code.get(scratch).i32(packedRightBytes(sizes)).op('i32.add').set(left);
  if (inner === 0) {
    const clear = (): void => void code.get(c).i32(0).i32(rows * columns * 4).fill();
    if (accumulate === undefined) clear();
    else code.when(() => code.get(accumulate).op('i32.eqz'), clear);
    return;
  }
  const blocks = (start: number, size: number, block: number, length: number, within: Part | undefined, body: () => void): void => {
    const end = (): unknown => (within === undefined ? code.i32(size) : code.get(within.to));
    if (within === undefined) code.i32(0).set(start);
    else code.get(within.from).set(start);
    code.countUp(start, end, block, () => {
      // As much as is left, at most a block.
      end();
      code.get(start).op('i32.sub').i32(block);
      end();
      code.get(start).op('i32.sub').i32(block).op('i32.lt_u').op('select').set(length);
      body();
    });
  };
  // Few rows would not pay for packing b, and whole panels can be read where they are.
  const asItLies = rows <= mostUnpacked && ofB[1] === 4 && columns % panelColumns === 0;
  const [partOfRows, partOfColumns] = part?.of === 'rows' ? [part, undefined] : [undefined, part];
  /** pointer = base + i · stepI + j · stepJ */
  const address = (pointer: number, base: number, i: number, stepI: number, j: number, stepJ: number): void => {
    code.get(base).get(i).i32(stepI).op('i32.mul').op('i32.add').get(j).i32(stepJ).op('i32.mul').op('i32.add').set(pointer);
  };
  blocks(jc, columns, columnBlock, nc, partOfColumns, () => {
    blocks(pc, inner, innerBlock, kc, undefined, () => {
      address(panels, b, pc, ofB[0], jc, ofB[1]);
      if (!asItLies) packRight(code, places, { from: panels, to: right, inner: kc, along: nc, rest: columns % panelColumns, byInner: ofB[0], byItem: ofB[1] });
      blocks(ic, rows, rowBlock, mc, partOfRows, () => {
        address(from, a, ic, ofA[0], pc, ofA[1]);
        packLeft(code, places, { from, to: left, inner: kc, along: mc, rest: rows % tileRows, byInner: ofA[1], byItem: ofA[0] });
        address(to, c, ic, columns * 4, jc, 4);
        // What earlier blocks have given is added to.
        if (accumulate !== undefined) code.get(accumulate).get(pc).op('i32.or').set(adding);
        const adds = accumulate !== undefined ? adding : inner > innerBlock ? pc : undefined;
        allTiles(code, places, { left, right: asItLies ? panels : right, rightStep: asItLies ? ofB[0] : undefined, to, inner: kc, rows: mc, columns: nc, restRows: rows % tileRows, restColumns: columns % panelColumns, rowBytes: columns * 4, adds });
      });
    });
  });
}

/** A local that holds where the scratch memory of this thread begins. */
export function scratchFor(code: Code, { scratch, thread }: Places): number {
  const local = code.local('i32');
  code.i32(scratch);
  if (thread !== undefined) code.get(thread.index).i32(thread.scratchBytes).op('i32.mul').op('i32.add');
  code.set(local);
  return local;
}

/** The share of one of several threads: whole tiles, so that every element is made as it is alone. */
export function shareOf(code: Code, { rows, columns }: Sizes, thread: Places['thread']): Part | undefined {
  if (thread === undefined) return undefined;
  const { index, count } = thread;
  const of = rows >= columns ? 'rows' : 'columns';
  const [size, multiple] = of === 'rows' ? [rows, tileRows] : [columns, panelColumns];
  const tiles = Math.ceil(size / multiple);
  const [from, to] = [code.local('i32'), code.local('i32')];
  for (const [local, behind] of [[from, 0], [to, 1]] as const) {
    code.get(index).i32(behind).op('i32.add').i32(tiles).op('i32.mul').get(count).op('i32.div_u').i32(multiple).op('i32.mul').set(local);
  }
  code.get(to).i32(size).get(to).i32(size).op('i32.lt_u').op('select').set(to);
  return { of, from, to };
}

interface Block {
  /** Locals: where the packed operands are. */
  readonly left: number;
  readonly right: number;
  /** Bytes from k to k of a panel that is not packed: then panels lie beside each other. */
  readonly rightStep: number | undefined;
  /** Local: where the block's results begin. */
  readonly to: number;
  /** Locals: the sizes of the block. */
  readonly inner: number;
  readonly rows: number;
  readonly columns: number;
  /** Rows and columns that fill no whole tile; they are in the last block. */
  readonly restRows: number;
  readonly restColumns: number;
  readonly rowBytes: number;
  readonly adds: number | undefined;
}

function allTiles(code: Code, { kernel, relaxed }: Places, { left, right, rightStep, to, inner, rows, columns, restRows, restColumns, rowBytes, adds }: Block): void {
  const local = (): number => code.local('i32');
  const [panel, tile, panelTo, tileTo, j, i, wholeColumns, wholeRows] = [local(), local(), local(), local(), local(), local(), local(), local()];
  code.get(columns).i32(panelColumns).op('i32.div_u').set(wholeColumns).get(rows).i32(tileRows).op('i32.div_u').set(wholeRows);
  const panelOf = (width: number): void => {
    code.get(left).set(tile).get(panelTo).set(tileTo).i32(0).set(i);
    const one = (height: number): void => {
      code.get(tile).get(panel).get(tileTo).get(inner).i32(rowBytes);
      if (adds === undefined) code.i32(0);
      else code.get(adds);
      code.i32(rightStep ?? panelColumns * 4).call(kernel(tileKernel(height, width, relaxed)));
    };
    code.countUp(i, () => code.get(wholeRows), 1, () => {
      one(tileRows);
      code.get(tile).get(inner).i32(tileRows * 4).op('i32.mul').op('i32.add').set(tile);
      code.get(tileTo).i32(tileRows * rowBytes).op('i32.add').set(tileTo);
    });
    if (restRows > 0) code.when(() => code.get(wholeRows).i32(tileRows).op('i32.mul').get(rows).op('i32.lt_u'), () => one(restRows));
  };
  code.get(right).set(panel).get(to).set(panelTo).i32(0).set(j);
  code.countUp(j, () => code.get(wholeColumns), 1, () => {
    panelOf(panelColumns);
    if (rightStep === undefined) code.get(panel).get(inner).i32(panelColumns * 4).op('i32.mul').op('i32.add').set(panel);
    else move(code, panel, panelColumns * 4);
    code.get(panelTo).i32(panelColumns * 4).op('i32.add').set(panelTo);
  });
  if (restColumns > 0) code.when(() => code.get(wholeColumns).i32(panelColumns).op('i32.mul').get(columns).op('i32.lt_u'), () => panelOf(restColumns));
}

export function move(code: Code, pointer: number, bytes: number): void {
  if (bytes !== 0) code.get(pointer).i32(bytes).op('i32.add').set(pointer);
}
