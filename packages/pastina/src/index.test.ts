import * as core from '@pastina/core';
import * as layers from '@pastina/layers';
import * as init from '@pastina/layers/init';
import * as nonlinearities from '@pastina/layers/nonlinearities';
import * as regularization from '@pastina/layers/regularization';
import * as objectives from '@pastina/objectives';
import * as training from '@pastina/training';
import * as updates from '@pastina/updates';
import { describe, expect, it } from 'vitest';
import * as pastina from './index.js';

const packages = { core, layers, objectives, training, updates };
const own = ['behaviors', 'defaults', 'version', 'init'];

describe('the umbrella', () => {
  it.each(Object.entries(packages))('re-exports all of %s, under the same names', (_, exported) => {
    for (const [name, value] of Object.entries(exported)) if (!own.includes(name)) expect((pastina as Readonly<Record<string, unknown>>)[name], name).toBe(value);
  });

  it('has no name that two packages fill differently, but those it fills itself', () => {
    const names = Object.values(packages).flatMap((exported) => Object.keys(exported));
    const twice = [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
    expect(twice.sort()).toEqual(['defaults', 'version']);
    expect(pastina.version.name).toBe('pastina');
    expect(Object.keys(pastina.defaults)).toEqual(['package', 'release', 'init.backend']);
  });

  it('has the subpaths of layers whole, as namespaces', () => {
    expect({ ...pastina.initializers }).toEqual({ ...init });
    expect({ ...pastina.nonlinearities }).toEqual({ ...nonlinearities });
    expect({ ...pastina.regularization }).toEqual({ ...regularization });
  });

  it('keeps nonlinearities the very functions of core where both have them', () => {
    expect(pastina.nonlinearities.softmax).toBe(pastina.softmax);
  });
});

describe('init', () => {
  it('picks WebAssembly, unless told otherwise', async () => {
    expect((await pastina.init()).name).toBe('wasm');
    expect(pastina.getDefaultBackend().name).toBe('wasm');
    expect(pastina.evaluate(pastina.add(pastina.constant([1, 2]), 1)).toArray()).toEqual([2, 3]);
    expect(await pastina.init({ backend: 'reference' })).toBe(pastina.getDefaultBackend());
    expect(pastina.getDefaultBackend().name).toBe('reference');
  });

  it('says what is missing where a backend cannot be had', async () => {
    await expect(pastina.init({ backend: 'webgpu' })).rejects.toThrow(pastina.UnsupportedError);
    await expect(pastina.init({ backend: 'webgpu' })).rejects.toThrow(/this engine has no WebGPU \(navigator\.gpu\); use await wasmBackend\(\)/);
    await expect(pastina.init({ backend: 'cuda' as never })).rejects.toThrow(/backend 'cuda'; expected 'wasm' or 'webgpu' or 'reference'/);
    await expect(pastina.init({ backends: 'wasm' } as never)).rejects.toThrow(/did you mean 'backend'/);
  });

  it('lists the defaults of all packages, each under a code of its own', () => {
    const codes = pastina.behaviors().map(({ code }) => code);
    expect(codes).toContain('D0400');
    expect(new Set(codes).size).toBe(codes.length);
  });
});
