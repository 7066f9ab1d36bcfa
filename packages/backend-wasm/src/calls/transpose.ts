import { type Code } from '../emit/code.js';

/** Lanes of 32 bits, picked from two vectors: 0 to 3 from the first, 4 to 7 from the second. */
const lanes = (...picked: readonly number[]): readonly number[] => picked.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte));

/** Four elements from each of four pointers are written as columns, `byColumn` bytes apart, from `to` bytes behind the target. */
export function emitTranspose(code: Code, pointers: readonly number[], target: number, to: number, byColumn: number): void {
  const local = (): number => code.local('v128');
  const rows = [local(), local(), local(), local()] as const;
  rows.forEach((row, i) => code.get(pointers[i] as number).memory('v128.load').set(row));
  const halves = [local(), local(), local(), local()] as const;
  const shuffle = (a: number, b: number, picked: readonly number[]): Code => code.get(a).get(b).simd('i8x16.shuffle', ...picked);
  shuffle(rows[0], rows[1], lanes(0, 4, 1, 5)).set(halves[0]);
  shuffle(rows[2], rows[3], lanes(0, 4, 1, 5)).set(halves[1]);
  shuffle(rows[0], rows[1], lanes(2, 6, 3, 7)).set(halves[2]);
  shuffle(rows[2], rows[3], lanes(2, 6, 3, 7)).set(halves[3]);
  for (const [i, [a, b]] of ([[halves[0], halves[1]], [halves[2], halves[3]]] as const).entries()) {
    for (const [j, picked] of [lanes(0, 1, 4, 5), lanes(2, 3, 6, 7)].entries()) {
      code.get(target);
      shuffle(a, b, picked).memoryAt('v128.store', to + (2 * i + j) * byColumn);
    }
  }
}
