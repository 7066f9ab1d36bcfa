import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RangeEncoder } from '../../tools/rangeEncoder.js';
import { AdaptiveModel } from './adaptiveModel.js';
import { digits, rawDigits } from './digits.js';
import { RangeDecoder } from './rangeDecoder.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('the bundled digits', () => {
  it('are those of digits.csv, byte for byte', () => {
    const { pixels, labels } = rawDigits();
    expect(sha256(pixels)).toBe('8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3');
    expect(sha256(labels)).toBe('8ba4f891220f5e4c9c819638d1602d74b83618f167043c6da52a2a247841ddf0');
    expect([...pixels.subarray(0, 8)]).toEqual([0, 0, 5, 13, 9, 1, 0, 0]);
    const counts = Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  });

  it('are split by the seed, without loss or overlap', () => {
    const { train, test, classNames } = digits({ testFraction: 0.2, seed: 3 });
    expect([train.images.shape, test.images.shape, classNames.length]).toEqual([[1438, 64], [359, 64], 10]);
    expect([train.labels.length, test.labels.length]).toEqual([1438, 359]);
    const ink = (data: Float32Array): number => data.reduce((a, b) => a + b, 0) * 16;
    expect(ink(train.images.data) + ink(test.images.data)).toBe(rawDigits().pixels.reduce((a, b) => a + b, 0));
    expect(digits({ seed: 3 }).test.labels).toEqual(test.labels);
    expect(digits({ seed: 4 }).test.labels).not.toEqual(test.labels);
    expect(digits({ testFraction: 0 }).test.images).toEqual({ data: new Float32Array(0), shape: [0, 64] });
    expect(Math.max(...train.images.data)).toBe(1);
  });

  it('refuses fractions that leave nothing, and unknown options', () => {
    expect(() => digits({ testFraction: 1 })).toThrow(/testFraction is 1; expected a number from 0 to less than 1/);
    expect(() => digits({ testFraction: 0.9999 })).toThrow(/holds out all 1797 images/);
    expect(() => digits({ testfraction: 0.1 } as never)).toThrow(/did you mean 'testFraction'/);
  });
});

describe('the range coder', () => {
  it('gives back what was put in, in any contexts', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(16)), { maxLength: 400 }), (symbols) => {
      const [encoder, there] = [new RangeEncoder(), new AdaptiveModel(4, 17)];
      for (const [context, symbol] of symbols) encoder.encode(there, context, symbol);
      const [decoder, back] = [new RangeDecoder(encoder.finish()), new AdaptiveModel(4, 17)];
      return symbols.every(([context, symbol]) => decoder.decode(back, context) === symbol);
    }));
  });

  it('survives the halving of counts and long runs', () => {
    const symbols = Array.from({ length: 40000 }, (_, i) => (i % 9973 === 0 ? 1 : 0));
    const [encoder, there] = [new RangeEncoder(), new AdaptiveModel(1, 2)];
    for (const symbol of symbols) encoder.encode(there, 0, symbol);
    const bytes = encoder.finish();
    const [decoder, back] = [new RangeDecoder(bytes), new AdaptiveModel(1, 2)];
    expect(symbols.every((symbol) => decoder.decode(back, 0) === symbol)).toBe(true);
    expect(bytes.length).toBeLessThan(200);
  });
});
