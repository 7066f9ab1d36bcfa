import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, customGradient, input, mul, parameter, parametersOf, square } from '@pastina/core';
import { batchNorm, Conv2DLayer, DenseLayer, dropout, getOutput, InputLayer, LSTMLayer, MaxPool2DLayer, ReshapeLayer, setRandomSeed, type Layer } from '@pastina/layers';
import { softmax } from '@pastina/layers/nonlinearities';
import { categoricalCrossentropy } from '@pastina/objectives';
import { describe, expect, it } from 'vitest';
import { readModel, restoreCheckpoint, writeModel, writeSafetensors } from '../checkpoints.js';
import { writeChecked } from '../formats/checksum.js';
import { fitNormalization } from '../index.js';
import { loadModel, saveModel } from '../node.js';

const x = input('x', ['batch', 1, 8, 8]), y = input('y', ['batch'], 'int32');

function network(): Layer {
  setRandomSeed(5);
  let net: Layer = new InputLayer({ shape: [null, 1, 8, 8], inputVar: fitNormalization({ data: Float32Array.from({ length: 128 }, (_, i) => i % 9), shape: [2, 1, 8, 8] }, { axes: 'all' }).normalize(x) });
  net = new MaxPool2DLayer(batchNorm(new Conv2DLayer(net, { numFilters: 3, filterSize: 3, pad: 'same' })), { poolSize: 2 });
  net = new LSTMLayer(new ReshapeLayer(dropout(net), { shape: [[0], 3, 16] }), { numUnits: 4, onlyReturnFinal: true });
  return new DenseLayer(net, { numUnits: 2, nonlinearity: softmax });
}

describe('a model', () => {
  const net = network();
  const outputs = { p: getOutput(net, undefined, { deterministic: true }), loss: categoricalCrossentropy(getOutput(net, undefined, { deterministic: true }), y) };
  const feeds = [1, 3].map((batch) => ({ x: { data: Float32Array.from({ length: 64 * batch }, (_, i) => Math.sin(i) * 9), shape: [batch, 1, 8, 8] }, y: Int32Array.from({ length: batch }, (_, i) => i % 2) }));

  it('of convolutions, running averages, an LSTM and an objective comes back without its code, with the same bits', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pastina-'));
    await saveModel(join(folder, 'model'), { inputs: { x, y }, outputs, metadata: { classes: 'a,b' } });
    const model = await loadModel(join(folder, 'model'));
    rmSync(folder, { recursive: true });
    expect(model.metadata).toEqual({ classes: 'a,b' });
    expect([...model.params.values()].map(({ name, shape }) => [name, shape])).toEqual(parametersOf(Object.values(outputs)).map(({ name, shape }) => [name, shape]));
    const [before, after] = [compile({ inputs: { x, y }, outputs }), compile({ inputs: model.inputs, outputs: model.outputs })];
    for (const feed of feeds) for (const name of ['p', 'loss'] as const) expect([...(after(feed)[name]?.dataSync() ?? [])]).toEqual([...before(feed)[name].dataSync()]);
  });

  it('is a checkpoint too', async () => {
    const bytes = await writeModel({ inputs: { x, y }, outputs });
    const { params } = readModel(bytes);
    for (const param of params.values()) param.set({ data: new Float32Array(param.shape.reduce((a, b) => a * b, 1)), shape: param.shape });
    restoreCheckpoint(bytes, { params });
    expect([...params.values()].map((param) => String(param.valueSync()))).toEqual(parametersOf(Object.values(outputs)).map((param) => String(param.valueSync())));
  });

  it('that is none, or cannot be one, is refused', async () => {
    expect(() => readModel(writeSafetensors({ W: 1 }))).toThrow('readModel: the file has no graph, only values; build the network, and set it by restoreCheckpoint [MODEL]');
    expect(() => readModel(writeChecked({ W: 1 }, { 'pastina.graph': '{}' }))).toThrow(/GRAPH_CORRUPT/);
    await expect(writeModel({ inputs: { x }, outputs: { y: customGradient([x], square(x), (g) => [g]) } })).rejects.toThrow(/GRAPH_STORE/);
    await expect(writeModel({ inputs: { x }, outputs: { y: mul(x, parameter(1)) }, metadata: { 'pastina.graph': '' } })).rejects.toThrow("writeModel: metadata 'pastina.graph'; names that begin with 'pastina.' are taken");
    const bytes = await writeModel({ inputs: {}, outputs: { y: mul(parameter(1, { name: 'a' }), parameter(2, { name: 'a' })) } });
    const { inputs, outputs: read, params } = readModel(bytes);
    expect([...params.keys()]).toEqual(['a', 'a#1']);
    expect(compile({ inputs, outputs: read })({}).y?.item()).toBe(2);
  });
});
