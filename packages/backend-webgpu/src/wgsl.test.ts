import * as core from '@pastina/core';
import { cast, compile, type DType, type Expression, grad, input, InputError, parameter, square, sum } from '@pastina/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { adapterOf } from '../../../tools/webgpu/adapter.ts';
import { type WebgpuBackend, webgpuBackend } from './webgpuBackend.js';

// Dawn's null backend checks every shader and pipeline and runs nothing: no driver is needed. The device has the limits
// that every WebGPU has.

let backend: WebgpuBackend;
beforeAll(async () => {
  backend = await webgpuBackend({ device: await (await adapterOf('null')).requestDevice() });
});

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** Compiles and "runs" it; rejects where Dawn has something against a shader. */
async function validated(make: (...xs: Expression[]) => Expression, ...types: readonly (readonly [readonly number[], DType?])[]): Promise<void> {
  const inputs = types.map(([shape, dtype], i) => input(`x${i}`, [...shape], dtype ?? 'float32'));
  const f = compile({ inputs: Object.fromEntries(inputs.map((x, i) => [`x${i}`, x])), outputs: { y: make(...inputs) }, backend });
  const zeros = (size: number, dtype: DType = 'float32') => (dtype === 'int32' ? new Int32Array(size) : dtype === 'uint32' ? new Uint32Array(size) : dtype === 'bool' ? new Uint8Array(size) : new Float32Array(size));
  await f(Object.fromEntries(types.map(([shape, dtype], i) => [`x${i}`, { data: zeros(product(shape), dtype), shape: [...shape] }]))).y.data().catch((error: unknown) => {
    // Nothing is computed here, so what seems to be noted against indices says nothing.
    if (!(error instanceof InputError)) throw error;
  });
}

describe('every op is a shader that WebGPU takes', () => {
  const ofFloats = ['neg', 'square', 'sqrt', 'rsqrt', 'reciprocal', 'sign', 'abs', 'relu', 'floor', 'ceil', 'round', 'trunc', 'exp', 'expm1', 'log', 'log1p', 'sigmoid', 'softplus', 'log1mexp', 'tanh', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'erf', 'erfc', 'isNaN', 'isFinite'] as const;
  const ofPairs = ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'pow', 'mod', 'atan2', 'logAddExp', 'xlogy', 'equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const;

  test.each(ofFloats)('%s', async (name) => {
    for (const dtype of ['float32', 'float16'] as const) await validated((x) => core[name](cast(x, dtype)), [[2, 3]]);
  });

  test.each(ofPairs)('%s', async (name) => {
    for (const dtype of ['float32', 'float16'] as const) await validated((a, b) => core[name](cast(a, dtype), cast(b, dtype)), [[2, 3]], [[3]]);
  });

  test('whole numbers and bool', async () => {
    for (const dtype of ['int32', 'uint32'] as const) {
      for (const name of ['add', 'sub', 'mul', 'maximum', 'minimum', 'mod', 'equal', 'less'] as const) await validated((a, b) => core[name](a, b), [[3], dtype], [[3], dtype]);
      for (const name of ['neg', 'sign', 'abs', 'square', 'floor'] as const) await validated((a) => core[name](a), [[3], dtype]);
      for (const to of ['float32', 'int32', 'uint32', 'bool', 'float16'] as const) await validated((a) => cast(a, to), [[3], dtype]);
    }
    await validated((a, b) => core.where(core.logicalAnd(core.logicalNot(core.greater(a, 0)), core.logicalOr(core.less(b, a), core.equal(a, b))), a, b), [[4]], [[4]]);
  });

  test('by fours, of all dtypes, from views and numbers', async () => {
    for (const dtype of ['float32', 'int32', 'uint32', 'float16'] as const) {
      await validated((a, b, c) => core.where(core.greater(a, b), core.add(cast(core.transpose(a), dtype), cast(c, dtype)), core.mul(cast(b, dtype), cast(core.slice(a, [5, 5], [6, 6]), dtype))), [[64, 64]], [[64]], [[64, 1]]);
      await validated((a, b) => core.equal(cast(a, dtype), cast(core.flip(b, 1), dtype)), [[64, 64]], [[64, 64]]);
    }
  });

  test.each(['sum', 'prod', 'max', 'min'] as const)('%s, few and many, alone and shared', async (name) => {
    for (const [shape, axis] of [[[2, 3], 1], [[2, 1000], 1], [[70000, 2], 1], [[3, 20_001], 1], [[100, 40], 0], [[20_000, 20], 0]] as const) for (const dtype of ['float32', 'int32', 'uint32', 'float16'] as const) await validated((x) => core[name](dtype === 'float16' ? cast(x, dtype) : x, { axis }), [shape, dtype === 'float16' ? 'float32' : dtype]);
  });

  test('any, all, positions, order, running values', async () => {
    for (const size of [3, 300, 20_000]) {
      for (const op of [core.any, core.all]) await validated((x) => op(core.greater(x, 0)), [[size]]);
      for (const op of [core.sort, core.cumSum, core.cumProd, core.cumLogSumExp]) await validated((x) => grad(sum(square(op(x))), x), [[size]]);
    }
    for (const op of [core.argMax, core.argMin]) await validated((x) => op(x, { axis: 0 }), [[3, 2]]);
  });

  test('products, convolutions, pools', async () => {
    for (const size of [3, 200]) for (const inner of [5, 3000]) await validated((a, b) => core.relu(core.matmul(a, core.transpose(b))), [[size, inner]], [[size, inner]]);
    for (const axes of [1, 2, 3]) {
      const [x, w] = [[2, 2, ...Array<number>(axes).fill(5)], [4, 1, ...Array<number>(axes).fill(2)]];
      const options = { groups: 2, padding: 1, stride: 2 };
      await validated((a, b) => core.conv(a, b, options), [x], [w]);
      await validated((a, b) => grad(sum(square(core.conv(a, b, options))), a), [x], [w]);
      await validated((a, b) => grad(sum(square(core.conv(a, b, options))), b), [x], [w]);
      for (const mode of ['max', 'average-include-pad'] as const) await validated((a) => grad(sum(square(core.pool(a, { size: 2, padding: 1, mode }))), a), [x]);
    }
  });

  test('arrays and draws', async () => {
    await validated((x, i) => core.gather(x, i, { axis: 1 }), [[2, 3]], [[4], 'int32']);
    for (const count of [4, 40]) await validated((x, i, u) => core.scatterAdd(x, i, u), [[3]], [[count], 'uint32'], [[count]]);
    await validated((x, i) => core.concat([core.pad(x, [[1, 0]]), core.arange(3), core.reshape(core.oneHot(i, 2), [-1])], 0), [[3]], [[2], 'int32']);
    await validated(() => core.add(core.add(core.randomUniform([3]), core.randomNormal([3])), cast(core.randomCategorical(core.constant([[1, 2], [1, 1], [0, 1]])), 'float32')));
  });

  test('a scan', async () => {
    await validated((x) => core.scan((total, value) => ({ carry: core.add(total, value), outputs: core.mul(total, value) }), { carry: core.constant(0), sequences: x }).outputs, [[5]]);
  });
});

