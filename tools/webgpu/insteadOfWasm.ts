// Before an example: who asks for the WASM backend gets WebGPU, with results at once.
import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const stand = new URL('./standIn.ts', import.meta.url).href;
if (isMainThread) registerHooks({ resolve: (specifier, context, next) => (specifier === '@pastina/backend-wasm' ? { url: stand, shortCircuit: true } : next(specifier, context)) });
