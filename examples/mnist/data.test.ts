import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { mnist } from './data.ts';

it('is MNIST: its images and labels, by their count, sum and hash', () => {
  const { images, labels } = mnist('t10k');
  expect([images.shape, images.data.length, labels.length]).toEqual([[10000, 784], 7840000, 10000]);
  expect([...labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  expect(Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  expect(createHash('sha256').update(images.data).digest('hex')).toBe('6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161');
  expect([...mnist('train').labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
});
