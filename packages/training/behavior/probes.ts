import { input, evaluate } from '@pastina/core';
import { batches, fitNormalization } from '@pastina/training';
import { writeNpz, writeSafetensors } from '@pastina/training/checkpoints';
import { digits, rawDigits } from '@pastina/training/datasets';
import type { Probe } from '../../../tools/behavior/probe.ts';

const y = Int32Array.from({ length: 12 }, (_, i) => i);
const orderOf = (options: { shuffle: boolean; seed?: number; epoch?: number }): Int32Array => Int32Array.from([...batches({ y }, { batchSize: 5, ...options })].flatMap((batch) => [...batch.y]));
/** A sum that depends on every byte's place. */
const checksum = (bytes: Uint8Array): number => bytes.reduce((hash, byte) => (Math.imul(hash, 31) + byte) | 0, 7);

/** The order in which a stream of numbers comes out of the buffer. */
const streamOrder = async (options: { epoch?: number }): Promise<Int32Array> => {
  const order: number[] = [];
  for await (const { k } of batches(Array.from({ length: 40 }, (_, k) => ({ k })).values(), { batchSize: 40, shuffle: true, shuffleBuffer: 8, seed: 1, ...options })) order.push(...k);
  return Int32Array.from(order);
};
const [epoch0, epoch1] = await Promise.all([streamOrder({}), streamOrder({ epoch: 1 })]);
const features = [[1, 5, 0.1], [2, 5, 0.7], [4, 5, -0.3]];

export const probes: readonly Probe[] = [
  { name: 'batches in order', code: 'batches({ y }, { batchSize: 5 })', values: () => ({ order: orderOf({ shuffle: false }) }) },
  { name: 'batches shuffled', code: 'batches({ y }, { batchSize: 5, shuffle: true, seed: 1 })', values: () => ({ epoch0: orderOf({ shuffle: true, seed: 1 }), epoch1: orderOf({ shuffle: true, seed: 1, epoch: 1 }) }) },
  { name: 'the published digits', code: 'rawDigits()', values: () => ({ count: rawDigits().labels.length, pixels: checksum(rawDigits().pixels), labels: checksum(rawDigits().labels), first: rawDigits().pixels.slice(0, 64) }) },
  { name: 'the split of the digits', code: 'digits()', values: () => ({ trainCount: digits().train.labels.length, testLabels: digits().test.labels.slice(0, 20), trainLabels: digits().train.labels.slice(0, 20), image: digits().train.images.data.slice(0, 16) }) },
  { name: 'a stream shuffled', code: 'batches(stream, { batchSize: 40, shuffle: true, shuffleBuffer: 8, seed: 1 })', values: () => ({ epoch0, epoch1 }) },
  { name: 'normalization', code: 'fitNormalization(x).normalize(x)', values: () => ({ mean: fitNormalization(features).mean.valueSync().dataSync(), std: fitNormalization(features).std.valueSync().dataSync(), normal: evaluate(fitNormalization(features).normalize(input('x', ['batch', 3])), { x: features }).dataSync() }) },
  { name: 'bytes of files', code: 'writeSafetensors({ a: [1, 2] }), writeNpz({ a: [1, 2] })', values: () => ({ safetensors: writeSafetensors({ a: [1, 2] }), npz: checksum(writeNpz({ a: [1, 2] })) }) },
];
