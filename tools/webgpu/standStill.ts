import { type Question } from './protocol.ts';

/** Waits until the flag is raised. It may be that a call wakes us which was meant for the answer before, so the flag itself counts. */
export function standStill(flag: Int32Array, question: Question): void {
  while (Atomics.load(flag, 0) === 0) {
    if (Atomics.wait(flag, 0, 0, 120_000) === 'timed-out') throw new Error(`webgpu: no answer to '${question.kind}' within two minutes`);
  }
}
