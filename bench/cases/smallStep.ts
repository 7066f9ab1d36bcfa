import { wasmBackend } from '@pastina/backend-wasm';
import { compile, input, mean, square, sub, tanh } from '@pastina/core';
import { DenseLayer, getAllParams, getOutput, InputLayer, type Layer } from '@pastina/layers';
import { sgd } from '@pastina/updates';
import type { Case } from '../harness.ts';

/** What a step costs besides its arithmetic. */
export const smallStep: Case = {
  name: 'small step',
  work: 'a hundred steps of sgd on 2-16-1, tanh, 4 items (target: 1 ms, that is 10 µs a step)',
  contestants: async () => {
    const [x, y] = [input('x', ['batch', 2]), input('y', ['batch', 1])];
    let net: Layer = new InputLayer({ shape: [null, 2], inputVar: x });
    net = new DenseLayer(net, { numUnits: 16, nonlinearity: tanh });
    net = new DenseLayer(net, { numUnits: 1, nonlinearity: null });
    const loss = mean(square(sub(getOutput(net), y)));
    const step = compile({ inputs: { x, y }, outputs: { loss }, updates: sgd(loss, getAllParams(net, { trainable: true }), { learningRate: 0.1 }), backend: await wasmBackend() });
    const feeds = { x: { data: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), shape: [4, 2] }, y: { data: Float32Array.of(0, 1, 1, 0), shape: [4, 1] } };
    return [{ name: 'pastina, backend-wasm', run: () => { for (let i = 0; i < 100; i += 1) step(feeds); } }];
  },
};
