import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { backendOf, backends, splitBackend } from './backend.ts';

it('WASM unless told; what else was asked stays', () => {
  expect(splitBackend([])).toEqual({ backend: 'wasm', rest: [] });
  expect(splitBackend(['conv'])).toEqual({ backend: 'wasm', rest: ['conv'] });
  for (const backend of backends) expect(splitBackend(['mnist', '--backend', backend, 'vae'])).toEqual({ backend, rest: ['mnist', 'vae'] });
  expect(() => splitBackend(['--backend', 'cuda'])).toThrow(new Error("--backend 'cuda'; expected one of wasm, reference, webgpu, software"));
  expect(() => splitBackend(['--backend'])).toThrow(new Error("--backend ''; expected one of wasm, reference, webgpu, software"));
});

it('gives the backend', async () => {
  expect((await backendOf([])).name).toBe('wasm');
  expect((await backendOf(['--backend', 'reference'])).name).toBe('reference');
});

it('a backend that is none is refused before anything runs', () => {
  const { status, stderr } = spawnSync(process.execPath, [new URL('run.ts', import.meta.url).pathname, '--backend', 'cuda'], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain("--backend 'cuda'; expected one of");
});
