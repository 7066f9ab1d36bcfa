import { type Backend } from '../program/backend.js';
import { referenceBackend } from '../reference/interpreter.js';

let current: Backend | undefined;

/** The backend of functions that are compiled without one. */
export function setDefaultBackend(backend: Backend): void {
  current = backend;
}

/** The backend of functions that are compiled without one: the reference interpreter, unless another was set. */
export function getDefaultBackend(): Backend {
  current ??= referenceBackend();
  return current;
}
