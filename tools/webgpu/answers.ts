// What the thread that has the device does with questions: it waits for results, while the thread of the tests stands still.
import { PastinaError, parseProgram, type Backend, type Executable, type ParameterBuffer, type TypedArray } from '@pastina/core';
import { type Answer, type Question } from './protocol.ts';

/** Answers questions on a backend. */
export function answerer(backend: Promise<Backend>): (question: Question) => Promise<Answer> {
  const buffers = new Map<number, ParameterBuffer>();
  const executables = new Map<number, Executable>();
  let next = 0;
  const kept = <T>(held: Map<number, T>, value: T): number => {
    held.set(next, value);
    return next++;
  };
  async function answer(question: Question): Promise<unknown> {
    switch (question.kind) {
      case 'create':
        return kept(buffers, (await backend).createBuffer(question.data, question.dtype));
      case 'write':
        return buffers.get(question.id)?.write(question.data);
      case 'read':
        return buffers.get(question.id)?.read();
      case 'compile':
        return kept(executables, (await backend).compile(parseProgram(question.program), { check: question.check }));
      case 'run': {
        const parameters = question.parameters.map((id) => buffers.get(id) as ParameterBuffer);
        const results = executables.get(question.id)?.run(question.inputs, parameters) ?? [];
        const arrays = await Promise.all(results.map((result): Promise<TypedArray> => (ArrayBuffer.isView(result) ? Promise.resolve(result) : result.read())));
        // What a run without outputs does wrong shows at its parameters.
        if (results.length === 0) for (const parameter of parameters) await parameter.read();
        return arrays;
      }
      case 'code':
        return executables.get(question.id)?.code?.();
      case 'release':
        for (const id of question.ids) {
          buffers.delete(id);
          executables.delete(id);
        }
    }
  }
  return (question) => answer(question).then((value): Answer => ({ value }), described);
}

function described(error: unknown): Answer {
  const known = error instanceof PastinaError ? error : undefined;
  return { error: { name: (error as Error).name, code: known?.code, message: (error as Error).message, details: JSON.stringify(known?.details ?? {}) } };
}
