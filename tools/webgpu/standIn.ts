import { type Backend } from '@pastina/core';
import { bridgedBackend } from './bridge.ts';
import { nodeThread } from './nodeThread.ts';

/** What examples call. */
export const wasmBackend = (): Promise<Backend> => Promise.resolve(bridgedBackend(nodeThread()));
