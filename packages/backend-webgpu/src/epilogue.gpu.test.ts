import * as core from '@pastina/core';
import { type Backend, cast, compile, conv, type Expression, grad, input, matmul, mul, parameter, relu, sub, sum, transpose } from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { adapterOf } from '../../../tools/webgpu/adapter.ts';
import { between, bothOf, extremes, softwareBackend } from './testing.js';
import { webgpuBackend } from './webgpuBackend.js';

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
const numbers = (shape: readonly number[], from = 0): Float32Array => Float32Array.from({ length: product(shape) }, (_, i) => Math.sin(12.3 * i + from));

type Shapes = Readonly<Record<string, readonly number[]>>;
interface Made {
  readonly outputs: Record<string, Expression>;
  readonly updates?: Map<core.Parameter, Expression>;
}

/** The shaders' titles, and all results with the parameters after two runs: as they are, and where nothing is fused. */
async function run(shapes: Shapes, own: Shapes, make: (inputs: Record<string, Expression>, own: Record<string, core.Parameter>) => Made, options: { readonly check?: 'finite'; readonly backend?: Backend; readonly code?: boolean } = {}): Promise<{ readonly titles: readonly string[]; readonly values: readonly core.TypedArray[] }> {
  const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, input(name, [...shape], 'float32')]));
  const parameters = Object.fromEntries(Object.entries(own).map(([name, shape], i) => [name, parameter({ data: numbers(shape, i), shape: [...shape] }, { name })]));
  const f = compile({ inputs, ...make(inputs, parameters), backend: options.backend ?? await softwareBackend(), ...(options.check === undefined ? {} : { check: options.check }) });
  const values: core.TypedArray[] = [];
  for (const turn of [0, 1]) {
    const found = f(Object.fromEntries(Object.entries(shapes).map(([name, shape], i) => [name, { data: numbers(shape, 7 * i + turn), shape: [...shape] }])));
    for (const name of Object.keys(found)) values.push(await (found[name] as core.Tensor).data());
  }
  for (const value of Object.values(parameters)) values.push((await value.value()).dataSync());
  const titles = options.backend === undefined || options.code === true ? (f.print({ wgsl: true }) as string).split('\n').filter((line) => line.startsWith('// ')) : [];
  return { titles, values };
}

/** Fused it has these titles, the bits of the same program with nothing fused, and the same bits in a second run. */
async function fusedAs(titles: readonly string[], ...args: [Shapes, Shapes, Parameters<typeof run>[2]]): Promise<void> {
  const fused = await run(...args);
  expect(fused.titles).toEqual(titles);
  expect((await run(...args, { check: 'finite' })).values).toEqual(fused.values);
  expect((await run(...args)).values).toEqual(fused.values);
  const reference = await run(...args, { backend: core.referenceBackend() });
  reference.values.forEach((values, k) => values.forEach((value: number, i: number) => expect(fused.values[k]?.[i]).toBeCloseTo(value, 4)));
}

