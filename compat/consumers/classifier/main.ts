// A downstream program, as a user would write it: it sees the published packages only.
import { compile, explain, input, mean, NonFiniteError, print, type Tensor } from '@pastina/core';
import { DenseLayer, getAllParams, getOutput, InputLayer, type Layer } from '@pastina/layers';
import { softmax } from '@pastina/layers/nonlinearities';
import { GlorotUniform } from '@pastina/layers/init';
import { categoricalAccuracy, categoricalCrossentropy } from '@pastina/objectives';
import { adam } from '@pastina/updates';
import { batches } from '@pastina/training';
import { digits } from '@pastina/training/datasets';
import * as pastina from 'pastina';

const { train } = await digits();
const x = input('x', ['batch', 64]);
const y = input('y', ['batch'], 'int32');
let net: Layer = new InputLayer({ shape: [null, 64], inputVar: x });
net = new DenseLayer(net, { numUnits: 16, W: new GlorotUniform({ seed: 1 }), name: 'hidden' });
net = new DenseLayer(net, { numUnits: 10, W: new GlorotUniform({ seed: 2 }), nonlinearity: softmax, name: 'output' });
const p = getOutput(net);
const loss = mean(categoricalCrossentropy(p, y));
const accuracy = mean(categoricalAccuracy(p, y));
const step = compile({ inputs: { x, y }, outputs: { loss, accuracy }, updates: adam(loss, getAllParams(net, { trainable: true }), { learningRate: 0.01 }), seed: 1 });

let first: number | undefined;
let last: { readonly loss: Tensor; readonly accuracy: Tensor } | undefined;
for (const batch of batches({ x: train.images, y: train.labels }, { batchSize: 128, shuffle: true, seed: 3 })) {
  last = step(batch);
  first ??= last.loss.item();
}
if (first === undefined || last === undefined || !(last.loss.item() < first)) throw new Error(`the loss did not fall: ${first} to ${last?.loss.item()}`);

if (explain(loss).recognised.length !== 1) throw new Error('the loss was not brought to the log domain');
if (!print(step).includes('logSoftmax')) throw new Error('print(step) does not show the log domain');
try {
  compile({ inputs: { x, y }, outputs: { loss }, check: 'finite' })({ x: [Array.from({ length: 64 }, () => NaN)], y: [0] });
  throw new Error('a NaN pixel went unseen');
} catch (error) {
  if (!(error instanceof NonFiniteError)) throw error;
}
// All bits of the trained weights: the same on every Node, and from release to release unless it is told.
const bits = getAllParams(net).flatMap((param) => Array.from(new Uint32Array(Float32Array.from(param.valueSync().dataSync()).buffer))).reduce((hash, word) => (Math.imul(hash, 31) + word) | 0, 0);
// The same net on the default backend, WebAssembly that no bundler needs to be told of.
await pastina.init();
const onWasm = compile({ inputs: { x, y }, outputs: { loss, accuracy }, updates: adam(loss, getAllParams(net, { trainable: true })) });
const { loss: after } = onWasm({ x: train.images, y: train.labels });
console.log(`bits ${bits} ${after.item()} ${onWasm({ x: train.images, y: train.labels }).loss.item()}`);
console.log(`${pastina.version.name} ${pastina.version.version} ${pastina.version.commit}: loss ${first.toFixed(3)} to ${last.loss.item().toFixed(3)}`);
