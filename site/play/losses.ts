// The comparison of examples/seed, step by step: one loss written in three ways, on a network whose logits are saturated.
import { argMax, cast, compile, equal, grad, input, mean, sqrt, square, sum, type Expression } from '@pastina/core';
import { DenseLayer, getAllParams, getOutput, InputLayer } from '@pastina/layers';
import { softmax } from '@pastina/layers/nonlinearities';
import { sgd } from '@pastina/updates';
import { variants } from '../../examples/seed/comparison.ts';
import { seedProblem, type SeedProblem } from '../../examples/seed/data.ts';
import { type LossMessage } from './protocol.ts';

type Step = () => Pick<LossMessage, 'cost' | 'gradient' | 'accuracy'>;

function stepOf({ loss, recognise }: (typeof variants)[number], problem: SeedProblem): Step {
  const [x, t, y] = [input('x', ['batch', 784]), input('t', ['batch', 10]), input('y', ['batch'], 'int32')];
  const hidden = new DenseLayer(new InputLayer({ shape: [null, 784], inputVar: x }), { numUnits: 1024, W: problem.W1, name: 'hidden' });
  const net = new DenseLayer(hidden, { numUnits: 10, W: problem.W2, nonlinearity: softmax, name: 'out' });
  const p = getOutput(net);
  const params = getAllParams(net, { trainable: true });
  const cost = mean(loss(p, t));
  const gradients = grad(cost, params, { recognise });
  const gradient = sqrt(sum(square(gradients[0] as Expression)));
  const accuracy = mean(cast(equal(argMax(p, { axis: 1 }), y), 'float32'));
  const step = compile({ inputs: { x, t, y }, outputs: { cost, gradient, accuracy }, updates: sgd(gradients, params, { learningRate: 0.01 }), recognise });
  return () => {
    const found = step({ x: problem.images, t: problem.oneHot, y: problem.labels });
    return { cost: found.cost.item(), gradient: found.gradient.item(), accuracy: found.accuracy.item() };
  };
}

/** The three ways in turn, from the same weights: what each comes to before step 0, 1, …; on the default backend. */
export function* compared(steps: number): Generator<LossMessage> {
  const problem = seedProblem(255);
  const all = variants.map((variant) => stepOf(variant, problem));
  for (let step = 0; step < steps; step += 1) {
    for (const [variant, next] of all.entries()) yield { type: 'loss', variant, step, ...next() };
  }
}
