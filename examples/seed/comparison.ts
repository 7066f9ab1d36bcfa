// Three ways to write categorical cross-entropy on saturated logits: a network of 784-1024-10 that is
// shown pixels from 0 to 255 gives its softmax logits some hundreds apart, so probabilities of exactly 0.
import { argMax, cast, compile, equal, grad, input, log, mean, mul, neg, sqrt, square, sum, type Expression } from '@pastina/core';
import { DenseLayer, getAllParams, getOutput, InputLayer } from '@pastina/layers';
import { softmax } from '@pastina/layers/nonlinearities';
import { categoricalCrossentropy } from '@pastina/objectives';
import { sgd } from '@pastina/updates';
import { valueOf } from '../report.ts';
import { seedProblem, type SeedProblem } from './data.ts';

/** A loss, and whether the log-domain pass may look at it. */
interface Variant {
  readonly name: string;
  readonly loss: (p: Expression, oneHot: Expression) => Expression;
  readonly recognise: boolean;
}

/** What one way of writing the loss led to. */
export interface Outcome {
  readonly name: string;
  /** Before any step. */
  readonly cost: number;
  readonly gradientW1: number;
  readonly gradientW2: number;
  /** Norm of the first layer's gradient when one step was made. */
  readonly gradientW1AfterOneStep: number;
  /** On the 64 training images, after ten steps. */
  readonly accuracy: number;
}

export const variants: readonly Variant[] = [
  // recognise: false, since pastina would compute this very line in the log domain.
  { name: 'as written: -sum(t * log(p))', loss: (p, t) => neg(sum(mul(t, log(p)), { axis: -1 })), recognise: false },
  { name: 'clipped: epsilon 1e-7', loss: (p, t) => categoricalCrossentropy(p, t, { epsilon: 1e-7 }), recognise: true },
  { name: 'log domain: the default', loss: (p, t) => categoricalCrossentropy(p, t), recognise: true },
];

/** Ten steps of sgd for each variant, from the same weights. */
export async function compareLosses(scale: number, learningRate: number, steps: number): Promise<readonly Outcome[]> {
  const problem = seedProblem(scale);
  return Promise.all(variants.map((variant) => train(variant, problem, learningRate, steps)));
}

async function train({ name, loss, recognise }: Variant, problem: SeedProblem, learningRate: number, steps: number): Promise<Outcome> {
  const [x, t] = [input('x', ['batch', 784]), input('t', ['batch', 10])];
  const hidden = new DenseLayer(new InputLayer({ shape: [null, 784], inputVar: x }), { numUnits: 1024, W: problem.W1, name: 'hidden' });
  const net = new DenseLayer(hidden, { numUnits: 10, W: problem.W2, nonlinearity: softmax, name: 'out' });
  const p = getOutput(net);
  const params = getAllParams(net, { trainable: true });
  const cost = mean(loss(p, t));
  const gradients = grad(cost, params, { recognise });
  const norms = gradients.map((g) => sqrt(sum(square(g))));
  const [gradientW1, , gradientW2] = norms as [Expression, Expression, Expression, Expression];
  const step = compile({ inputs: { x, t }, outputs: { cost, gradientW1, gradientW2 }, updates: sgd(gradients, params, { learningRate }), recognise });
  const feeds = { x: problem.images, t: problem.oneHot };
  const seen = await Promise.all(Array.from({ length: steps }, async () => {
    const { cost: c, gradientW1: w1, gradientW2: w2 } = step(feeds);
    return { cost: await valueOf(c), gradientW1: await valueOf(w1), gradientW2: await valueOf(w2) };
  }));
  // The class of the largest output; where all are NaN that is class 0.
  const y = input('y', ['batch'], 'int32');
  const right = compile({ inputs: { x, y }, outputs: { accuracy: mean(cast(equal(argMax(p, { axis: 1 }), y), 'float32')) } });
  const accuracy = await valueOf(right({ x: problem.images, y: problem.labels }).accuracy);
  return { name, ...(seen[0] as (typeof seen)[0]), gradientW1AfterOneStep: seen[1]?.gradientW1 ?? NaN, accuracy };
}
