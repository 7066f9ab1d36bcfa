import { type Code } from '../emit/code.js';

/** Rows of a tile and columns of a panel: ten accumulators, two vectors of b and one element of a fill sixteen registers. */
export const tileRows = 5;
export const panelColumns = 8;

interface Tile {
  /** Locals: a packed tile of a, a packed panel of b, where the results go, and how many k there are. */
  readonly tile: number;
  readonly panel: number;
  readonly to: number;
  readonly inner: number;
  readonly height: number;
  readonly width: number;
  readonly rowBytes: number;
  /** What is there is added to where this local is not 0. */
  readonly adds: number | undefined;
  /** Multiplies and adds in one step, rounded once or twice as the machine likes. */
  readonly relaxed: boolean;
}

/** One tile of results: Σₖ in order of k, kept in registers. */
export function emitTile(code: Code, { tile, panel, to, inner, height, width, rowBytes, adds, relaxed }: Tile): void {
  const sums = Array.from({ length: height }, () => [code.local('v128'), code.local('v128')] as const);
  const [b0, b1, element] = [code.local('v128'), code.local('v128'), code.local('v128')];
  const [left, right, counter] = [code.local('i32'), code.local('i32'), code.local('i32')];
  for (const sum of sums.flat()) code.f32x4(0).set(sum);
  code.get(tile).set(left).get(panel).set(right).i32(0).set(counter);
  code.countUp(counter, () => code.get(inner), 1, () => {
    code.get(right).memory('v128.load').set(b0).get(right).memoryAt('v128.load', 16).set(b1);
    sums.forEach(([low, high], i) => {
      code.get(left).memoryAt('v128.load32_splat', i * 4).set(element);
      for (const [sum, vector] of [[low, b0], [high, b1]] as const) {
        if (relaxed) code.get(element).get(vector).get(sum).simd('f32x4.relaxed_madd').set(sum);
        else code.get(sum).get(element).get(vector).simd('f32x4.mul').simd('f32x4.add').set(sum);
      }
    });
    code.get(left).i32(height * 4).op('i32.add').set(left).get(right).i32(panelColumns * 4).op('i32.add').set(right);
  });
  if (adds !== undefined) code.when(() => code.get(adds), () => sums.forEach(([low, high], i) => addBefore(code, to, i * rowBytes, width, low, high)));
  sums.forEach(([low, high], i) => {
    if (width === panelColumns) {
      code.get(to).get(low).memoryAt('v128.store', i * rowBytes).get(to).get(high).memoryAt('v128.store', i * rowBytes + 16);
      return;
    }
    for (let column = 0; column < width; column += 1) code.get(to).get(column < 4 ? low : high).memoryAt('v128.store32_lane', i * rowBytes + column * 4, column % 4);
  });
}

function addBefore(code: Code, row: number, offset: number, width: number, low: number, high: number): void {
  if (width === panelColumns) {
    code.get(low).get(row).memoryAt('v128.load', offset).simd('f32x4.add').set(low);
    code.get(high).get(row).memoryAt('v128.load', offset + 16).simd('f32x4.add').set(high);
    return;
  }
  const before = code.local('v128');
  for (const [first, sum] of [[0, low], [4, high]] as const) {
    code.f32x4(0).set(before);
    for (let column = first; column < Math.min(first + 4, width); column += 1) code.get(row).get(before).memoryAt('v128.load32_lane', offset + column * 4, column - first).set(before);
    code.get(sum).get(before).simd('f32x4.add').set(sum);
  }
}
