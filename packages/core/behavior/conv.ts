import * as core from '@pastina/core';
import type { Probe } from '../../../tools/behavior/probe.ts';

const { constant, conv, convTranspose, evaluate, grad, input, pool, sum, upscale } = core;

/** A value, and the gradient of the sum of its squares. */
const spatial = (name: string, code: string, shape: readonly number[], make: (x: core.Expression) => core.Expression): Probe => ({
  name,
  code,
  values: () => {
    const size = shape.reduce((a, b) => a * b, 1);
    const x = input('x', [...shape]);
    const y = make(x);
    const feeds = { x: { data: Float32Array.from({ length: size }, (_, i) => ((i * 5) % 7) / 3 - 1), shape } };
    return { value: evaluate(y, feeds).dataSync(), gradient: evaluate(grad(sum(core.square(y)), x), feeds).dataSync() };
  },
});

const row = constant([[[0.1, -2, 3]]]);
const grouped = constant([[[0.1, 1]], [[-0.3, 0.7]]]);

const tied: Probe['values'] = () => {
  const x = input('x', [1, 1, 4]);
  const feeds = { x: [[[2, 2, 1, 2]]] };
  const y = pool(x, { size: 3, stride: 1 });
  return { value: evaluate(y, feeds).dataSync(), gradient: evaluate(grad(sum(y), x), feeds).dataSync() };
};

/** Windows that slide: their borders, ties, and which way filters lie. */
export const convProbes: readonly Probe[] = [
  spatial('conv', 'conv(x, w)', [1, 1, 5], (x) => conv(x, row)),
  spatial('conv, flipped, same, strided', "conv(x, w, { flipFilters: true, padding: 'same', stride: 2 })", [1, 1, 5], (x) => conv(x, row, { flipFilters: true, padding: 'same', stride: 2 })),
  spatial('conv, same, even window', "conv(x, w, { padding: 'same', groups: 2 })", [1, 2, 3], (x) => conv(x, grouped, { padding: 'same', groups: 2 })),
  spatial('conv, dilated, full', "conv(x, w, { dilation: 2, padding: 'full' })", [1, 1, 3], (x) => conv(x, row, { dilation: 2, padding: 'full' })),
  spatial('convTranspose', 'convTranspose(x, w, { stride: 2 })', [1, 1, 3], (x) => convTranspose(x, row, { stride: 2 })),
  spatial('pool', 'pool(x, { size: 2 })', [1, 1, 2, 5], (x) => pool(x, { size: 2 })),
  { name: 'pool on ties', code: 'pool(constant([[[2, 2, 1, 2]]]), { size: 3, stride: 1 })', values: tied },
  spatial('pool, border kept', "pool(x, { size: 2, ignoreBorder: false, mode: 'average-include-pad' })", [1, 1, 5], (x) => pool(x, { size: 2, ignoreBorder: false, mode: 'average-include-pad' })),
  spatial('pool, mean without padding', "pool(x, { size: 3, stride: 2, padding: 1, mode: 'average-exclude-pad' })", [1, 1, 5], (x) => pool(x, { size: 3, stride: 2, padding: 1, mode: 'average-exclude-pad' })),
  { name: 'pool with NaN', code: 'pool(constant([[[1, NaN, 3, 4]]]), { size: 2 })', values: () => ({ value: evaluate(pool(constant([[[1, NaN, 3, 4]]]), { size: 2 })).dataSync() }) },
  spatial('upscale', 'upscale(x, 2)', [1, 1, 3], (x) => upscale(x, 2)),
];
