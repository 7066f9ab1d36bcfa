// Before the tests of `vitest.webgpu.config.ts`: what is compiled without a backend runs on WebGPU.
import { setDefaultBackend } from '@pastina/core';
import { bridgedBackend } from './bridge.ts';
import { nodeThread } from './nodeThread.ts';

setDefaultBackend(bridgedBackend(nodeThread()));
