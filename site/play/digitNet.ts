// The net of the page: 64 pixels, two hidden layers, ten classes; trained as examples/digits does it.
import { add, compile, div, grad, input, mean, sqrt, square, sub, sum, type CompiledFunction, type Expression } from '@pastina/core';
import { countParams, DenseLayer, getAllParams, getOutput, InputLayer, setRandomSeed, type Layer } from '@pastina/layers';
import { softmax } from '@pastina/layers/nonlinearities';
import { categoricalAccuracy, categoricalCrossentropy } from '@pastina/objectives';
import { batches } from '@pastina/training';
import { digits, type Digits } from '@pastina/training/datasets';
import { adam } from '@pastina/updates';
import { wasmBackend } from '@pastina/backend-wasm';
import { webgpuBackend } from '@pastina/backend-webgpu';
import { type NetSettings, type Tell } from './protocol.ts';

export const layerNames: readonly string[] = ['hidden 1', 'hidden 2', 'output'];

/** Steps between two messages, and between two rests. */
const stepsAtOnce = 5;

/** The event loop's next turn, or a rest of some milliseconds: messages of the page come in between. */
const rest = (milliseconds: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, milliseconds));

/** The held-out fifth is the same for every net, so that accuracies can be compared. */
export const data: { readonly train: Digits; readonly test: Digits } = digits({ testFraction: 0.2, seed: 1 });

/** A net on a backend: makes probabilities, and trains. */
export class DigitNet {
  readonly parameters: number;
  readonly #step: CompiledFunction;
  readonly #measure: CompiledFunction;
  readonly #predict: CompiledFunction;
  readonly #seed: number;
  #epoch = 0;
  #stopping = false;

  private constructor(settings: NetSettings, backend: Awaited<ReturnType<typeof wasmBackend | typeof webgpuBackend>>) {
    setRandomSeed(settings.seed);
    this.#seed = settings.seed;
    const [x, y] = [input('x', ['batch', 64]), input('y', ['batch'], 'int32')];
    let net: Layer = new InputLayer({ shape: [null, 64], inputVar: div(sub(x, 0.3), 0.375) });
    net = new DenseLayer(net, { numUnits: settings.units, name: 'hidden1' });
    net = new DenseLayer(net, { numUnits: settings.units / 2, name: 'hidden2' });
    net = new DenseLayer(net, { numUnits: 10, nonlinearity: softmax, name: 'out' });
    const p = getOutput(net);
    const loss = mean(categoricalCrossentropy(p, y)), accuracy = mean(categoricalAccuracy(p, y));
    const params = getAllParams(net, { trainable: true });
    const gradients = grad(loss, params);
    // W and b of a layer stand beside each other.
    const squares = gradients.map((g) => sum(square(g)));
    const norm = (layer: number): Expression => sqrt(add(squares[2 * layer] as Expression, squares[2 * layer + 1] as Expression));
    const outputs = { loss, norm0: norm(0), norm1: norm(1), norm2: norm(2) };
    this.#step = compile({ inputs: { x, y }, outputs, updates: adam(gradients, params, { learningRate: settings.learningRate }), backend });
    this.#measure = compile({ inputs: { x, y }, outputs: { accuracy }, backend });
    this.#predict = compile({ inputs: { x }, outputs: { p }, backend });
    this.parameters = countParams(net);
  }

  /** @throws UnsupportedError for 'webgpu' where there is none */
  static async make(settings: NetSettings): Promise<DigitNet> {
    return new DigitNet(settings, await (settings.backend === 'webgpu' ? webgpuBackend() : wasmBackend()));
  }

  /** The ten probabilities of an image of 64 numbers from 0 to 1. */
  async predict(pixels: readonly number[]): Promise<readonly number[]> {
    const { p } = this.#predict({ x: { data: Float32Array.from(pixels), shape: [1, 64] } });
    return Array.from(await (p as NonNullable<typeof p>).data(), Number);
  }

  stop(): void {
    this.#stopping = true;
  }

  /** Trains on, and tells what happens; `false` where it was stopped. */
  async train(epochs: number, pause: number, tell: Tell): Promise<boolean> {
    this.#stopping = false;
    for (let i = 0; i < epochs; i += 1) {
      let [losses, norms]: [number[], number[][]] = [[], []];
      let [busy, steps, since] = [0, 0, performance.now()];
      const send = async (milliseconds: number): Promise<void> => {
        busy += performance.now() - since;
        tell({ type: 'steps', losses, norms });
        [losses, norms] = [[], []];
        await rest(milliseconds);
        since = performance.now();
      };
      for (const batch of batches({ x: data.train.images, y: data.train.labels }, { batchSize: 32, seed: this.#seed, epoch: this.#epoch })) {
        const { loss, norm0, norm1, norm2 } = this.#step(batch);
        const numbers = await Promise.all([loss, norm0, norm1, norm2].map(async (value) => Number((await (value as NonNullable<typeof value>).data())[0])));
        losses.push(numbers[0] as number);
        norms.push(numbers.slice(1));
        steps += 1;
        if (losses.length === stepsAtOnce) await send(pause);
        if (this.#stopping) break;
      }
      if (losses.length > 0) await send(0);
      this.#epoch += 1;
      const { accuracy } = this.#measure({ x: data.test.images, y: data.test.labels });
      tell({ type: 'epoch', epoch: this.#epoch, accuracy: Number((await (accuracy as NonNullable<typeof accuracy>).data())[0]), held: data.test.labels.length, microseconds: (1000 * busy) / steps });
      if (this.#stopping) return false;
    }
    return true;
  }
}
