// Beside tfjs, in one process and one memory: a model of pastina called from a program of tfjs, and a model of
// tfjs-layers taken into a graph of pastina.
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { wasmBackend } from '@pastina/backend-wasm';
import { fromTfjs, tfjsHeap, toTfjs } from '@pastina/backend-wasm/tfjs';
import { compile, div, grad, input, mean, setDefaultBackend, square, sub, type Expression } from '@pastina/core';
import { DenseLayer, getOutput, InputLayer, type Layer } from '@pastina/layers';
import { softmax } from '@pastina/layers/nonlinearities';
import { categoricalCrossentropy } from '@pastina/objectives';
import { digits } from '@pastina/training/datasets';
import { trainDigits } from './digits/classifier.ts';
import { check, clockOf } from './report.ts';

await tf.setBackend('wasm');
// Parameters and temporaries then lie where the tensors of tfjs do.
setDefaultBackend(await wasmBackend({ heap: tfjsHeap(tf) }));
const { train, test } = digits({ testFraction: 0.2, seed: 1 });

// Trained by pastina, called from tfjs: the images are shared, and what comes back goes on in ops of tfjs.
// The net takes pixels as `trainDigits` brings them to mean 0 and deviation 1.
const { net } = await trainDigits({ seed: 1, epochs: 5, progress: { mode: 'silent' } });
const x = input('x', ['batch', 64]);
const predict = compile({ inputs: { x }, outputs: { p: getOutput(net, div(sub(x, 0.3), 0.375), { deterministic: true }) } });
const images = tf.tensor2d(test.images.data, [test.labels.length, 64]), labels = tf.tensor1d(test.labels, 'int32');
const accuracyOf = (p: tf.Tensor): number => tf.tidy(() => tf.mean(tf.cast(tf.equal(tf.argMax(p, 1), labels), 'float32')).dataSync()[0] as number);
const fromPastina = accuracyOf(toTfjs(tf, predict({ x: fromTfjs(tf, images) }).p));
console.log(`${clockOf()}  a net of pastina, called from tfjs: ${(100 * fromPastina).toFixed(1)} % of the digits held out`);

// Trained by tfjs-layers, taken over by pastina: its weights are given as they are.
const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 32, activation: 'relu', inputShape: [64], kernelInitializer: tfl.initializers.glorotUniform({ seed: 1 }) }), tfl.layers.dense({ units: 10, activation: 'softmax', kernelInitializer: tfl.initializers.glorotUniform({ seed: 2 }) })] });
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
await model.fit(tf.tensor2d(train.images.data, [train.labels.length, 64]), tf.tensor1d(Float32Array.from(train.labels)), { epochs: 15, batchSize: 32, shuffle: false, verbose: 0 });
const [w1, b1, w2, b2] = model.getWeights().map((weight) => fromTfjs(tf, weight)) as [ReturnType<typeof fromTfjs>, ReturnType<typeof fromTfjs>, ReturnType<typeof fromTfjs>, ReturnType<typeof fromTfjs>];
let taken: Layer = new InputLayer({ shape: [null, 64], inputVar: x });
taken = new DenseLayer(taken, { numUnits: 32, W: w1, b: b1 });
taken = new DenseLayer(taken, { numUnits: 10, W: w2, b: b2, nonlinearity: softmax });
const y = input('y', ['batch'], 'int32');
const p: Expression = getOutput(taken), loss = mean(categoricalCrossentropy(p, y));
// What the graph adds: the exact loss of the model, and where its pixels matter.
const look = compile({ inputs: { x, y }, outputs: { p, loss, matter: mean(square(grad(loss, x)), { axis: 0 }) } });
const seen = look({ x: fromTfjs(tf, images), y: test.labels });
const theirs = model.predict(images) as tf.Tensor;
const apart = Math.max(...Array.from(theirs.dataSync(), (value, i) => Math.abs(value - (seen.p.dataSync()[i] as number))));
console.log(`${clockOf()}  a model of tfjs-layers in a graph of pastina: ${(100 * accuracyOf(theirs)).toFixed(1)} %, loss ${seen.loss.item().toFixed(3)}; where its pixels matter:`);
const matter = seen.matter.dataSync() as Float32Array, most = Math.max(...matter);
for (let row = 0; row < 8; row += 1) console.log(`        ${Array.from(matter.subarray(8 * row, 8 * row + 8), (value) => ' .:+#'[Math.min(4, Math.floor((5 * value) / most))]).join('')}`);

check('accuracy of the net of pastina, measured by tfjs', fromPastina, 'at least', 0.97);
check('accuracy of the model of tfjs-layers', accuracyOf(theirs), 'at least', 0.93);
check('probabilities of the model, by tfjs and by pastina, apart by', apart, 'at most', 1e-5);
