import { mergeConfig, type ViteUserConfig } from 'vitest/config';
import base from './vitest.config.ts';

// The tests of everything that computes, once more on the WebGPU backend, and its own tests that need a driver: see
// tools/webgpu/run.ts.
const config: ViteUserConfig = mergeConfig(base, { test: { setupFiles: ['./tools/webgpu/onWebgpu.ts'], testTimeout: 120_000, hookTimeout: 120_000, maxWorkers: 2, isolate: false } });
const include = ['core', 'objectives', 'layers', 'updates', 'training'].map((name) => `packages/${name}/src/**/*.test.ts`);
export default { ...config, test: { ...config.test, include: [...include, 'packages/backend-webgpu/src/**/*.gpu.test.ts'], exclude: [] } };
