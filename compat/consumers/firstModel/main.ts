// A first model: what somebody new writes, in ten lines.
import { digits } from '@pastina/training/datasets';
import { adam, categoricalCrossentropy, compile, DenseLayer, fit, getAllParams, getOutput, init, input, InputLayer, mean, nonlinearities } from 'pastina';

await init();
const { train } = digits();
const x = input('x', ['batch', 64]), y = input('y', ['batch'], 'int32');
const hidden = new DenseLayer(new InputLayer({ shape: [null, 64], inputVar: x }), { numUnits: 64 });
const net = new DenseLayer(hidden, { numUnits: 10, nonlinearity: nonlinearities.softmax });
const loss = mean(categoricalCrossentropy(getOutput(net), y));
const step = compile({ inputs: { x, y }, outputs: { loss }, updates: adam(loss, getAllParams(net, { trainable: true })) });
for await (const event of fit({ step, data: { x: train.images, y: train.labels }, epochs: 5, batchSize: 32 })) {
  if (event.type === 'epoch') console.log(`bits ${event.epoch} ${event.metrics.loss}`);
}
