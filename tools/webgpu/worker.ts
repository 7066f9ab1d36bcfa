// The thread that has the device.
import { webgpuBackend } from '@pastina/backend-webgpu';
import { type MessagePort, workerData } from 'node:worker_threads';
import { adapterOf } from './adapter.ts';
import { answerer } from './answers.ts';
import { type Question } from './protocol.ts';

const { port, flag } = workerData as { readonly port: MessagePort; readonly flag: Int32Array };
const answer = answerer(webgpuBackend({ adapter: await adapterOf('vulkan'), products: 'tiles' }));

port.on('message', (question: Question) => {
  void answer(question).then((told) => {
    port.postMessage(told);
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
  });
});
