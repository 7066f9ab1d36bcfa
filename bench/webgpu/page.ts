// The page of `npm run bench:webgpu -- --page`: times and counts of the same step by three libraries on the GPU at hand.
import { count } from './counting.ts';
import { jaxStep, pastinaStep, tfjsStep } from './steps.ts';
import { median } from '../harness.ts';

const output = document.querySelector('pre') as HTMLPreElement;
const say = (text: string): void => {
  output.textContent += `\n${text}`;
};

async function measure(seconds: number): Promise<void> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (adapter === undefined || adapter === null) throw new Error('this browser has no WebGPU, or no GPU for it');
  output.textContent = `${adapter.info.vendor} ${adapter.info.architecture} ${adapter.info.description}`.trim();
  const steps = [await pastinaStep(adapter), await tfjsStep(), await jaxStep()];
  for (let warm = 0; warm < 3; warm += 1) for (const { run } of steps) await run();
  const times = steps.map((): number[] => []);
  const end = performance.now() + seconds * 1000;
  for (let round = 0; round < 5 || performance.now() < end; round += 1) {
    for (const [i, { run }] of steps.entries()) {
      const start = performance.now();
      await run();
      times[i]?.push(performance.now() - start);
    }
  }
  const medians = times.map(median);
  say('| who | median | ours / theirs | submissions | dispatches | bytes up | bytes down |\n|---|---|---|---|---|---|---|');
  for (const [i, { name, run }] of steps.entries()) {
    const counts = await count(5, run);
    say(`| ${name} | ${(medians[i] as number).toPrecision(3)} ms | ${((medians[0] as number) / (medians[i] as number)).toPrecision(3)} | ${counts.submissions} | ${counts.dispatches} | ${Math.round(counts.bytesUp)} | ${counts.bytesDown} |`);
  }
  say(`${times[0]?.length ?? 0} rounds; done.`);
}

async function run(seconds: number): Promise<void> {
  button.disabled = true;
  try {
    await measure(seconds);
  } catch (error) {
    say(`error: ${error instanceof Error ? error.message : String(error)}`);
  }
  button.disabled = false;
}

const button = document.querySelector('button') as HTMLButtonElement;
button.addEventListener('click', () => void run(20));
// `?seconds=1` starts at once: for a test.
const asked = new URLSearchParams(location.search).get('seconds');
if (asked !== null) void run(Number(asked));
