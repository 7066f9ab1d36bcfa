import { describe, expect, it } from 'vitest';
import { getAllParamValues } from '@pastina/layers';
import { trainDigits } from './classifier.ts';

describe('the digit classifier', () => {
  it('is right on at least 97 % of the images held out', async () => {
    const { heldAccuracy, trained, held, parameters } = await trainDigits({ seed: 1, epochs: 20, progress: { mode: 'silent' } });
    expect([trained, held, parameters]).toEqual([1438, 359, 9610]);
    expect(heldAccuracy).toBeGreaterThanOrEqual(0.97);
  }, 60000);

  it('gives the same bits for the same seed', async () => {
    const run = async (): Promise<unknown> => getAllParamValues((await trainDigits({ seed: 2, epochs: 1, progress: { mode: 'silent' } })).net).map((value) => value.dataSync());
    expect(await run()).toEqual(await run());
  }, 60000);
});
