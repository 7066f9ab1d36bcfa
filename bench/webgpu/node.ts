// `npm run bench:webgpu`: what one step asks of a GPU, ours beside the peers', on a driver in software. Its time says
// nothing of a GPU, so only counts are shown; the page (`npm run bench:webgpu -- --page`) measures time where there is a GPU.
import { create, globals } from 'webgpu';
import { count, type Counts } from './counting.ts';
import type { Step } from './steps.ts';

Object.assign(globalThis, globals);
const gpu = create(['backend=vulkan']);
if (globalThis.navigator === undefined) Object.defineProperty(globalThis, 'navigator', { value: { userAgent: 'node' }, configurable: true });
Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
// tfjs looks for the GPU when it is imported.
const { jaxStep, pastinaStep, tfjsStep } = await import('./steps.ts');

const rows: { readonly name: string; readonly counts: Counts; readonly losses: readonly number[] }[] = [];
for (const make of [pastinaStep, tfjsStep, jaxStep]) {
  const step: Step = await make();
  const losses = [await step.run(), await step.run(), await step.run()];
  rows.push({ name: step.name, counts: await count(5, step.run), losses });
}
const ours = rows[0] as (typeof rows)[number];
for (const { name, losses } of rows) if (losses.some((loss, i) => Math.abs(loss - (ours.losses[i] as number)) > 1e-4)) throw new Error(`${name} does other work: losses ${losses.join(', ')} where ours are ${ours.losses.join(', ')}`);
const ratio = (own: number, other: number): string => (other === 0 ? '' : ` (ours ${(own / other).toPrecision(2)})`);
console.log('One step of 784-1024-10 on 64 images, sgd; counted at the interface of WebGPU, per step.\n');
console.log('| who | submissions | dispatches | bytes up | bytes down | new buffers |\n|---|---|---|---|---|---|');
for (const { name, counts } of rows) console.log(`| ${name} | ${(['submissions', 'dispatches', 'bytesUp', 'bytesDown', 'newBuffers'] as const).map((key) => `${Math.round(counts[key]).toLocaleString('en')}${name === ours.name ? '' : ratio(ours.counts[key], counts[key])}`).join(' | ')} |`);
process.exit(0);
