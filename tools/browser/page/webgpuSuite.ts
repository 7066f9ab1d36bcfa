// The worker that runs tests on WebGPU: it may stand still until the device's worker answers.
import { setDefaultBackend } from '@pastina/core';
import { configureGlobal } from 'fast-check';
import { bridgedBackend } from '../../webgpu/bridge.ts';
import { type Answer } from '../../webgpu/protocol.ts';
import { standStill } from '../../webgpu/standStill.ts';
import { decode } from './encoding.ts';
import { inFile, runAll } from './vitest.ts';

const memory = new SharedArrayBuffer(1 << 26);
const state = new Int32Array(memory, 0, 2);

addEventListener('message', ({ data: { files, seed } }: MessageEvent<{ readonly files: readonly string[]; readonly seed: number }>) => {
  const device = new Worker(new URL('./device.ts', import.meta.url), { type: 'module' });
  device.onerror = ({ message }) => postMessage(`error in the worker of the device: ${message}`);
  device.onmessage = () => {
    setDefaultBackend(bridgedBackend((question) => {
      Atomics.store(state, 0, 0);
      device.postMessage({ question, memory });
      standStill(state, question);
      return decode(new Uint8Array(memory).slice(8, 8 + Atomics.load(state, 1))) as Answer;
    }));
    void run(files, seed).then(postMessage, (error: unknown) => postMessage(`error ${String(error)}`));
  };
});

async function run(files: readonly string[], seed: number): Promise<string> {
  configureGlobal({ seed });
  for (const file of files) await inFile(file, () => import(`/${file}`) as Promise<unknown>);
  return JSON.stringify({ isolated: crossOriginIsolated, ...(await runAll()) });
}
