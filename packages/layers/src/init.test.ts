import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Constant, Glorot, GlorotNormal, GlorotUniform, He, HeNormal, HeUniform, Initializer, Normal, Orthogonal, Sparse, Uniform } from './init.js';
import { setRandomSeed } from './random.js';
import { readReference } from './testing.js';

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
    ['Glorot(Normal)', new Glorot(Normal, { seed: 1 }), [200, 100], Math.sqrt(2 / 300)],
    ['He(Uniform) 4-D relu', new He(Uniform, { gain: 'relu', seed: 1 }), [32, 16, 3, 3], Math.sqrt(2 / 144)],
    ['Orthogonal, tall', new Orthogonal({ seed: 1 }), [200, 100], Math.sqrt(1 / 200)],
    ['Orthogonal, wide, relu', new Orthogonal({ gain: 'relu', seed: 1 }), [100, 200], Math.sqrt(2 / 200)],
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

  it.each([[[50, 20]], [[20, 50]], [[64, 64]], [[8, 3, 3, 3]], [[1, 1]]])('Orthogonal %j has orthonormal rows or columns, times its gain', (shape) => {
    const rows = shape[0] as number, columns = shape.slice(1).reduce((a, b) => a * b, 1);
    const { data } = new Orthogonal({ gain: 3, seed: 2 }).sample(shape);
    const [count, length, at] = rows <= columns ? [rows, columns, (i: number, k: number) => i * columns + k] : [columns, rows, (i: number, k: number) => k * columns + i];
    for (let i = 0; i < count; i += 1) {
      for (let j = 0; j < count; j += 1) {
        let product = 0;
        for (let k = 0; k < length; k += 1) product += (data[at(i, k)] as number) * (data[at(j, k)] as number);
        expect(Math.abs(product - (i === j ? 9 : 0))).toBeLessThan(1e-11);
      }
    }
  });

  it('Orthogonal has no favourite direction', () => {
    // Of a random rotation of the plane the first element is a cosine: mean 0, mean square 1/2.
    const first = Float64Array.from({ length: 2000 }, (_, seed) => new Orthogonal({ seed }).sample([2, 2]).data[0] as number);
    expect(Math.abs(meanOf(first))).toBeLessThan(0.05);
    expect(meanOf(first.map((x) => x * x))).toBeCloseTo(0.5, 1);
  });

  it.each([[30, 4, 0.1, 3], [10, 3, 1, 10], [5, 2, 0, 0], [9, 3, 0.1, 0]])('Sparse of %d x %d with sparsity %d fills %d places of each column', (inputs, units, sparsity, size) => {
    const { data } = new Sparse({ sparsity, std: 2, seed: 3 }).sample([inputs, units]);
    for (let unit = 0; unit < units; unit += 1) expect(data.filter((x, i) => i % units === unit && x !== 0)).toHaveLength(size);
  });

  it('Sparse chooses each input equally often, and fills in numbers of its deviation', () => {
    const { data } = new Sparse({ std: 0.5, seed: 4 }).sample([100, 1000]);
    expect(stdOf(data.filter((x) => x !== 0)) / 0.5).toBeCloseTo(1, 1);
    const perInput = Array.from({ length: 100 }, (_, i) => data.subarray(i * 1000, (i + 1) * 1000).filter((x) => x !== 0).length);
    expect(Math.min(...perInput)).toBeGreaterThan(60);
    expect(Math.max(...perInput)).toBeLessThan(140);
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
    expect(() => new Orthogonal().sample([3])).toThrow(/Orthogonal: shape \[3\] has 1 axes; this initialiser needs at least 2/);
    expect(() => new Orthogonal({ gain: Infinity })).toThrow(/Orthogonal: gain is Infinity; expected a finite number/);
    expect(() => new Glorot(Normal).sample([3])).toThrow(/Glorot: shape \[3\] has 1 axes/);
    expect(() => new He(new Normal() as never)).toThrow(/He: the first argument is object; expected an initialiser class that takes { std }, such as Normal/);
    expect(() => new Sparse().sample([2, 3, 4])).toThrow(/Sparse: shape \[2, 3, 4\] has 3 axes; this initialiser is for matrices, inputs × units/);
    expect(() => new Sparse({ sparsity: 10 })).toThrow(/Sparse: sparsity is 10; expected the part of the inputs that each unit sees, from 0 to 1/);
    expect(() => new Constant().sample([2, 0])).toThrow(/Constant: shape \[2, 0\]/);
  });
});

interface InitCase {
  readonly name: string;
  readonly shape: readonly number[];
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  readonly zeros: number;
}

describe("initialisers against Lasagne's draws", () => {
  const made: Readonly<Record<string, () => Initializer>> = {
    'Normal()': () => new Normal({ seed: 1 }), 'Normal(0.5,mean=2)': () => new Normal({ std: 0.5, mean: 2, seed: 1 }),
    'Uniform()': () => new Uniform({ seed: 1 }), 'Uniform((-1,3))': () => new Uniform({ range: [-1, 3], seed: 1 }), 'Uniform(std=0.5,mean=1)': () => new Uniform({ std: 0.5, mean: 1, seed: 1 }),
    'GlorotNormal()': () => new GlorotNormal({ seed: 1 }), 'GlorotNormal("relu")': () => new GlorotNormal({ gain: 'relu', seed: 1 }), 'GlorotUniform(2)': () => new GlorotUniform({ gain: 2, seed: 1 }),
    'HeNormal()': () => new HeNormal({ seed: 1 }), 'HeUniform()': () => new HeUniform({ seed: 1 }), 'Constant(3)': () => new Constant(3),
    'Sparse(0.1)': () => new Sparse({ seed: 1 }), 'Orthogonal()': () => new Orthogonal({ seed: 1 }), 'Orthogonal("relu")': () => new Orthogonal({ gain: 'relu', seed: 1 }),
  };

  it.each(readReference<{ cases: InitCase[] }>('init.float64').cases)('$name', ({ name, shape, mean, std, min, max, zeros }) => {
    const initializer = made[name.slice(0, name.indexOf(' ('))] as () => Initializer;
    const { data } = initializer().sample(shape);
    expect(data.filter((x) => x === 0)).toHaveLength(zeros);
    expect(Math.abs(stdOf(data) - std)).toBeLessThanOrEqual(0.03 * std);
    // Both means scatter by std / √n.
    expect(Math.abs(meanOf(data) - mean)).toBeLessThanOrEqual((6 * std) / Math.sqrt(data.length));
    // Tails: a bounded distribution ends where the other does, a normal one within a deviation.
    const drawn = std / Math.sqrt(1 - zeros / data.length);
    expect(Math.abs(Math.min(...data) - min)).toBeLessThanOrEqual(1.2 * drawn);
    expect(Math.abs(Math.max(...data) - max)).toBeLessThanOrEqual(1.2 * drawn);
  });
});
