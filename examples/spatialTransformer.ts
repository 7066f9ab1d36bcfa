// A spatial transformer (Jaderberg et al., 2015): MNIST's digits, turned and pushed about on a canvas of 40 x 40, are found
// by a small network, cut out upright by a TransformerLayer, and named by a dense net. The same net without it: for comparison.
import { compile, div, input, mean, randomSource, setDefaultBackend } from '@pastina/core';
import { Conv2DLayer, DenseLayer, getAllParams, getOutput, InputLayer, MaxPool2DLayer, Pool2DLayer, setRandomSeed, TransformerLayer, type Layer } from '@pastina/layers';
import { HeNormal } from '@pastina/layers/init';
import { softmax } from '@pastina/layers/nonlinearities';
import { categoricalAccuracy, categoricalCrossentropy } from '@pastina/objectives';
import { fit } from '@pastina/training';
import { adam, cosineDecay, stepCounter } from '@pastina/updates';
import { backendOf } from './backend.ts';
import { mnist } from './mnist/data.ts';
import { check, clockOf } from './report.ts';

const [canvas, crop, batchSize, epochs] = [40, 20, 64, 5];

/** Each image turned by up to 45 degrees and put somewhere on its canvas. */
function scattered({ images, labels }: ReturnType<typeof mnist>, count: number, seed: number): { readonly x: { readonly data: Float32Array; readonly shape: readonly number[] }; readonly y: Int32Array } {
  const data = new Float32Array(count * canvas * canvas);
  const draws = randomSource(seed).uniform(3 * count);
  for (let item = 0; item < count; item += 1) {
    const [turn, right, down] = [0, 1, 2].map((k) => 2 * (draws[3 * item + k] as number) - 1) as [number, number, number];
    const [cos, sin] = [Math.cos((turn * Math.PI) / 4), Math.sin((turn * Math.PI) / 4)];
    for (let row = 0; row < canvas; row += 1) {
      for (let column = 0; column < canvas; column += 1) {
        const [across, along] = [column - canvas / 2 - 8 * right, row - canvas / 2 - 8 * down];
        const [i, j] = [Math.round(14 + cos * along - sin * across), Math.round(14 + sin * along + cos * across)];
        if (i >= 0 && i < 28 && j >= 0 && j < 28) data[(item * canvas + row) * canvas + column] = images.data[(item * 28 + i) * 28 + j] as number;
      }
    }
  }
  return { x: { data, shape: [count, 1, canvas, canvas] }, y: labels.slice(0, count) };
}

/** Where to look: a network that starts at "the middle, upright" and says how to move from there. */
function look(image: Layer): TransformerLayer {
  let where: Layer = new MaxPool2DLayer(image, { poolSize: 2 });
  where = new MaxPool2DLayer(new Conv2DLayer(where, { numFilters: 12, filterSize: 5, W: new HeNormal({ gain: 'relu' }) }), { poolSize: 2 });
  where = new MaxPool2DLayer(new Conv2DLayer(where, { numFilters: 12, filterSize: 3, W: new HeNormal({ gain: 'relu' }) }), { poolSize: 2 });
  where = new DenseLayer(new DenseLayer(where, { numUnits: 50, W: new HeNormal({ gain: 'relu' }) }), { numUnits: 6, W: 0, b: [0.7, 0, 0, 0, 0.7, 0], nonlinearity: null });
  return new TransformerLayer(image, { localizationNetwork: where, downsampleFactor: canvas / crop });
}

const train = scattered(mnist('train'), 60000, 1), held = scattered(mnist('t10k'), 10000, 2);
setDefaultBackend(await backendOf());

/** Trains a dense net on what `view` makes of the image; gives its accuracy on the images held out. */
async function accuracyOf(name: string, view: (image: Layer) => Layer): Promise<{ readonly found: number; readonly seen: (images: typeof held.x) => Promise<Float32Array> }> {
  setRandomSeed(1);
  const x = input('x', ['batch', 1, canvas, canvas]), y = input('y', ['batch'], 'int32');
  const seen = view(new InputLayer({ shape: [null, 1, canvas, canvas], inputVar: div(x, 255) }));
  const net = new DenseLayer(new DenseLayer(seen, { numUnits: 128, W: new HeNormal({ gain: 'relu' }) }), { numUnits: 10, nonlinearity: softmax });
  const p = getOutput(net), loss = mean(categoricalCrossentropy(p, y)), accuracy = mean(categoricalAccuracy(p, y));
  const clock = stepCounter();
  const rule = adam(loss, getAllParams(net, { trainable: true }), { learningRate: cosineDecay(clock, { initial: 0.002, final: 0.0001, steps: epochs * Math.ceil(train.y.length / batchSize) }) });
  const step = compile({ inputs: { x, y }, outputs: { loss }, updates: new Map([...rule, ...clock.updates]) });
  const measure = compile({ inputs: { x, y }, outputs: { loss, accuracy } });
  let found = NaN;
  for await (const event of fit({ step, data: train, epochs, batchSize, seed: 1, validation: { evaluate: measure, data: held, batchSize: 1000 } })) {
    if (event.type !== 'validation') continue;
    found = event.metrics.accuracy;
    console.log(`  ${clockOf()}  ${name}, epoch ${event.epoch}: ${(100 * found).toFixed(2)} % of the images held out`);
  }
  const show = compile({ inputs: { x }, outputs: { seen: getOutput(seen) } });
  return { found, seen: async (images) => await show({ x: images }).seen.data() as Float32Array };
}

const plain = await accuracyOf('dense', (image) => new Pool2DLayer(image, { poolSize: canvas / crop, mode: 'average-include-pad' }));
const transformed = await accuracyOf('looking', look);

// Three images that were held out, and below them what the classifier is shown.
const three = { data: held.x.data.subarray(0, 3 * canvas * canvas), shape: [3, 1, canvas, canvas] };
const draw = (pixels: Float32Array, size: number, one: number, every: number): void => {
  for (let row = 0; row < size; row += every) console.log([0, 1, 2].map((image) => Array.from({ length: size }, (_, column) => ' .:+#'[Math.min(4, Math.floor((5 * (pixels[(image * size + row) * size + column] as number)) / one))]).join('').padEnd(canvas)).join(' |'));
};
draw(three.data, canvas, 255, 2);
console.log('-'.repeat(3 * canvas + 4));
draw(await transformed.seen(three), crop, 1, 1);

check('accuracy with the transformer, on the images held out', transformed.found, 'at least', 0.95);
check('what it saves of the errors of the net without', 1 - (1 - transformed.found) / (1 - plain.found), 'at least', 0.7);
