// The worker behind the page. What goes wrong is told, with pastina's own message, and never lost.
import { setDefaultBackend } from '@pastina/core';
import { wasmBackend } from '@pastina/backend-wasm';
import { webgpuBackend } from '@pastina/backend-webgpu';
import { data, DigitNet, layerNames } from './digitNet.ts';
import { compared } from './losses.ts';
import { type Tell, type ToWorker } from './protocol.ts';
import { runCode } from './runCode.ts';

const tell: Tell = (message) => postMessage(message);
let net: DigitNet | undefined;

async function answer(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'make':
      net = await DigitNet.make(message.settings);
      return tell({ type: 'made', parameters: net.parameters, layers: layerNames });
    case 'train':
      if (net !== undefined) tell({ type: 'trained', stopped: !(await net.train(message.epochs, message.rest, tell)) });
      return;
    case 'stop':
      return net?.stop();
    case 'predict':
      if (net !== undefined) tell({ type: 'probabilities', values: await net.predict(message.pixels) });
      return;
    case 'sample': {
      const { images, labels } = data.test;
      const i = message.index % labels.length;
      return tell({ type: 'sample', pixels: Array.from(images.data.subarray(64 * i, 64 * i + 64)), label: labels[i] as number });
    }
    case 'probe':
      return tell({ type: 'probed', reason: await webgpuBackend().then(() => '', (error: Error) => error.message) });
    case 'losses':
      setDefaultBackend(await wasmBackend());
      for (const state of compared(message.steps)) tell(state);
      return tell({ type: 'compared' });
    case 'run':
      return runCode(message.code, new URL(/* @vite-ignore */ './pastina/dist/', import.meta.url).href, tell);
  }
}

addEventListener('message', ({ data: message }: MessageEvent<ToWorker>) => {
  answer(message).catch((error: unknown) => tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) }));
});
