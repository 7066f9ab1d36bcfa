// `npm run webgpu:curves`: trains the digits on WASM and on WebGPU (a driver in software) and draws both losses into
// docs/images/webgpu-loss.svg.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { wasmBackend } from '@pastina/backend-wasm';
import { webgpuBackend } from '@pastina/backend-webgpu';
import { compile, div, input, mean, sub, type Backend } from '@pastina/core';
import { DenseLayer, getAllParams, getOutput, InputLayer, setRandomSeed, type Layer } from '@pastina/layers';
import { softmax } from '@pastina/layers/nonlinearities';
import { categoricalAccuracy, categoricalCrossentropy } from '@pastina/objectives';
import { fit } from '@pastina/training';
import { digits } from '@pastina/training/datasets';
import { svgCurves } from '@pastina/training/plot';
import { adam } from '@pastina/updates';
import { environment } from '../check/command.ts';
import { root } from '../workspace.ts';
import { adapterOf } from './adapter.ts';
import { driverEnvironment } from './driver.ts';

/** Losses of all steps, and the accuracy on the digits held out. */
async function train(backend: Backend): Promise<{ readonly losses: readonly (readonly [number, number])[]; readonly accuracy: number }> {
  const { train: seen, test } = digits({ testFraction: 0.2, seed: 1 });
  const [x, y] = [input('x', ['batch', 64]), input('y', ['batch'], 'int32')];
  setRandomSeed(1);
  let net: Layer = new InputLayer({ shape: [null, 64], inputVar: div(sub(x, 0.3), 0.375) });
  net = new DenseLayer(new DenseLayer(net, { numUnits: 128 }), { numUnits: 10, nonlinearity: softmax });
  const p = getOutput(net), loss = mean(categoricalCrossentropy(p, y)), accuracy = mean(categoricalAccuracy(p, y));
  const step = compile({ inputs: { x, y }, outputs: { loss }, updates: adam(loss, getAllParams(net, { trainable: true }), { learningRate: 0.003 }), backend });
  const evaluate = compile({ inputs: { x, y }, outputs: { accuracy }, backend });
  const losses: (readonly [number, number])[] = [];
  let found = NaN;
  for await (const event of fit({ step, data: { x: seen.images, y: seen.labels }, epochs: 5, batchSize: 32, seed: 1, validation: { evaluate, data: { x: test.images, y: test.labels } } })) {
    if (event.type === 'step') losses.push([event.step, event.metrics.loss]);
    if (event.type === 'validation') found = event.metrics.accuracy;
  }
  return { losses, accuracy: found };
}

if (process.argv[2] !== 'draw') {
  const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), 'draw'], { env: { ...environment, ...driverEnvironment() }, stdio: 'inherit' });
  process.exitCode = status ?? 1;
} else {
  const [wasm, webgpu] = [await train(await wasmBackend()), await train(await webgpuBackend({ adapter: await adapterOf('vulkan') }))];
  const apart = Math.max(...wasm.losses.map(([, loss], i) => Math.abs(loss - (webgpu.losses[i] as readonly [number, number])[1])));
  console.log(`accuracy on the digits held out: ${wasm.accuracy.toFixed(4)} on WASM, ${webgpu.accuracy.toFixed(4)} on WebGPU; losses at most ${apart.toExponential(1)} apart`);
  mkdirSync(`${root}docs/images`, { recursive: true });
  writeFileSync(`${root}docs/images/webgpu-loss.svg`, await svgCurves({ WASM: wasm.losses, 'WebGPU, times 10 to be seen': webgpu.losses.map(([step, loss]) => [step, loss * 10] as const) }, { title: 'Loss of the digits, step by step', logarithmic: true }));
  process.exit(0);
}
