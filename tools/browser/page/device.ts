// The worker that has the device: questions come as messages, answers go into shared memory, where the asker stands still.
import { webgpuBackend } from '@pastina/backend-webgpu';
import { answerer } from '../../webgpu/answers.ts';
import { type Question } from '../../webgpu/protocol.ts';
import { encode } from './encoding.ts';

const answer = answerer(webgpuBackend({ products: 'tiles' }));

addEventListener('message', ({ data: { question, memory } }: MessageEvent<{ readonly question: Question; readonly memory: SharedArrayBuffer }>) => {
  void answer(question).then((told) => {
    const state = new Int32Array(memory, 0, 2);
    const bytes = encode(told);
    const room = new Uint8Array(memory, 8);
    const fits = bytes.length <= room.length;
    const sent = fits ? bytes : encode({ error: { name: 'Error', message: `an answer of ${bytes.length} bytes; there is room for ${room.length}` } });
    room.set(sent);
    Atomics.store(state, 1, sent.length);
    Atomics.store(state, 0, 1);
    Atomics.notify(state, 0);
  });
});
postMessage('ready');