describe('a product and the loop behind it', () => {
  test.each([[1, 1, 1], [17, 33, 15], [64, 5, 70], [200, 18, 330], [700, 3, 650]] as const)('bias and activation of [%i, %i] · […, %i]', async (rows, inner, columns) => {
    await fusedAs([`// matmul: [${rows}, ${inner}] · [${inner}, ${columns}], then add relu`], { x: [rows, inner] }, { w: [inner, columns], b: [columns] }, ({ x }, { w, b }) => ({ outputs: { y: relu(core.add(matmul(x as Expression, w as Expression), b as Expression)) } }));
  });

  test('an update goes straight into its parameter', async () => {
    await fusedAs(['// matmul: [3, 5] · [5, 4], then mul sub'], { x: [5, 3], g: [5, 4] }, { w: [3, 4] }, ({ x, g }, { w }) => ({ outputs: {}, updates: new Map([[w as core.Parameter, sub(w as Expression, mul(matmul(transpose(x as Expression), g as Expression), 0.1))]]) }));
  });

  test('a parameter that the product itself reads is not written while it is read', async () => {
    await fusedAs(['// matmul: [40, 40] · [40, 40]', '// mul sub: [40, 40]'], { x: [40, 40] }, { w: [40, 40] }, ({ x }, { w }) => ({ outputs: {}, updates: new Map([[w as core.Parameter, sub(w as Expression, mul(matmul(x as Expression, w as Expression), 0.1))]]) }));
  });

  test('a product does not move behind the update of a parameter that it reads', async () => {
    await fusedAs(['// matmul: [40, 40] · [40, 40]', '// mul sub sum: [40, 40], folded over the last 2', '// add tanh: [40, 40]'], { x: [40, 40] }, { w: [40, 40] }, ({ x }, { w }) => {
      const next = sub(w as Expression, mul(w as Expression, 0.1));
      return { outputs: { y: core.tanh(core.add(matmul(x as Expression, w as Expression), sum(next))) }, updates: new Map([[w as core.Parameter, next]]) };
    });
  });

  test('rounded to half precision before the loop, and stored besides', async () => {
    await fusedAs(['// cast: [20, 30]', '// cast: [30, 20]', '// matmul: [20, 30] · [30, 20], then mul sub'], { x: [20, 30], y: [30, 20] }, {}, ({ x, y }) => {
      const z = matmul(cast(x as Expression, 'float16'), cast(y as Expression, 'float16'));
      return { outputs: { z, w: sub(mul(z, 3), z) } };
    });
  });

  test('a product that is a new value itself', async () => {
    await fusedAs(['// matmul: [40, 40] · [40, 40], then exp', '// store w: [40, 40]'], { x: [40, 40] }, { w: [40, 40] }, ({ x }, { w }) => {
      const y = mul(matmul(x as Expression, w as Expression), 1);
      return { outputs: { e: core.exp(y) }, updates: new Map([[w as core.Parameter, y]]) };
    });
  });

  test('the mask of a gradient, and a product that others read too', async () => {
    await fusedAs(['// matmul: [6, 5] · [5, 4], then mul add'], { x: [6, 5], m: [6, 4] }, { w: [5, 4] }, ({ x, m }, { w }) => {
      const y = matmul(x as Expression, w as Expression);
      return { outputs: { y, masked: core.add(mul(y, m as Expression), y) } };
    });
    await fusedAs(['// matmul: [6, 5] · [5, 4], then exp', '// matmul: [6, 4] · [4, 6]'], { x: [6, 5] }, { w: [5, 4] }, ({ x }, { w }) => {
      const y = matmul(x as Expression, w as Expression);
      return { outputs: { e: core.exp(y), square: matmul(y, transpose(y)) } };
    });
  });

  test('two products in one loop: one of them is taken', async () => {
    await fusedAs(['// matmul: [6, 3] · [3, 4]', '// matmul: [6, 5] · [5, 4], then add tanh'], { x: [6, 5], h: [6, 3] }, { w: [5, 4], u: [3, 4] }, ({ x, h }, { w, u }) => ({ outputs: { y: core.tanh(core.add(matmul(x as Expression, w as Expression), matmul(h as Expression, u as Expression))) } }));
  });

  test('a fold, or another order, is a loop of its own', async () => {
    const made = await run({ x: [6, 5] }, { w: [5, 4] }, ({ x }, { w }) => ({ outputs: { t: core.exp(transpose(matmul(x as Expression, w as Expression))), s: sum(matmul(x as Expression, w as Expression), { axis: 1 }) } }));
    expect(made.titles.filter((title) => title.includes('then'))).toEqual([]);
  });

  test('a product and its loop that would touch more parameters than a shader may stay two', async () => {
    const many = Array.from({ length: 9 }, (_, i) => `b${i}`);
    const device = await (await adapterOf('vulkan')).requestDevice({ requiredLimits: { maxStorageBuffersPerShaderStage: 8 } });
    const [made, wide] = await Promise.all([webgpuBackend({ device }), softwareBackend()].map(async (backend) => run({ x: [3, 5] }, { w: [5, 4], ...Object.fromEntries(many.map((name) => [name, [4]])) }, ({ x }, { w, ...biases }) => ({ outputs: { y: Object.values(biases).reduce((y: Expression, b) => core.add(y, b), matmul(x as Expression, w as Expression)) } }), { backend: await backend, code: true })));
    expect(made?.titles.filter((title) => title.startsWith('// matmul'))).toEqual(['// matmul: [3, 5] · [5, 4]']);
    expect(wide?.titles).toEqual([expect.stringContaining(', then ')]);
    expect(made?.values).toEqual(wide?.values);
  });

  test('batches, a reshaped result', async () => {
    await fusedAs(['// matmul: 6 × [4, 5] · [5, 3], then exp'], { x: [2, 3, 4, 5], y: [2, 3, 5, 3] }, {}, ({ x, y }) => ({ outputs: { z: core.exp(core.reshape(matmul(x as Expression, y as Expression), [24, 3])) } }));
  });

  test('convolutions and their gradients', async () => {
    await fusedAs(['// conv: [2, 4, 7, 6] by [6, 2, 3, 3], then add relu'], { x: [2, 4, 7, 6] }, { w: [6, 2, 3, 3], b: [6] }, ({ x }, { w, b }) => ({ outputs: { y: relu(core.add(conv(x as Expression, w as Expression, { groups: 2, padding: 1, stride: 2 }), core.reshape(b as Expression, [1, 6, 1, 1]))) } }));
    const made = await run({ x: [2, 3, 7] }, { w: [5, 3, 3], v: [2, 5, 3] }, ({ x }, { w, v }) => {
      const loss = sum(core.square(conv(relu(conv(x as Expression, w as Expression)), v as Expression)));
      return { outputs: {}, updates: new Map([w, v].map((p) => [p as core.Parameter, sub(p as Expression, mul(grad(loss, p as Expression), 0.01))])) };
    });
    for (const op of ['conv', 'convInputGradient', 'convFilterGradient']) expect(made.titles.some((title) => title.startsWith(`// ${op}:`) && title.includes(', then '))).toBe(true);
  });

  test('in a scan', async () => {
    await fusedAs(['// scan of 4: what it starts with', '// 4 times:', '// scan of 4: slices of one iteration', '// matmul: [2, 3] · [3, 3], then add tanh', '// scan of 4: results of one iteration', '// scan of 4: the last carries'], { x: [4, 2, 3] }, { w: [3, 3] }, ({ x }, { w }) => ({ outputs: { y: core.scan((h, xt) => ({ carry: core.tanh(core.add(matmul(h, w as Expression), xt)), outputs: [] as never }), { carry: core.zeros([2, 3]), sequences: x as Expression }).carry as Expression } }));
  });

  test('NaN, infinities, halves, nothing', async () => {
    const data = extremes.slice(0, 30);
    const { device, reference } = await bothOf((x, y) => core.add(matmul(x, y), 1), [{ data, shape: [30, 1] }, { data: [1, 2], shape: [1, 2] }]);
    expect(device).toEqual(reference);
    const halves = await bothOf((x, y) => mul(matmul(cast(x, 'float16'), cast(y, 'float16')), 3), [{ data: between(-2, 2, 30), shape: [30, 1] }, { data: [1.3, 2.7], shape: [1, 2] }]);
    expect(halves.device).toEqual(halves.reference);
    expect((await bothOf((x, y) => relu(core.add(matmul(x, y), 1)), [{ data: [], shape: [2, 0] }, { data: [], shape: [0, 2] }])).device).toEqual(Float32Array.of(1, 1, 1, 1));
    expect((await bothOf((x, y) => relu(matmul(x, y)), [{ data: [], shape: [0, 2] }, { data: [1, 2], shape: [2, 1] }])).device).toHaveLength(0);
  });
});
