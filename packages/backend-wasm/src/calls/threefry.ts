import { type Lanes, type Singles } from '../loop/lanes.js';

const rotations = [[13, 15, 26, 6], [17, 29, 16, 24]] as const;

/**
 * Threefry-2x32, 20 rounds, on four counters: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011.
 */
export function threefry(v: Singles, [key0, key1]: readonly [Lanes, Lanes], counter0: Lanes, counter1: Lanes): readonly [Lanes, Lanes] {
  const keys = [key0, key1, v.xor(v.xor(key0, key1), v.bits(0x1bd11bda))];
  let x = v.of('i32x4.add', counter0, key0);
  let y = v.of('i32x4.add', counter1, key1);
  for (let group = 0; group < 5; group += 1) {
    for (const turn of rotations[group % 2] as readonly number[]) {
      x = v.of('i32x4.add', x, y);
      y = v.xor(v.or(v.shift(y, turn, 'shl'), v.shift(y, 32 - turn, 'shr_u')), x);
    }
    x = v.of('i32x4.add', x, keys[(group + 1) % 3] as Lanes);
    y = v.of('i32x4.add', v.of('i32x4.add', y, keys[(group + 2) % 3] as Lanes), v.bits(group + 1));
  }
  return [x, y];
}
