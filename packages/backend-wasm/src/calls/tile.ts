import { type Code } from '../emit/code.js';
import { type KernelCall } from '../kernels.js';

/** Rows of a tile and columns of a panel: ten accumulators, two vectors of b and one element of a fill sixteen registers. */
export const tileRows = 5;
export const panelColumns = 8;

/** The parameters of the kernel: a packed tile of a, a panel of b, where the results go, how many k there are, how far it
 * is from row to row of the results, whether what is there is added to, and how far it is from k to k of the panel. */
const params = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const;

/** The kernel of one tile of results: Σₖ in order of k, kept in registers. `relaxed` multiplies and adds in one step, rounded once or twice as the machine likes. */
export function tileKernel(height: number, width: number, relaxed: boolean): KernelCall {
  return { name: `tile ${height}x${width}${relaxed ? ' relaxed' : ''}`, params, emit: (code) => emitTile(code, height, width, relaxed) };
}

function emitTile(code: Code, height: number, width: number, relaxed: boolean): void {
  const [left, right, to, inner, rowBytes, adds, rightStep] = [0, 1, 2, 3, 4, 5, 6] as const;
  const sums = Array.from({ length: height }, () => [code.local('v128'), code.local('v128')] as const);
  const [b0, b1, element, counter, row] = [code.local('v128'), code.local('v128'), code.local('v128'), code.local('i32'), code.local('i32')];
  code.countUp(counter, () => code.get(inner), 1, () => {
    code.get(right).memory('v128.load').set(b0).get(right).memoryAt('v128.load', 16).set(b1);
    sums.forEach(([low, high], i) => {
      code.get(left).memoryAt('v128.load32_splat', i * 4).set(element);
      for (const [sum, vector] of [[low, b0], [high, b1]] as const) {
        if (relaxed) code.get(element).get(vector).get(sum).simd('f32x4.relaxed_madd').set(sum);
        else code.get(sum).get(element).get(vector).simd('f32x4.mul').simd('f32x4.add').set(sum);
      }
    });
    code.get(left).i32(height * 4).op('i32.add').set(left).get(right).get(rightStep).op('i32.add').set(right);
  });
  const eachRow = (body: (low: number, high: number) => void): void => {
    code.get(to).set(row);
    sums.forEach(([low, high], i) => {
      body(low, high);
      if (i < height - 1) code.get(row).get(rowBytes).op('i32.add').set(row);
    });
  };
  code.when(() => code.get(adds), () => eachRow((low, high) => addBefore(code, row, width, low, high)));
  eachRow((low, high) => {
    if (width === panelColumns) {
      code.get(row).get(low).memory('v128.store').get(row).get(high).memoryAt('v128.store', 16);
      return;
    }
    for (let column = 0; column < width; column += 1) code.get(row).get(column < 4 ? low : high).memoryAt('v128.store32_lane', column * 4, column % 4);
  });
}

function addBefore(code: Code, row: number, width: number, low: number, high: number): void {
  if (width === panelColumns) {
    code.get(low).get(row).memory('v128.load').simd('f32x4.add').set(low);
    code.get(high).get(row).memoryAt('v128.load', 16).simd('f32x4.add').set(high);
    return;
  }
  const before = code.local('v128');
  for (const [first, sum] of [[0, low], [4, high]] as const) {
    code.f32x4(0).set(before);
    for (let column = first; column < Math.min(first + 4, width); column += 1) code.get(row).get(before).memoryAt('v128.load32_lane', column * 4, column - first).set(before);
    code.get(sum).get(before).simd('f32x4.add').set(sum);
  }
}
