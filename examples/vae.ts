// A variational autoencoder (Kingma and Welling, 2014) on MNIST: 784-256-20-256-784, pixels as probabilities of ink.
import { add, compile, div, exp, input, log, mean, mul, neg, randomNormal, setDefaultBackend, square, sub, sum, type Expression } from '@pastina/core';
import { countParams, DenseLayer, getAllParams, getOutput, InputLayer, MergeLayer, setRandomSeed, type Layer, type LayerShape, type OutputOptions } from '@pastina/layers';
import { sigmoid, softplus } from '@pastina/layers/nonlinearities';
import { fit } from '@pastina/training';
import { adam, cosineDecay, stepCounter } from '@pastina/updates';
import { backendOf } from './backend.ts';
import { mnist } from './mnist/data.ts';
import { check, clockOf } from './report.ts';

const [codes, hidden, batchSize, epochs] = [20, 256, 128, 4];

/** A layer of one's own: draws z from the normal distribution that the two layers below describe, the mean when deterministic. */
class DrawLayer extends MergeLayer {
  constructor(mu: Layer, logVariance: Layer) {
    super([mu, logVariance], { name: 'z' });
  }

  override getOutputFor([mu, logVariance]: readonly [Expression, Expression], options: OutputOptions): Expression {
    return options.deterministic === true ? mu : add(mu, mul(exp(mul(logVariance, 0.5)), randomNormal(mu.shape)));
  }

  override getOutputShapeFor([mu]: readonly LayerShape[]): LayerShape {
    return mu as LayerShape;
  }
}

setDefaultBackend(await backendOf());
setRandomSeed(1);
const x = input('x', ['batch', 784]);
const pixels = div(x, 255);
const encoder = new DenseLayer(new InputLayer({ shape: [null, 784], inputVar: pixels }), { numUnits: hidden, nonlinearity: softplus, name: 'encoder' });
const mu = new DenseLayer(encoder, { numUnits: codes, nonlinearity: null, name: 'mu' });
const logVariance = new DenseLayer(encoder, { numUnits: codes, nonlinearity: null, name: 'logVariance' });
const z = new DrawLayer(mu, logVariance);
const decoder = new DenseLayer(z, { numUnits: hidden, nonlinearity: softplus, name: 'decoder' });
const net = new DenseLayer(decoder, { numUnits: 784, nonlinearity: sigmoid, name: 'ink' });

// The binary cross-entropy as the textbook has it. The logarithms of the sigmoid are computed from its logits: no pixel
// can saturate, and no epsilon is needed.
const [ink, m, s] = getOutput([net, mu, logVariance]) as [Expression, Expression, Expression];
const crossEntropy = neg(add(mul(pixels, log(ink)), mul(sub(1, pixels), log(sub(1, ink)))));
const divergence = mul(sub(add(square(m), exp(s)), add(s, 1)), 0.5);
const reconstruction = mean(sum(crossEntropy, { axis: 1 })), kl = mean(sum(divergence, { axis: 1 }));
const negativeElbo = add(reconstruction, kl);

const params = getAllParams(net, { trainable: true });
const { train, held } = { train: mnist('train'), held: mnist('t10k') };
const steps = epochs * Math.ceil(train.labels.length / batchSize);
const clock = stepCounter();
const rule = adam(negativeElbo, params, { learningRate: cosineDecay(clock, { initial: 0.002, final: 0.0002, steps }) });
const step = compile({ inputs: { x }, outputs: { negativeElbo, reconstruction, kl }, updates: new Map([...rule, ...clock.updates]), seed: 1 });
const measure = compile({ inputs: { x }, outputs: { negativeElbo, reconstruction, kl }, seed: 2 });
check('places of the step that are not computed in the log domain', step.explain().unstable.length, 'at most', 0);

console.log(`autoencoder: ${countParams(net)} parameters, ${train.labels.length} images, ${steps} steps of ${batchSize}; in nats per image`);
let found = NaN;
for await (const event of fit({ step, data: { x: train.images }, epochs, batchSize, seed: 1, validation: { evaluate: measure, data: { x: held.images }, batchSize: 1000 } })) {
  if (event.type === 'step' && event.step % 200 === 0) console.log(`  ${clockOf()}  step ${event.step}: -ELBO ${event.metrics.negativeElbo.toFixed(1)} = reconstruction ${event.metrics.reconstruction.toFixed(1)} + KL ${event.metrics.kl.toFixed(1)}`);
  if (event.type === 'validation') {
    found = event.metrics.negativeElbo;
    console.log(`  ${clockOf()}  epoch ${event.epoch}: -ELBO ${found.toFixed(2)} on the images held out`);
  }
}

// Five digits that nobody wrote: codes drawn from the normal distribution, decoded.
const drawn = await compile({ inputs: {}, outputs: { ink: getOutput(net, new Map([[z, randomNormal([5, codes])]])) }, seed: 3 })({}).ink.data();
for (let row = 0; row < 28; row += 2) {
  const line = (image: number): string => Array.from({ length: 28 }, (_, column) => ' .:+#'[Math.min(4, Math.floor(5 * (drawn[image * 784 + row * 28 + column] as number)))]).join('');
  console.log([0, 1, 2, 3, 4].map(line).join(' '));
}
check('-ELBO on the images held out, in nats', found, 'at most', 115);
