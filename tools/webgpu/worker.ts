// The thread that has the device: it waits for results, while the thread of the tests stands still.
import { PastinaError, parseProgram, type Executable, type ParameterBuffer, type TypedArray } from '@pastina/core';
import { webgpuBackend } from '@pastina/backend-webgpu';
import { type MessagePort, workerData } from 'node:worker_threads';
import { adapterOf } from './adapter.ts';
import { type Answer, type Question } from './protocol.ts';

const { port, flag } = workerData as { readonly port: MessagePort; readonly flag: Int32Array };
const backend = webgpuBackend({ adapter: await adapterOf('vulkan') });
const buffers: ParameterBuffer[] = [];
const executables: Executable[] = [];

async function answer(question: Question): Promise<unknown> {
  switch (question.kind) {
    case 'create':
      return buffers.push((await backend).createBuffer(question.data, question.dtype)) - 1;
    case 'write':
      return buffers[question.id]?.write(question.data);
    case 'read':
      return buffers[question.id]?.read();
    case 'compile':
      return executables.push((await backend).compile(parseProgram(question.program), { check: question.check })) - 1;
    case 'run': {
      const parameters = question.parameters.map((id) => buffers[id] as ParameterBuffer);
      const results = executables[question.id]?.run(question.inputs, parameters) ?? [];
      const arrays = await Promise.all(results.map((result): Promise<TypedArray> => (ArrayBuffer.isView(result) ? Promise.resolve(result) : result.read())));
      // What a run without outputs does wrong shows at its parameters.
      if (results.length === 0) for (const parameter of parameters) await parameter.read();
      return arrays;
    }
    case 'code':
      return executables[question.id]?.code?.();
  }
}

function described(error: unknown): Answer {
  const known = error instanceof PastinaError ? error : undefined;
  return { error: { name: (error as Error).name, code: known?.code, message: (error as Error).message, details: JSON.stringify(known?.details ?? {}) } };
}

port.on('message', (question: Question) => {
  void answer(question).then((value): Answer => ({ value }), described).then((told) => {
    port.postMessage(told);
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
  });
});
