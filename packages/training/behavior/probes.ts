import { batches } from '@pastina/training';
import { digits, rawDigits } from '@pastina/training/datasets';
import type { Probe } from '../../../tools/behavior/probe.ts';

const y = Int32Array.from({ length: 12 }, (_, i) => i);
const orderOf = (options: { shuffle: boolean; seed?: number; epoch?: number }): Int32Array => Int32Array.from([...batches({ y }, { batchSize: 5, ...options })].flatMap((batch) => [...batch.y]));
/** A sum that depends on every byte's place. */
const checksum = (bytes: Uint8Array): number => bytes.reduce((hash, byte) => (Math.imul(hash, 31) + byte) | 0, 7);

export const probes: readonly Probe[] = [
  { name: 'batches in order', code: 'batches({ y }, { batchSize: 5 })', values: () => ({ order: orderOf({ shuffle: false }) }) },
  { name: 'batches shuffled', code: 'batches({ y }, { batchSize: 5, shuffle: true, seed: 1 })', values: () => ({ epoch0: orderOf({ shuffle: true, seed: 1 }), epoch1: orderOf({ shuffle: true, seed: 1, epoch: 1 }) }) },
  { name: 'the published digits', code: 'rawDigits()', values: () => ({ count: rawDigits().labels.length, pixels: checksum(rawDigits().pixels), labels: checksum(rawDigits().labels), first: rawDigits().pixels.slice(0, 64) }) },
  { name: 'the split of the digits', code: 'digits()', values: () => ({ trainCount: digits().train.labels.length, testLabels: digits().test.labels.slice(0, 20), trainLabels: digits().train.labels.slice(0, 20), image: digits().train.images.data.slice(0, 16) }) },
];
