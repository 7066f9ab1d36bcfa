import { wasmBackend } from '@pastina/backend-wasm';
import { compile, input, mean, type CompiledFunction } from '@pastina/core';
import { DenseLayer, getAllParams, getOutput, InputLayer, type Layer } from '@pastina/layers';
import { softmax } from '@pastina/layers/nonlinearities';
import { categoricalCrossentropy } from '@pastina/objectives';
import { sgd } from '@pastina/updates';
import type { Case } from '../harness.ts';

const batch = 512;
const feeds = (size: number): Parameters<CompiledFunction>[0] => ({ x: { data: new Float32Array(size * 784), shape: [size, 784] }, y: new Int32Array(size) });

/** What a user waits for: from a graph to the first result, and at a size that was not seen before. */
export const firstCall: Case = {
  name: 'first call',
  work: `a step of 784-1024-10 on ${batch} images: compiled and called for the first time, and called with another size, that call's own work included`,
  targets: [
    { what: 'built, compiled and called', of: (time) => time('built'), bound: 'at most', limit: 60, unit: 'ms' },
    { what: 'a new batch size, beyond the work', of: (time) => time('another size') - time('the work alone, 32'), bound: 'at most', limit: 15, unit: 'ms' },
  ],
  contestants: async () => {
    const backend = await wasmBackend();
    const build = (): CompiledFunction => {
      const [x, y] = [input('x', ['batch', 784]), input('y', ['batch'], 'int32')];
      let net: Layer = new InputLayer({ shape: [null, 784], inputVar: x });
      net = new DenseLayer(net, { numUnits: 1024, W: 0.01 });
      net = new DenseLayer(net, { numUnits: 10, W: 0.01, nonlinearity: softmax });
      const loss = mean(categoricalCrossentropy(getOutput(net), y));
      return compile({ inputs: { x, y }, outputs: { loss }, updates: sgd(loss, getAllParams(net, { trainable: true }), { learningRate: 0.01 }), backend });
    };
    const [known, given] = [build(), feeds(batch)];
    let size = 32;
    known(given);
    return [
      { name: 'the work alone', run: () => void known(given) },
      { name: 'built, compiled and called', run: () => void build()(given) },
      { name: 'the work alone, 32 images', run: () => void known(feeds(32)) },
      { name: 'another size, 33 images and up', run: () => void known(feeds((size += 1))) },
    ];
  },
};
