import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Constant, GlorotNormal, GlorotUniform, HeNormal, HeUniform, Normal, Uniform } from './init.js';
import { setRandomSeed } from './random.js';

const meanOf = (x: Float64Array): number => x.reduce((a, b) => a + b, 0) / x.length;
const stdOf = (x: Float64Array): number => {
  const mean = meanOf(x);
  return Math.sqrt(meanOf(x.map((v) => (v - mean) * (v - mean))));
};

afterEach(() => setRandomSeed(0));

describe('initialisers', () => {
  // Deviations by Lasagne's formulas; its own draws of these shapes are within 2 % of them.
  it.each([
    ['Normal', new Normal({ seed: 1 }), [200, 100], 0.01],
    ['Normal(0.5)', new Normal({ std: 0.5, seed: 1 }), [200, 100], 0.5],
    ['Uniform', new Uniform({ seed: 1 }), [200, 100], 0.01 / Math.sqrt(3)],
    ['Uniform(std=0.3)', new Uniform({ std: 0.3, seed: 1 }), [200, 100], 0.3],
    ['GlorotUniform', new GlorotUniform({ seed: 1 }), [200, 100], Math.sqrt(2 / 300)],
    ['GlorotUniform 4-D', new GlorotUniform({ seed: 1 }), [32, 16, 3, 3], Math.sqrt(2 / (48 * 9))],
    ['GlorotNormal relu', new GlorotNormal({ gain: 'relu', seed: 1 }), [200, 100], Math.SQRT2 * Math.sqrt(2 / 300)],
    ['HeUniform', new HeUniform({ seed: 1 }), [200, 100], Math.sqrt(1 / 200)],
    ['HeNormal 4-D', new HeNormal({ seed: 1 }), [32, 16, 3, 3], Math.sqrt(1 / 144)],
    ['HeNormal relu', new HeNormal({ gain: 'relu', seed: 1 }), [200, 100], Math.sqrt(2 / 200)],
  ] as const)('%s has the deviation of the formula', (_, initializer, shape, std) => {
    const { data, shape: given } = initializer.sample(shape);
    expect(given).toEqual(shape);
    expect(stdOf(data) / std).toBeCloseTo(1, 1);
    expect(Math.abs(meanOf(data)) / std).toBeLessThan(0.03);
  });

  it('Uniform stays inside its range, and a pair is taken as it is', () => {
    fc.assert(fc.property(fc.double({ min: -10, max: 10, noNaN: true }), fc.double({ min: 0, max: 10, noNaN: true }), fc.nat(1e6), (low, width, seed) => {
      const { data } = new Uniform({ range: [low, low + width], seed }).sample([50]);
      return data.every((x) => x >= low && x <= low + width);
    }));
  });

  it('with a seed gives the same numbers, and goes on in its own stream', () => {
    const [a, b] = [new Normal({ seed: 3 }), new Normal({ seed: 3 })];
    expect(a.sample([4]).data).toEqual(b.sample([4]).data);
    expect(a.sample([4]).data).not.toEqual(new Normal({ seed: 3 }).sample([4]).data);
  });

  it('without one draws from the stream that setRandomSeed restarts, which starts at 0', () => {
    setRandomSeed(0);
    const first = [new Uniform().sample([3]).data, new Uniform().sample([3]).data];
    setRandomSeed(0);
    expect([new Uniform().sample([3]).data, new Uniform().sample([3]).data]).toEqual(first);
    expect(first[0]).not.toEqual(first[1]);
    setRandomSeed(1);
    expect(new Uniform().sample([3]).data).not.toEqual(first[0]);
  });

  it('refuse what has no meaning, by name', () => {
    expect(new Constant(3).sample([2]).data).toEqual(new Float64Array([3, 3]));
    expect(() => new GlorotUniform().sample([3])).toThrow(/GlorotUniform: shape \[3\] has 1 axes; this initialiser needs at least 2/);
    expect(() => new Normal({ std: NaN })).toThrow(/Normal: std is NaN/);
    expect(() => new Normal({ sdt: 1 } as never)).toThrow(/did you mean 'std'/);
    expect(() => new Uniform({ range: 1, std: 1 })).toThrow(/both range and std/);
    expect(() => new Uniform({ range: [1, 0] })).toThrow(/empty/);
    expect(() => new Uniform({ mean: 1 })).toThrow(/mean without std/);
    expect(() => new HeNormal({ gain: 'tanh' as never })).toThrow(/gain 'tanh'; expected a number or 'relu'/);
    expect(() => new Constant().sample([2, 0])).toThrow(/Constant: shape \[2, 0\]/);
  });
});
