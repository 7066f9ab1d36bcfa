import { type Backend, checkOptions, DeviceError, InputError, UnsupportedError } from '@pastina/core';
import { type Products } from './calls/product.js';
import { DeviceBuffer } from './gpu/deviceBuffer.js';
import { WebgpuExecutable } from './executable.js';
import { type Counts } from './gpu/counts.js';
import { Gpu } from './gpu/gpu.js';

export { type Counts } from './gpu/counts.js';

/** A `GPUDevice`, by whichever types of WebGPU a program has; these are there for programs that have none. */
export interface DeviceLike {
  readonly limits: object;
  readonly queue: object;
}

/** A `GPUAdapter`, likewise. */
export interface AdapterLike {
  readonly limits: object;
  requestDevice(): Promise<object>;
}

/** Options of {@link webgpuBackend}. */
export interface WebgpuOptions {
  /** A device that is there already, such as another library's; it stays its owner's. */
  readonly device?: DeviceLike;
  /** Where a device is requested; left out, `navigator.gpu` is asked. In Node, give what a WebGPU package gives. */
  readonly adapter?: AdapterLike;
  /**
   * How products of matrices and convolutions are computed, with the same bits: by `tiles` that groups of invocations
   * share, fast on GPUs, or by `rows` without waiting for each other, several times as fast on drivers in software.
   * Left out, the device tells.
   */
  readonly products?: 'tiles' | 'rows';
}

/** The backend, and what it does on the device. */
export interface WebgpuBackend extends Backend {
  readonly device: DeviceLike;
  /** What was submitted, moved and allocated so far. */
  counts(): Counts;
}

const known = new WeakMap<GPUDevice, Gpu>();

/**
 * A backend that compiles programs to WGSL: a shader for each instruction, one submission a call, parameters on the
 * device. Results are waited for: `await tensor.data()`, `await parameter.value()`.
 *
 * @throws UnsupportedError where there is no WebGPU, or no adapter
 * @throws InputError for an option that is no device or adapter
 */
export async function webgpuBackend(options: WebgpuOptions = {}): Promise<WebgpuBackend> {
  checkOptions('webgpuBackend', options, ['device', 'adapter', 'products']);
  const { products } = options;
  if (products !== undefined && !['tiles', 'rows'].includes(products)) throw new InputError('OPTION_VALUE', `webgpuBackend: products is '${String(products)}'; expected 'tiles' or 'rows'`, { products });
  const device = (options.device as GPUDevice | undefined) ?? (await requestDevice((options.adapter as GPUAdapter | undefined) ?? (await requestAdapter())));
  if (typeof (device as Partial<GPUDevice>).createComputePipeline !== 'function') throw new InputError('OPTION_VALUE', 'webgpuBackend: device is none; expected what adapter.requestDevice() gives', { device });
  const gpu = known.get(device) ?? new Gpu(device);
  known.set(device, gpu);
  return {
    name: 'webgpu',
    waits: true,
    device,
    counts: () => ({ ...gpu.counts }),
    owns: (buffer) => buffer instanceof DeviceBuffer && buffer.gpu === gpu,
    createBuffer: (data, dtype) => new DeviceBuffer(gpu, data, dtype),
    compile: (program, { check }) => new WebgpuExecutable(gpu, program, check === 'finite', products ?? productsFor(device)),
  };
}

/** Devices in software say so; those that do not tell are taken for GPUs. */
function productsFor({ adapterInfo }: GPUDevice): Products {
  return (adapterInfo as GPUAdapterInfo | undefined)?.isFallbackAdapter === true ? 'rows' : 'tiles';
}

async function requestAdapter(): Promise<GPUAdapter> {
  const gpu = (globalThis as { readonly navigator?: { readonly gpu?: GPU } }).navigator?.gpu;
  if (gpu === undefined) throw new UnsupportedError('WEBGPU_MISSING', 'webgpuBackend: this engine has no WebGPU (navigator.gpu); use await wasmBackend(), or in Node give { adapter } of a package such as webgpu', {});
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new UnsupportedError('WEBGPU_ADAPTER', 'webgpuBackend: there is no adapter: no GPU that WebGPU may use; use await wasmBackend()', {});
  return adapter;
}

/** As much as the adapter has of what programs may need. */
async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  if (typeof (adapter as Partial<GPUAdapter>).requestDevice !== 'function') throw new InputError('OPTION_VALUE', 'webgpuBackend: adapter is none; expected what navigator.gpu.requestAdapter() gives, awaited', { adapter });
  const { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } = adapter.limits;
  try {
    return await adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } });
  } catch (error) {
    throw new DeviceError('DEVICE_REQUEST', `webgpuBackend: the adapter gave no device: ${(error as Error).message}`, {});
  }
}
