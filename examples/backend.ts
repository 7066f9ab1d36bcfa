// Where an example computes, and what else it was asked: `node examples/mnist.ts --backend webgpu conv`.
import { wasmBackend } from '@pastina/backend-wasm';
import { webgpuBackend } from '@pastina/backend-webgpu';
import { referenceBackend, type Backend } from '@pastina/core';

const makers: Readonly<Record<string, () => Promise<Backend>>> = {
  wasm: () => wasmBackend(),
  reference: () => Promise.resolve(referenceBackend()),
  // Whatever GPU the machine has.
  webgpu: async () => {
    const { create } = await import('webgpu');
    return webgpuBackend({ adapter: await adapterIn(create([])) });
  },
  // A driver in software, which `npm run examples` brings.
  software: async () => webgpuBackend({ adapter: await (await import('../tools/webgpu/adapter.ts')).adapterOf('vulkan') }),
};

/** Their names. */
export const backends: readonly string[] = Object.keys(makers);

/** Takes `--backend name` out of the arguments of a program. @throws Error for a name that is none */
export function splitBackend(args: readonly string[]): { readonly backend: string; readonly rest: readonly string[] } {
  const at = args.indexOf('--backend');
  if (at < 0) return { backend: 'wasm', rest: args };
  const backend = args[at + 1] ?? '';
  if (!backends.includes(backend)) throw new Error(`--backend '${backend}'; expected one of ${backends.join(', ')}`);
  return { backend, rest: [...args.slice(0, at), ...args.slice(at + 2)] };
}

/** The backend that this program was asked for; WASM unless told. */
export async function backendOf(args: readonly string[] = process.argv.slice(2)): Promise<Backend> {
  return (makers[splitBackend(args).backend] as () => Promise<Backend>)();
}

// What gives the adapter must not be collected while the adapter is in use.
const kept: unknown[] = [];

async function adapterIn(gpu: GPU): Promise<GPUAdapter> {
  kept.push(gpu);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('no GPU that WebGPU may use; try --backend software by way of npm run examples');
  return adapter;
}
