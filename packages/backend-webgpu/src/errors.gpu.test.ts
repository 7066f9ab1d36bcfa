import { add, compile, cast, evaluate, exp, input, log, matmul, mul, parameter, referenceBackend, sub, sum } from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { adapterOf } from '../../../tools/webgpu/adapter.ts';
import { softwareBackend } from './testing.js';
import { webgpuBackend } from './webgpuBackend.js';

const x = input('x', ['n']);
const pair = input('x', [2]);
const messageOf = async (run: () => unknown): Promise<string> => {
  try {
    await run();
  } catch (error) {
    return String(error).replaceAll(/\d+:\d+\)/g, '…)');
  }
  return 'nothing was thrown';
};

/** The device, with some of its functions exchanged. */
function changed(device: GPUDevice, changes: Readonly<Record<string, (...args: never[]) => unknown>>): GPUDevice {
  return new Proxy(device, {
    get: (target, name) => {
      const value = changes[String(name)] ?? (Reflect.get(target, name, target) as unknown);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('what is refused', () => {
  test('values at once, until they were waited for', async () => {
    const w = parameter([1, 2], { name: 'w' });
    const y = compile({ inputs: { x: pair }, outputs: { y: mul(pair, w) }, backend: await softwareBackend() })({ x: [3, 4] }).y;
    expect(await messageOf(() => y.item())).toMatchInlineSnapshot(`"UnsupportedError: webgpu: the result lies on the GPU, and JavaScript can only wait for it; use await tensor.data() first [WEBGPU_SYNC]"`);
    expect(String(y)).toBe('float32[2] on the device');
    expect(await messageOf(() => w.valueSync())).toMatchInlineSnapshot(`"UnsupportedError: webgpu: the value lies on the GPU, and JavaScript can only wait for it; use await parameter.value() [WEBGPU_SYNC]"`);
    await y.data();
    expect([y.toArray(), String(y)]).toEqual([[3, 8], 'float32[2] [3,8]']);
  });

  test('float64, in a value or a parameter', async () => {
    const backend = await softwareBackend();
    expect(await messageOf(() => evaluate(sum(cast(x, 'float64')), { x: [1] }, { backend }))).toMatchInlineSnapshot(`"UnsupportedError: webgpu: 'cast' is float64, which GPUs do not compute here; declare it as float32, cast(x, 'float32'), or compile with { backend: referenceBackend() } [WEBGPU_FLOAT64]"`);
    const wide = parameter([1], { name: 'wide', dtype: 'float64' });
    expect(await messageOf(() => evaluate(wide, {}, { backend }))).toMatch(/WEBGPU_FLOAT64/);
    expect(wide.valueSync().toArray()).toEqual([1]);
  });

  test('a parameter that lies on the device goes to no other backend by itself', async () => {
    const w = parameter([1], { name: 'w' });
    await compile({ inputs: {}, outputs: { w }, backend: await softwareBackend() })({}).w.data();
    expect(await messageOf(() => evaluate(w, {}, { backend: referenceBackend() }))).toMatch(/WEBGPU_SYNC/);
  });

  test('profiles, and options that are none', async () => {
    const f = compile({ inputs: { x }, outputs: { x: add(x, 1) }, backend: await softwareBackend() });
    expect(await messageOf(() => f.profile({ x: [1] }))).toMatchInlineSnapshot(`"UnsupportedError: webgpu: times on a GPU can only be waited for; use await fn.profileAsync() instead of fn.profile() [WEBGPU_PROFILE]"`);
    expect(await messageOf(() => webgpuBackend({ device: {} as GPUDevice }))).toMatchInlineSnapshot(`"InputError: webgpuBackend: device is none; expected what adapter.requestDevice() gives [OPTION_VALUE]"`);
    expect(await messageOf(() => webgpuBackend({ adapter: {} as GPUAdapter }))).toMatchInlineSnapshot(`"InputError: webgpuBackend: adapter is none; expected what navigator.gpu.requestAdapter() gives, awaited [OPTION_VALUE]"`);
    expect(await messageOf(() => webgpuBackend({ products: 'columns' as never }))).toMatchInlineSnapshot(`"InputError: webgpuBackend: products is 'columns'; expected 'tiles' or 'rows' [OPTION_VALUE]"`);
    expect(await messageOf(() => webgpuBackend({ gpu: 1 } as never))).toMatch(/there is no option 'gpu'/);
    expect(await messageOf(() => webgpuBackend())).toMatch(/WEBGPU_(MISSING|ADAPTER)/);
  });
});

describe('what goes wrong on the device is raised', () => {
  test('a lost device, for what is on its way and for what comes', async () => {
    const device = await (await adapterOf('vulkan')).requestDevice();
    const backend = await webgpuBackend({ device });
    const w = parameter([1, 2], { name: 'w' });
    const f = compile({ inputs: { x: pair }, outputs: { y: mul(pair, w) }, updates: new Map([[w, add(w, 1)]]), backend });
    await f({ x: [1, 1] }).y.data();
    device.destroy();
    const lost = /^DeviceError: webgpu: the device was lost \(destroyed: .*\); what lay on it is gone: make a new backend with await webgpuBackend\(\), and set the parameters again \[DEVICE_LOST\]$/;
    await device.lost;
    expect(await messageOf(() => f({ x: [1, 1] }).y.data())).toMatch(lost);
    expect(await messageOf(() => w.value())).toMatch(lost);
    expect(await messageOf(() => w.set([1, 2]))).toMatch(lost);
  });

  test('a shader that the device refuses, with the instruction and its line', async () => {
    const device = await (await adapterOf('vulkan')).requestDevice();
    const broken = changed(device, { createShaderModule: ({ code }: { code: string }) => device.createShaderModule({ code: code.replace('fn main', 'fn mine') }) });
    const f = compile({ inputs: { x }, outputs: { y: exp(x) }, backend: await webgpuBackend({ device: broken }) });
    expect(await messageOf(() => f({ x: [1] }).y.data())).toMatch(/^DeviceError: webgpu: the device refused the shader of 'exp' \(at packages\/backend-webgpu\/src\/errors\.gpu\.test\.ts:…\): [\s\S]*main[\s\S]*\[DEVICE_SHADER\]$/);
  });

  test('memory that the device does not give, or does not allow', async () => {
    const device = await (await adapterOf('vulkan')).requestDevice();
    const f = compile({ inputs: { x }, outputs: { y: exp(x) }, backend: await webgpuBackend({ device: changed(device, { createBuffer: ({ usage: flags }: { usage: number }) => device.createBuffer({ size: 2 ** 50, usage: flags }) }) }) });
    expect(await messageOf(() => f({ x: [1] }).y.data())).toMatch(/^DeviceError: webgpu: the device (gave no \d+ bytes for the memory of a program|refused to run the program)/);
    const small = compile({ inputs: { x }, outputs: { y: exp(x) }, backend: await webgpuBackend({ device }) });
    expect(await messageOf(() => small({ x: new Float32Array(40_000_000) }))).toMatchInlineSnapshot(`"DeviceError: webgpu: the memory of a program needs 320000016 bytes in one buffer; this device allows 134217728. Use smaller batches, or request the device with a larger maxStorageBufferBindingSize and maxBufferSize [DEVICE_LIMIT]"`);
  });

  test('NaN and infinities, where they are checked', async () => {
    const w = parameter([1, 2], { name: 'w' });
    const f = compile({ inputs: { x: pair }, outputs: { y: log(sub(pair, w)) }, updates: new Map([[w, add(w, 1)]]), check: 'finite', backend: await softwareBackend() });
    expect(await messageOf(() => f({ x: [3, 1] }).y.data())).toMatchInlineSnapshot(`
      "NonFiniteError: 'log' gives NaN at [1] of [2] (1 of 2 NaN)
        pass:     forward
        line:     packages/backend-webgpu/src/errors.gpu.test.ts:96:60
        operands: sub: float32[2] from -1 to 2, there -1
        guide:    docs/nan-guide.md#log-of-zero [NON_FINITE]"
    `);
    expect((await w.value()).toArray()).toEqual([1, 2]);
    expect([...await f({ x: [2, 3] }).y.data()]).toEqual([0, 0]);
    w.set([1, Infinity]);
    expect(await messageOf(() => f({ x: [3, 1] }).y.data())).toMatchInlineSnapshot(`
      "NonFiniteError: parameter 'w' holds Infinity at [1] (1 of 2 infinite); expected finite numbers
        guide:    docs/nan-guide.md#nan-comes-in [NON_FINITE]"
    `);
    const [a, b, c] = [parameter([NaN, 1, Infinity], { name: 'a' }), parameter([1, 2, 3], { name: 'b' }), parameter([1, -Infinity, 3], { name: 'c' })];
    const sums = compile({ inputs: {}, outputs: { y: add(add(a, b), c) }, check: 'finite', backend: await softwareBackend() });
    expect(await messageOf(() => sums({}).y.data())).toMatchInlineSnapshot(`
      "NonFiniteError: parameter 'a' holds NaN at [0] (1 of 3 NaN, 1 infinite); expected finite numbers
        also:     parameter 'c' (1 of 3 infinite)
        guide:    docs/nan-guide.md#nan-comes-in [NON_FINITE]"
    `);
  });
});

test('beside another owner of the device', async () => {
  const device = await (await adapterOf('vulkan')).requestDevice();
  const other = device.createBuffer({ size: 16, usage: 4 | 8 });
  device.pushErrorScope('validation');
  const f = compile({ inputs: { x }, outputs: { y: matmul(x, x) }, backend: await webgpuBackend({ device }) });
  const results = [f({ x: [1, 2] }).y, f({ x: [3, 4] }).y];
  device.queue.writeBuffer(other, 0, Uint32Array.of(1, 2, 3, 4));
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(other, 0, other, 4, 4);
  device.queue.submit([encoder.finish()]);
  // What the other does wrong is told to the other.
  expect((await device.popErrorScope())?.message).toMatch(/[Cc]opy/);
  expect([...await (results[0] as (typeof results)[0]).data(), ...await (results[1] as (typeof results)[0]).data()]).toEqual([5, 25]);
});
