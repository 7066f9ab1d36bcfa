// The data and weights of the comparison, from an integer hash: the same numbers in every language.

/** One network and the images it sees; all float32. */
export interface SeedProblem {
  readonly images: { readonly data: Float32Array; readonly shape: readonly [64, 784] };
  /** Class of each image: i mod 10. */
  readonly labels: Int32Array;
  /** The same as one-hot rows. */
  readonly oneHot: { readonly data: Float32Array; readonly shape: readonly [64, 10] };
  readonly W1: { readonly data: Float32Array; readonly shape: readonly [784, 1024] };
  readonly W2: { readonly data: Float32Array; readonly shape: readonly [1024, 10] };
}

/** `count` numbers k / 2²⁴, k from 0 to 2²⁴ - 1: exact in float32. */
export function hashed(count: number, seed: number): Float32Array {
  const offset = Math.imul(seed, 0x9e3779b9) + 1;
  return Float32Array.from({ length: count }, (_, i) => {
    let h = Math.imul(i + offset, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
    return (h >>> 8) / 16777216;
  });
}

/**
 * 64 images of 784 pixels, about one in eight lit at random, and for each class a stripe of its own that is always lit;
 * weights uniform with Glorot's range √(6 / (inputs + outputs)).
 *
 * @param scale - the brightest pixel: 1, or 255 for pixels that were never normalised
 */
export function seedProblem(scale: number): SeedProblem {
  const [ink, lit] = [hashed(64 * 784, 1), hashed(64 * 784, 2)];
  const images = ink.map((value, i) => {
    const [item, pixel] = [Math.floor(i / 784), i % 784];
    const inStripe = Math.floor(pixel / 78) === item % 10 && pixel % 78 < 56;
    return inStripe || (lit[i] as number) < 0.12 ? value : 0;
  });
  const labels = Int32Array.from({ length: 64 }, (_, item) => item % 10);
  const oneHot = new Float32Array(640);
  labels.forEach((label, item) => oneHot.fill(1, item * 10 + label, item * 10 + label + 1));
  return {
    images: { data: images.map((value) => value * scale), shape: [64, 784] },
    labels,
    oneHot: { data: oneHot, shape: [64, 10] },
    W1: { data: uniform(784, 1024, 3), shape: [784, 1024] },
    W2: { data: uniform(1024, 10, 4), shape: [1024, 10] },
  };
}

function uniform(inputs: number, outputs: number, seed: number): Float32Array {
  const range = Math.fround(Math.sqrt(6 / (inputs + outputs)));
  return hashed(inputs * outputs, seed).map((u) => (2 * u - 1) * range);
}
