import { mergeConfig, type ViteUserConfig } from 'vitest/config';
import base from './vitest.config.ts';

// The tests of everything that computes, once more on the WASM backend instead of the reference interpreter.
const config: ViteUserConfig = mergeConfig(base, { test: { setupFiles: ['./tools/check/onWasm.ts'] } });
export default { ...config, test: { ...config.test, include: ['core', 'objectives', 'layers', 'updates', 'training'].map((name) => `packages/${name}/src/**/*.test.ts`) } };
