/**
 * Threefry-2x32, 20 rounds: two 32-bit words of key and two of counter give two random words. Salmon,
 * Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011; the same function as in JAX.
 */
export function threefry2x32(key0: number, key1: number, counter0: number, counter1: number): readonly [number, number] {
  const keys = [key0 | 0, key1 | 0, key0 ^ key1 ^ 0x1bd11bda];
  let x = (counter0 + (keys[0] as number)) | 0;
  let y = (counter1 + (keys[1] as number)) | 0;
  for (let group = 0; group < 5; group += 1) {
    for (const turn of rotations[group % 2] as readonly number[]) {
      x = (x + y) | 0;
      y = ((y << turn) | (y >>> (32 - turn))) ^ x;
    }
    x = (x + (keys[(group + 1) % 3] as number)) | 0;
    y = (y + (keys[(group + 2) % 3] as number) + group + 1) | 0;
  }
  return [x >>> 0, y >>> 0];
}

const rotations = [[13, 15, 26, 6], [17, 29, 16, 24]] as const;
