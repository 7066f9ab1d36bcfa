import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { wasmBackend } from '@pastina/backend-wasm';
import { compile, input, mean, referenceBackend, square, type Backend } from '@pastina/core';
import { getAllParams, getOutput, InputLayer, LSTMLayer } from '@pastina/layers';
import { sgd } from '@pastina/updates';
import type { Case, Contestant } from '../harness.ts';

const [time, batch, units] = [50, 4, 32];
const numbers = (size: number): Float32Array => Float32Array.from({ length: size }, (_, i) => Math.sin(i) * 0.1);
const learningRate = 0.1;

/** A step of an LSTM, as a loop. */
export const lstmStep: Case = {
  name: 'lstm step',
  work: `a step of sgd on an LSTM layer of ${units} units over ${time} time steps, ${batch} items of ${units} features, the mean square of its last output`,
  targets: [{ what: 'times as fast as tfjs-layers', of: (elapsed) => elapsed('tfjs-layers') / elapsed('pastina'), bound: 'at least', limit: 60 }],
  contestants: async () => [ours('backend-wasm', await wasmBackend()), ours('reference interpreter', referenceBackend()), await theirs()],
};

function ours(name: string, backend: Backend): Contestant {
  const x = input('x', ['batch', time, units]);
  // As theirs: no peepholes.
  const net = new LSTMLayer(new InputLayer({ shape: [null, time, units], inputVar: x }), { numUnits: units, peepholes: false, onlyReturnFinal: true });
  const loss = mean(square(getOutput(net)));
  const f = compile({ inputs: { x }, outputs: { loss }, updates: sgd(loss, getAllParams(net, { trainable: true }), { learningRate }), backend });
  const feeds = { x: { data: numbers(time * batch * units), shape: [batch, time, units] } };
  return { name: `pastina, ${name}`, run: () => void f(feeds).loss.item() };
}

async function theirs(): Promise<Contestant> {
  await tf.setBackend('wasm');
  // An orthogonal start needs methods of tensors that Node does not get.
  const model = tfl.sequential({ layers: [tfl.layers.lstm({ units, inputShape: [time, units], recurrentActivation: 'sigmoid', recurrentInitializer: 'glorotUniform' })] });
  model.compile({ optimizer: tf.train.sgd(learningRate), loss: 'meanSquaredError' });
  const [x, y] = [tf.tensor3d(numbers(batch * time * units), [batch, time, units]), tf.zeros([batch, units])];
  return { name: 'tfjs-layers 4.22.0 on tfjs-backend-wasm', run: () => model.trainOnBatch(x, y) };
}
