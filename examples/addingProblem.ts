// The adding problem (Hochreiter and Schmidhuber, 1997), Lasagne's example of recurrent nets: a sequence of
// numbers, two of them marked; the sum of the two is asked for at the end. A net that forgets gets 1/6.
import { compile, input, randomSource, setDefaultBackend, type RandomSource } from '@pastina/core';
import { DenseLayer, getAllParams, getOutput, InputLayer, LSTMLayer, setRandomSeed } from '@pastina/layers';
import { aggregate, squaredError } from '@pastina/objectives';
import { type Shaped } from '@pastina/training';
import { adam, cosineDecay, getOrComputeGrads, stepCounter, totalNormConstraint } from '@pastina/updates';
import { backendOf } from './backend.ts';
import { check, clockOf, valueOf } from './report.ts';

const [batchSize, shortest, longest, units, steps] = [64, 25, 35, 32, 2000];

/** Sequences of many lengths, filled up with zeros; the mask says where they end. */
function sequences(random: RandomSource): { readonly x: Shaped; readonly mask: Shaped; readonly y: Shaped } {
  const [x, mask, y] = [new Float32Array(batchSize * longest * 2), new Float32Array(batchSize * longest), new Float32Array(batchSize)];
  for (let item = 0; item < batchSize; item += 1) {
    const [l, a, b, ...values] = random.uniform(3 + longest) as unknown as readonly [number, number, number, ...number[]];
    const length = shortest + Math.floor(l * (longest - shortest + 1));
    const half = Math.floor(length / 2);
    const marked = [Math.floor(a * half), half + Math.floor(b * (length - half))];
    values.slice(0, length).forEach((value, time) => {
      const place = item * longest + time;
      x[2 * place] = value;
      x[2 * place + 1] = marked.includes(time) ? 1 : 0;
      mask[place] = 1;
      if (marked.includes(time)) y[item] = (y[item] as number) + value;
    });
  }
  return { x: { data: x, shape: [batchSize, longest, 2] }, mask: { data: mask, shape: [batchSize, longest] }, y: { data: y, shape: [batchSize, 1] } };
}

setDefaultBackend(await backendOf());
setRandomSeed(1);
const [x, mask, y] = [input('x', ['batch', longest, 2]), input('mask', ['batch', longest]), input('y', ['batch', 1])];
const ends = new InputLayer({ shape: [null, longest], inputVar: mask, name: 'mask' });
const memory = new LSTMLayer(new InputLayer({ shape: [null, longest, 2], inputVar: x, name: 'x' }), { numUnits: units, maskInput: ends, onlyReturnFinal: true, gradClipping: 10, name: 'lstm' });
const net = new DenseLayer(memory, { numUnits: 1, nonlinearity: null, name: 'sum' });

const mse = aggregate(squaredError(getOutput(net), y));
const params = getAllParams(net, { trainable: true });
const clock = stepCounter();
const rule = adam(totalNormConstraint(getOrComputeGrads(mse, params), 1), params, { learningRate: cosineDecay(clock, { initial: 0.01, steps }) });
const step = compile({ inputs: { x, mask, y }, outputs: { mse }, updates: new Map([...rule, ...clock.updates]) });
const measure = compile({ inputs: { x, mask, y }, outputs: { mse } });

console.log(`adding problem: sequences of ${shortest} to ${longest} steps, an LSTM of ${units} units, ${steps} steps of ${batchSize}`);
const training = randomSource(1);
let recent = 1 / 6;
for (let i = 1; i <= steps; i += 1) {
  recent = 0.98 * recent + 0.02 * await valueOf(step(sequences(training)).mse);
  if (i % 100 === 0) console.log(`  ${clockOf()}  step ${i}: mean squared error ${recent.toFixed(5)}`);
}
const held = randomSource(2);
const errors = await Promise.all(Array.from({ length: 20 }, () => valueOf(measure(sequences(held)).mse)));
check('mean squared error on new sequences', errors.reduce((a, b) => a + b, 0) / errors.length, 'at most', 0.005);
