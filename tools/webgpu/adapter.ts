import { create } from 'webgpu';

// Kept from being collected: adapters and devices do not hold it.
const kept: unknown[] = [];

/** An adapter of Dawn in Node. `null` validates and executes nothing; else the software driver, which must be there. */
export async function adapterOf(backend: 'null' | 'vulkan'): Promise<GPUAdapter> {
  const gpu = create([`backend=${backend}`]);
  kept.push(gpu);
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error(`webgpu: Dawn has no adapter for its backend '${backend}'; run 'npm run webgpu', which unpacks the driver first`);
  if (backend === 'vulkan' && process.env['PASTINA_WEBGPU_ANY'] === undefined && adapter.info.architecture !== 'software' && !/llvmpipe|swiftshader/i.test(adapter.info.description)) throw new Error(`webgpu: expected the software driver; found ${adapter.info.description}`);
  return adapter;
}
