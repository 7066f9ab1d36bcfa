import { defineConfig } from 'vitest/config';

const source = (path: string): string => new URL(`packages/${path}`, import.meta.url).pathname;
const names = ['core', 'objectives', 'layers', 'updates', 'training', 'backend-wasm', 'backend-webgpu', 'cli'];

// Tests run on the sources, so that they need no build; the built packages have tests of their own.
export default defineConfig({
  resolve: {
    alias: [
      ...names.flatMap((name) => [
        { find: new RegExp(`^@pastina/${name}$`), replacement: source(`${name}/src/index.ts`) },
        { find: new RegExp(`^@pastina/${name}/([\\w-]+)$`), replacement: source(`${name}/src/$1.ts`) },
      ]),
      { find: /^pastina$/, replacement: source('pastina/src/index.ts') },
    ],
  },
  test: {
    // Machines may be slow, and busy with other things.
    testTimeout: 60_000,
    setupFiles: ['./tools/check/beforeTests.ts'],
    include: ['packages/*/src/**/*.test.ts', 'tools/**/*.test.ts', 'examples/**/*.test.ts', 'bench/**/*.test.ts', 'site/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/*.gpu.test.ts'],
  },
});
