import { readFileSync } from 'node:fs';
import { DisconnectedGradientError, evaluate, grad, input, square, sub, sum, type Expression, type Tensor } from '@pastina/core';
import { getOutput } from './helpers/output.js';
import { getOutputShape } from './helpers/outputShape.js';
import { getAllParams } from './helpers/params.js';
import { setAllParamValues } from './helpers/values.js';
import { InputLayer } from './inputLayer.js';
import { type Layer } from './layer.js';

/** An array in the reference files that the real Lasagne made: flat, row-major, non-finite numbers as words. */
export interface ReferenceArray {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'float64' | 'int32';
  readonly data: readonly (number | string)[];
}

/** A file of `test-data/`. */
export function readReference<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../test-data/${name}.json`, import.meta.url), 'utf8')) as T;
}

/** The array as something that can be fed. */
export function arrayOf({ shape, dtype, data }: ReferenceArray): { data: Float32Array | Float64Array | Int32Array; shape: readonly number[] } {
  const numbers = data.map(Number);
  return { data: dtype === 'int32' ? Int32Array.from(numbers) : dtype === 'float32' ? Float32Array.from(numbers) : Float64Array.from(numbers), shape };
}

/** The largest difference, relative where the reference is above 1; NaN equals NaN, an infinity itself. */
export function largestDifference(found: Tensor, expected: ReferenceArray): number {
  if (found.shape.join() !== expected.shape.join()) return Infinity;
  const data = found.dataSync();
  return Math.max(0, ...expected.data.map(Number).map((e, i) => {
    const f = data[i] as number;
    return Object.is(f, e) || f === e ? 0 : Math.abs(f - e) / Math.max(1, Math.abs(e));
  }));
}

/** One case of the files that hold a layer's values: output, and gradients of Σ output². */
export interface LayerCase {
  readonly call: string;
  readonly get_output_kwargs: Readonly<Record<string, boolean>>;
  readonly inputs: readonly ReferenceArray[];
  readonly params: Readonly<Record<string, ReferenceArray>>;
  readonly output_shape: readonly number[];
  readonly output: ReferenceArray;
  readonly grad_inputs: readonly ReferenceArray[];
  readonly grad_params: Readonly<Record<string, ReferenceArray>>;
}

/** Makes the layer of a case from input layers. */
export type Builder = (a: InputLayer, b: InputLayer, c: InputLayer) => Layer;

/** Both dtypes with how far values may be off, relative to the largest of an array (or 1). */
export const dtypes = [['float64', 1e-10], ['float32', 1e-5]] as const;

/** The cases of a file that a builder is there for; all builders must be used. */
export function casesOf(file: string, builders: Readonly<Record<string, Builder>>): readonly (LayerCase & { readonly build: Builder })[] {
  const cases = readReference<{ cases: LayerCase[] }>(file).cases;
  const asked = (one: LayerCase): string => (one.get_output_kwargs.deterministic === true ? `${one.call} deterministic` : one.call);
  for (const call of Object.keys(builders)) if (!cases.some((one) => asked(one) === call)) throw new Error(`${file} has no case '${call}'`);
  return cases.flatMap((one) => {
    const build = builders[asked(one)];
    return build === undefined ? [] : [{ ...one, build }];
  });
}

/** Builds the layer with a batch of unknown size, and compares everything that the case holds but what is ignored: the largest difference, and shapes. */
export function compareCase(one: LayerCase & { readonly build: Builder }, fixedBatch = false, ignored: readonly string[] = []): { readonly difference: number; readonly where: string } {
  const below = one.inputs.map(({ shape, dtype }, i) => {
    const sizes = shape.map((size, axis) => (axis === 0 && !fixedBatch ? 'batch' : size));
    return new InputLayer({ shape: sizes, inputVar: input(`x${i}`, sizes, dtype) });
  });
  const [a, b, c] = below as [InputLayer, InputLayer, InputLayer];
  const net = one.build(a, b, c);
  const given = Object.values(one.params);
  setAllParamValues(net, given.map(arrayOf));
  const output = getOutput(net, undefined, one.get_output_kwargs);
  const feeds = Object.fromEntries(one.inputs.map((value, i) => [`x${i}`, arrayOf(value)]));
  const shape = getOutputShape(net, new Map(below.map((layer, i) => [layer, (one.inputs[i] as ReferenceArray).shape])));
  if (shape.join() !== one.output_shape.join()) throw new Error(`getOutputShape gives [${shape.join()}], Lasagne [${one.output_shape.join()}]`);
  const fits = net.outputShape.every((size, axis) => size === null || size === one.output_shape[axis]) && net.outputShape.length === one.output_shape.length;
  if (!fits) throw new Error(`outputShape is [${net.outputShape.join()}], Lasagne's [${one.output_shape.join()}]`);
  const params = getAllParams(net);
  const names = Object.keys(one.params);
  const wanted = Object.entries(one.grad_params).map(([name, expected]) => ({ name, variable: params[names.indexOf(name)] as Expression, expected }));
  const floating = below.flatMap((layer, i) => {
    const expected = one.grad_inputs[i];
    return expected === undefined || !layer.inputVar.dtype.startsWith('float') ? [] : [{ name: `input ${i}`, variable: layer.inputVar, expected }];
  });
  const parts = [...floating, ...wanted].map(({ name, variable, expected }) => ({ name, expected, found: gradOrZeros(sum(square(output)), variable) }));
  return [{ name: 'output', found: output, expected: one.output }, ...parts]
    .filter(({ name }) => !ignored.includes(name))
    .map(({ name, found, expected }) => ({ where: name, difference: relativeToScale(evaluate(found, feeds), expected) }))
    .reduce((worst, next) => (next.difference > worst.difference ? next : worst));
}

/** Where no gradient flows, Lasagne's is 0. */
function gradOrZeros(cost: Expression, variable: Expression): Expression {
  try {
    return grad(cost, variable);
  } catch (error) {
    if (error instanceof DisconnectedGradientError) return sub(variable, variable);
    throw error;
  }
}

/** The largest difference, relative to the largest element of the reference, or 1. */
export function relativeToScale(found: Tensor, expected: ReferenceArray): number {
  if (found.shape.join() !== expected.shape.join()) return Infinity;
  const truth = expected.data.map(Number);
  const scale = Math.max(1, ...truth.map(Math.abs));
  const data = found.dataSync();
  return Math.max(0, ...truth.map((e, i) => Math.abs((data[i] as number) - e) / scale));
}

/** "ShapeError: …": what a wrong call throws. */
export function errorOf(wrong: () => unknown): string {
  try {
    wrong();
  } catch (error) {
    return String(error);
  }
  throw new Error('expected an error');
}