describe('the code can be read', () => {
  const codeOf = async (f: { print(options: { wgsl: boolean }): string }, run: () => unknown): Promise<string> => {
    await run();
    return f.print({ wgsl: true });
  };

  test('a fused loop over a parameter', async () => {
    const [x, w] = [input('x', ['batch', 3]), parameter([1, 2, 3], { name: 'w' })];
    const f = compile({ inputs: { x }, outputs: { y: core.relu(core.mul(x, w)) }, backend });
    expect(await codeOf(f, () => f({ x: [[1, 2, 3], [4, 5, 6]] }).y.data())).toMatchInlineSnapshot(`
      "// mul relu: [2, 3]
      @group(0) @binding(0) var<storage, read_write> memory: array<u32>;
      @group(0) @binding(1) var<storage, read_write> parameter_0: array<u32>;
      @compute @workgroup_size(64)
      fn main(@builtin(workgroup_id) groups: vec3u, @builtin(local_invocation_index) local: u32) {
        let group = groups.x;
        let i = group * 64u + local;
        if (i >= 6u) { return; }
        let a1 = i % 3u;
        let a0 = i / 3u;
        let x0 = bitcast<f32>(memory[12u + a0 * 3u + a1]);
        let x1 = bitcast<f32>(parameter_0[a1]);
        let y0: f32 = x0 * x1;
        let y1: f32 = select(y0, 0.0, y0 <= 0.0);
        memory[4u + i] = bitcast<u32>(y1);
      }"
    `);
  });

  test('a loop by fours: neighbours at once, what repeats before them, what lies elsewhere one by one', async () => {
    const [x, scale, bias] = [input('x', [64, 64]), parameter(new Float32Array(64), { name: 'scale' }), parameter(new Float32Array(64), { name: 'bias' })];
    const f = compile({ inputs: { x }, outputs: { y: core.add(core.mul(core.transpose(x), core.expandDims(scale, 1)), bias) }, backend });
    expect(await codeOf(f, () => f({ x: { data: new Float32Array(4096), shape: [64, 64] } }).y.data())).toMatchInlineSnapshot(`
      "// mul add: [64, 64], by fours
      @group(0) @binding(0) var<storage, read_write> parameter_1: array<vec4u>;
      @group(0) @binding(1) var<storage, read_write> memory: array<vec4u>;
      @group(0) @binding(2) var<storage, read_write> parameter_0: array<vec4u>;
      @compute @workgroup_size(64)
      fn main(@builtin(workgroup_id) groups: vec3u, @builtin(local_invocation_index) local: u32) {
        let group = groups.x;
        let i = group * 64u + local;
        if (i >= 1024u) { return; }
        let a1 = i % 16u;
        let a0 = i / 16u;
        let four0 = parameter_1[a1];
        let x2 = bitcast<f32>(parameter_0[a0 / 4u][a0 % 4u]);
        var result0: vec4u;
        for (var lane = 0u; lane < 4u; lane += 1u) {
          let x0 = bitcast<f32>(four0[lane]);
          let x1 = bitcast<f32>(memory[(4100u + a0 + (4u * a1 + lane) * 64u) / 4u][(4100u + a0 + (4u * a1 + lane) * 64u) % 4u]);
          let y0: f32 = x1 * x2;
          let y1: f32 = y0 + x0;
          result0[lane] = bitcast<u32>(y1);
        }
        memory[1u + i] = result0;
      }"
    `);
  });

  test('a fold that a group shares', async () => {
    const x = input('x', ['batch', 100]);
    const f = compile({ inputs: { x }, outputs: { y: core.sum(square(x), { axis: 1 }) }, backend });
    expect(await codeOf(f, () => f({ x: { data: new Float32Array(200), shape: [2, 100] } }).y.data())).toMatchInlineSnapshot(`
      "// square sum: [2, 100], folded over the last 1
      @group(0) @binding(0) var<storage, read_write> memory: array<u32>;
      var<workgroup> shared_fold0: array<f32, 128>;
      @compute @workgroup_size(128)
      fn main(@builtin(workgroup_id) groups: vec3u, @builtin(local_invocation_index) local: u32) {
        let group = groups.x;
        let i = group;
        if (i >= 2u) { return; }
        var fold0 = 0.0;
        for (var r = local; r < 100u; r += 128u) {
          let x0 = bitcast<f32>(memory[8u + i * 100u + r]);
          let y0: f32 = x0 * x0;
          fold0 = fold0 + y0;
        }
        shared_fold0[local] = fold0;
        workgroupBarrier();
        for (var half = 64u; half > 0u; half = half / 2u) {
          if (local < half) {
            shared_fold0[local] = shared_fold0[local] + shared_fold0[local + half];
          }
          workgroupBarrier();
        }
        if (local == 0u) {
          let fold0 = shared_fold0[0];
          memory[4u + i] = bitcast<u32>(fold0);
        }
      }"
    `);
  });

  test('columns that are folded, 16 by a group', async () => {
    const x = input('x', ['batch', 20]);
    const f = compile({ inputs: { x }, outputs: { y: core.sum(x, { axis: 0 }) }, backend });
    expect(await codeOf(f, () => f({ x: { data: new Float32Array(2000), shape: [100, 20] } }).y.data())).toMatchInlineSnapshot(`
      "// sum: [20, 100], folded over the last 1
      @group(0) @binding(0) var<storage, read_write> memory: array<u32>;
      var<workgroup> shared_fold0: array<f32, 2048>;
      @compute @workgroup_size(256)
      fn main(@builtin(workgroup_id) groups: vec3u, @builtin(local_invocation_index) local: u32) {
        let group = groups.x;
        let column = local % 16u;
        let i = group * 16u + column;
        for (var q = local / 16u; q < 128u; q += 16u) {
          var fold0 = 0.0;
          if (i < 20u) {
            for (var r = q; r < 100u; r += 128u) {
              let x0 = bitcast<f32>(memory[24u + i + r * 20u]);
              fold0 = fold0 + x0;
            }
          }
          shared_fold0[q * 16u + column] = fold0;
        }
        workgroupBarrier();
        for (var half = 1024u; half >= 16u; half = half / 2u) {
          for (var e = local; e < half; e += 256u) {
            shared_fold0[e] = shared_fold0[e] + shared_fold0[e + half];
          }
          workgroupBarrier();
        }
        if (local < 16u && i < 20u) {
          let fold0 = shared_fold0[local];
          memory[4u + i] = bitcast<u32>(fold0);
        }
      }"
    `);
  });

  test('a product, and the new value of a parameter made of it', async () => {
    const [x, w] = [input('x', [1, 2]), parameter([[1, 2, 3], [4, 5, 6]], { name: 'w' })];
    const f = compile({ inputs: { x }, outputs: {}, updates: new Map([[w, core.sub(w, core.mul(core.matmul(core.transpose(x), core.constant([[1, 2, 3]])), 0.5))]]), backend });
    expect(await codeOf(f, () => f({ x: [[1, 2]] }))).toMatchInlineSnapshot(`
      "// matmul: [2, 1] · [1, 3], then mul sub
      @group(0) @binding(0) var<storage, read_write> memory: array<u32>;
      @group(0) @binding(1) var<storage, read_write> parameter_0: array<u32>;
      fn epilogue(i: u32, sum: f32) {
        // The flag is 0: this only keeps the sum as it is.
        let product = bitcast<f32>(bitcast<u32>(sum) ^ memory[0u]);
        let x0 = bitcast<f32>(parameter_0[i]);
        let x2 = bitcast<f32>(memory[12u]);
        let y0: f32 = product * x2;
        let y1: f32 = x0 - y0;
        parameter_0[i] = bitcast<u32>(y1);
      }
      var<workgroup> left: array<f32, 256>;
      var<workgroup> right: array<f32, 256>;
      @compute @workgroup_size(256)
      fn main(@builtin(workgroup_id) groups: vec3u, @builtin(local_invocation_index) local: u32) {
        let group = groups.x;
        let row0 = (group / 1u) % 1u * 16u;
        let column0 = group % 1u * 16u;
        let batch = group / 1u;
        let down = local / 16u * 1u;
        let across = local % 16u * 1u;
        var sums: array<f32, 1>;
        for (var k0 = 0u; k0 < 1u; k0 += 16u) {
          for (var e = local; e < 256u; e += 256u) {
            let row = row0 + e % 16u;
            let k = k0 + e / 16u;
            var value = 0.0;
            if (row < 2u && k < 1u) {
              value = bitcast<f32>(memory[4u + row + k * 2u]);
            }
            left[(k - k0) * 16u + row - row0] = value;
          }
          for (var e = local; e < 256u; e += 256u) {
            let column = column0 + e % 16u;
            let k = k0 + e / 16u;
            var value = 0.0;
            if (column < 3u && k < 1u) {
              value = bitcast<f32>(memory[8u + k * 3u + column]);
            }
            right[(k - k0) * 16u + column - column0] = value;
          }
          workgroupBarrier();
          for (var k = 0u; k < min(16u, 1u - k0); k += 1u) {
            let a0 = left[k * 16u + down + 0u];
            let b0 = right[k * 16u + across + 0u];
            sums[0] += a0 * b0;
          }
          workgroupBarrier();
        }
        if (row0 + down + 0u < 2u && column0 + across + 0u < 3u) {
          epilogue((batch * 2u + (row0 + down + 0u)) * 3u + (column0 + across + 0u), sums[0]);
        }
      }"
    `);
  });

  test('before the first call, and elsewhere, there is none', () => {
    const x = input('x', [1]);
    expect(() => compile({ inputs: { x }, outputs: { y: x }, backend }).print({ wgsl: true })).toThrowErrorMatchingInlineSnapshot(`[InputError: print: the function was never called, so there is no code yet; call it once [PRINT]]`);
    const f = compile({ inputs: { x }, outputs: { y: x }, backend: core.referenceBackend() });
    f({ x: [1] });
    expect(() => f.print({ wgsl: true })).toThrowErrorMatchingInlineSnapshot(`[UnsupportedError: print: wgsl is asked for, and the backend 'reference' has none; compile with { backend: await webgpuBackend() } [PRINT]]`);
    expect(() => f.print({ wsgl: true } as never)).toThrowErrorMatchingInlineSnapshot(`[InputError: print: there is no option 'wsgl'; did you mean 'wgsl'? [UNKNOWN_OPTION]]`);
  });
});

test('a shader that WebGPU does not take is an error, so that these tests can fail', async () => {
  const device = backend.device as GPUDevice;
  const wrong = new Proxy(device, { get: (target, name) => (name === 'createShaderModule' ? () => device.createShaderModule({ code: '@compute @workgroup_size(64) fn main() { let x: i32 = 1.0; }' }) : typeof Reflect.get(target, name, target) === 'function' ? (Reflect.get(target, name, target) as () => unknown).bind(target) : Reflect.get(target, name, target)) });
  const x = input('x', [1]);
  await expect(compile({ inputs: { x }, outputs: { y: core.exp(x) }, backend: await webgpuBackend({ device: wrong }) })({ x: [1] }).y.data()).rejects.toThrow(/DEVICE_SHADER/);
});
