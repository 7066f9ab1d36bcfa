import { wasmBackend } from '@pastina/backend-wasm';
import * as core from '@pastina/core';
import type { Probe } from '../../../tools/behavior/probe.ts';

const backend = await wasmBackend();
const points = [-Infinity, -1e4, -88, -1, -1e-45, -0, 0, 1e-45, 0.5, 1, 2.5, 17, 88, 1e4, Infinity, NaN];
const names = ['exp', 'expm1', 'log', 'log1p', 'tanh', 'sigmoid', 'softplus', 'log1mexp', 'sqrt', 'rsqrt', 'reciprocal', 'sign', 'relu'] as const;

/** The bits that this backend gives: on every machine the same. */
export const probes: readonly Probe[] = [
  ...names.map((name): Probe => ({
    name,
    code: `${name}(x)`,
    values: () => {
      const x = core.input('x', [points.length]);
      return { value: core.evaluate(core[name](x), { x: points }, { backend }).dataSync() };
    },
  })),
  {
    name: 'sum and matmul',
    code: 'sum(x), matmul(m, transpose(m))',
    values: () => {
      const m = core.input('m', [3, 7]);
      const feeds = { m: { data: Float32Array.from({ length: 21 }, (_, i) => Math.fround(Math.sin(i) * 10)), shape: [3, 7] } };
      const outputs = { sum: core.sum(m), rows: core.sum(m, { axis: 1 }), product: core.matmul(m, core.transpose(m)), softmax: core.softmax(m) };
      const result = core.compile({ inputs: { m }, outputs, backend })(feeds);
      return Object.fromEntries(Object.entries(result).map(([name, tensor]) => [name, tensor.dataSync()]));
    },
  },
];
