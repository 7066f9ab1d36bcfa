import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Verdict } from './harness.ts';

// What users ship, minified and gzipped: our training program, and one of tfjs that can do the same. Binaries that
// tfjs loads when it runs are not counted.

const here = fileURLToPath(new URL('.', import.meta.url));
const theirs = `import '@tensorflow/tfjs-backend-wasm';
import { setBackend, tensor } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
await setBackend('wasm');
const model = sequential({ layers: [layers.dense({ units: 2, inputShape: [2] })] });
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
console.log(await model.trainOnBatch(tensor([[1, 2]]), tensor([[1, 2]])));`;

/** What of esbuild is used; it comes with size-limit. */
interface Bundler {
  readonly build: (options: Readonly<Record<string, unknown>>) => Promise<{ readonly outputFiles: readonly { readonly contents: Uint8Array }[] }>;
}

export async function sizes(): Promise<readonly Verdict[]> {
  const { build } = createRequire(createRequire(import.meta.url).resolve('@size-limit/esbuild'))('esbuild') as Bundler;
  const sizeOf = async (entry: Readonly<Record<string, unknown>>): Promise<number> => {
    const { outputFiles } = await build({ ...entry, bundle: true, minify: true, write: false, format: 'esm', platform: 'browser', logLevel: 'error', external: ['node:*', 'worker_threads', 'perf_hooks', 'fs', 'path', 'os'] });
    return gzipSync((outputFiles[0] as { readonly contents: Uint8Array }).contents).length;
  };
  const [ours, other] = [await sizeOf({ entryPoints: [`${here}../tools/size/training.mjs`] }), await sizeOf({ stdin: { contents: theirs, resolveDir: here } })];
  console.log(`\n## size\n\nA program that trains, minified and gzipped: ours ${(ours / 1000).toFixed(0)} kB; of tfjs-layers and tfjs-backend-wasm 4.22.0 ${(other / 1000).toFixed(0)} kB`);
  const target = { what: 'a training program / one of tfjs-layers and tfjs-backend-wasm', of: () => ours / other, bound: 'at most', limit: 1 } as const;
  return [{ work: 'size', target, found: ours / other, met: ours <= other }];
}
