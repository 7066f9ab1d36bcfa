// MNIST by a dense net and by a small convolutional one: `node examples/mnist.ts [mlp | conv]`.
import { compile, div, input, mean, setDefaultBackend } from '@pastina/core';
import { Conv2DLayer, countParams, DenseLayer, dropout, getAllParams, getOutput, InputLayer, MaxPool2DLayer, ReshapeLayer, setRandomSeed, type Layer } from '@pastina/layers';
import { softmax } from '@pastina/layers/nonlinearities';
import { categoricalAccuracy, categoricalCrossentropy } from '@pastina/objectives';
import { fit } from '@pastina/training';
import { adamw, cosineDecay, linearWarmup, stepCounter } from '@pastina/updates';
import { backendOf, splitBackend } from './backend.ts';
import { mnist, type Mnist } from './mnist/data.ts';
import { check, clockOf } from './report.ts';

const batchSize = 64;

/** 784-256-10 with dropout. */
function mlp(pixels: Layer): Layer {
  let net: Layer = new DenseLayer(pixels, { numUnits: 256, name: 'hidden' });
  net = dropout(net, { p: 0.2 });
  return new DenseLayer(net, { numUnits: 10, nonlinearity: softmax, name: 'out' });
}

/** Two convolutions with pools, and a dense layer. */
function conv(pixels: Layer): Layer {
  let net: Layer = new ReshapeLayer(pixels, { shape: [[0], 1, 28, 28] });
  net = new MaxPool2DLayer(new Conv2DLayer(net, { numFilters: 8, filterSize: 5, name: 'conv1' }), { poolSize: 2 });
  net = new MaxPool2DLayer(new Conv2DLayer(net, { numFilters: 16, filterSize: 5, name: 'conv2' }), { poolSize: 2 });
  net = new DenseLayer(net, { numUnits: 64, name: 'hidden' });
  return new DenseLayer(net, { numUnits: 10, nonlinearity: softmax, name: 'out' });
}

/** Trains a net and gives its accuracy on the images held out. */
async function train(name: string, build: (pixels: Layer) => Layer, data: Mnist, held: Mnist, epochs: number): Promise<number> {
  setRandomSeed(1);
  const [x, y] = [input('x', ['batch', 784]), input('y', ['batch'], 'int32')];
  const net = build(new InputLayer({ shape: [null, 784], inputVar: div(x, 255), name: 'pixels' }));
  const loss = mean(categoricalCrossentropy(getOutput(net), y));
  const quiet = getOutput(net, undefined, { deterministic: true });
  const accuracy = mean(categoricalAccuracy(quiet, y));

  const steps = epochs * Math.ceil(data.labels.length / batchSize);
  const clock = stepCounter();
  const learningRate = linearWarmup(clock, { to: cosineDecay(clock, { initial: 0.003, steps }), steps: 100 });
  const rule = adamw(loss, getAllParams(net, { trainable: true }), { learningRate, decayParams: getAllParams(net, { regularizable: true }) });
  const step = compile({ inputs: { x, y }, outputs: { loss }, updates: new Map([...rule, ...clock.updates]), seed: 1 });
  const measure = compile({ inputs: { x, y }, outputs: { accuracy } });

  console.log(`${name}: ${countParams(net)} parameters, ${data.labels.length} images, ${steps} steps`);
  let [recent, found] = [0, 0];
  const events = fit({ step, data: { x: data.images, y: data.labels }, epochs, batchSize, seed: 1, validation: { evaluate: measure, data: { x: held.images, y: held.labels }, batchSize: 1000 } });
  for await (const event of events) {
    if (event.type === 'step') {
      recent = event.step === 1 ? event.metrics.loss : 0.98 * recent + 0.02 * event.metrics.loss;
      if (event.step % 200 === 0) console.log(`  ${clockOf()}  step ${event.step}: loss ${recent.toFixed(4)}`);
    }
    if (event.type === 'validation') {
      found = event.metrics.accuracy;
      console.log(`  ${clockOf()}  epoch ${event.epoch}: ${(100 * found).toFixed(2)} % of ${held.labels.length} held-out images`);
    }
  }
  return found;
}

setDefaultBackend(await backendOf());
const [data, held] = [mnist('train'), mnist('t10k')];
const [which] = splitBackend(process.argv.slice(2)).rest;
if (which !== 'conv') check('accuracy of the dense net', await train('dense net', mlp, data, held, 3), 'at least', 0.975);
if (which !== 'mlp') check('accuracy of the convolutional net', await train('convolutional net', conv, data, held, 2), 'at least', 0.985);
