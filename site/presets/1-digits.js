// Train on digits
import { adam, categoricalAccuracy, categoricalCrossentropy, compile, DenseLayer, fit, getAllParams, getOutput, init, input, InputLayer, mean, nonlinearities } from 'pastina';
import { digits } from '@pastina/training/datasets';

await init(); // WebAssembly
const { train, test } = digits();
const x = input('x', ['batch', 64]), y = input('y', ['batch'], 'int32');
let net = new InputLayer({ shape: [null, 64], inputVar: x });
net = new DenseLayer(net, { numUnits: 64 });
net = new DenseLayer(net, { numUnits: 10, nonlinearity: nonlinearities.softmax });

const p = getOutput(net);
const loss = mean(categoricalCrossentropy(p, y)), accuracy = mean(categoricalAccuracy(p, y));
const params = getAllParams(net, { trainable: true });
const step = compile({ inputs: { x, y }, outputs: { loss }, updates: adam(loss, params, { learningRate: 0.005 }) });
const measure = compile({ inputs: { x, y }, outputs: { loss, accuracy } });

const events = fit({
  step, data: { x: train.images, y: train.labels }, epochs: 5, batchSize: 32,
  validation: { evaluate: measure, data: { x: test.images, y: test.labels } },
});
for await (const event of events) {
  if (event.type === 'validation') console.log(`epoch ${event.epoch}: held-out accuracy ${event.metrics.accuracy.toFixed(3)}`);
}
