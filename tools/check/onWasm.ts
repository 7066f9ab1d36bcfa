// Before the tests of `vitest.wasm.config.ts`: what is compiled without a backend runs on WebAssembly.
import { wasmBackend } from '@pastina/backend-wasm';
import { setDefaultBackend } from '@pastina/core';

setDefaultBackend(await wasmBackend());
