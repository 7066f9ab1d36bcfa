import { add, compile, grad, input, matmul, mean, parameter, scan, square, tanh, zeros, type CompiledFunction, type Expression } from '@pastina/core';
import { DenseLayer, getAllParams, getOutput, InputLayer, type Layer } from '@pastina/layers';
import { softmax } from '@pastina/layers/nonlinearities';
import { categoricalCrossentropy } from '@pastina/objectives';
import { sgd } from '@pastina/updates';
import type { Case, TimeOf } from '../harness.ts';

// Compiling is linear in the size of the graph: twice the layers or steps take twice the time.

const deep = (layers: number): Case => ({
  name: `compile ${layers} layers`,
  work: `build, differentiate, compile and run once a net of ${layers} dense layers of 4 units`,
  ...(layers === 100 ? { targets: [{ what: 'in all', of: (time: TimeOf) => time('pastina'), bound: 'at most', limit: 2000, unit: 'ms' }] as const } : {}),
  contestants: () => [{ name: `pastina, ${layers} layers`, items: nodesOf(deepNet(layers)), run: () => void deepNet(layers)() }],
});

function deepNet(layers: number): () => CompiledFunction {
  return () => {
    const [x, y] = [input('x', ['batch', 4]), input('y', ['batch'], 'int32')];
    let net: Layer = new InputLayer({ shape: [null, 4], inputVar: x });
    for (let i = 1; i < layers; i += 1) net = new DenseLayer(net, { numUnits: 4 });
    net = new DenseLayer(net, { numUnits: 4, nonlinearity: softmax });
    const loss = mean(categoricalCrossentropy(getOutput(net), y));
    const step = compile({ inputs: { x, y }, outputs: { loss }, updates: sgd(loss, getAllParams(net, { trainable: true }), { learningRate: 0.01 }) });
    step({ x: [[1, 2, 3, 4]], y: [1] });
    return step;
  };
}

const recurrent = (steps: number, unroll: boolean): Case => ({
  name: `compile ${unroll ? 'unrolled' : 'looped'} ${steps} steps`,
  work: `build, differentiate, compile and run once a recurrent net over ${steps} steps, ${unroll ? 'written out' : 'as a loop'}`,
  ...(steps === 200 ? { targets: [{ what: 'in all', of: (time: TimeOf) => time('pastina'), bound: 'at most', limit: 5000, unit: 'ms' }] as const } : {}),
  contestants: () => [{ name: `pastina, ${steps} steps`, items: nodesOf(recurrentNet(steps, unroll)), run: () => void recurrentNet(steps, unroll)() }],
});

function recurrentNet(steps: number, unroll: boolean): () => CompiledFunction {
  return () => {
    const x = input('x', [steps, 'batch', 4]);
    const w = parameter(Array.from({ length: 4 }, (_, i) => Array.from({ length: 4 }, (_none, j) => (i === j ? 0.5 : 0.1))));
    const { carry } = scan((h, slice) => ({ carry: tanh(add(matmul(h, w), slice)) }), { carry: zeros(['batch', 4]), sequences: x, unroll });
    const loss: Expression = mean(square(carry));
    const step = compile({ inputs: { x }, outputs: { loss, slope: grad(loss, w) } });
    step({ x: { data: new Float32Array(steps * 4).fill(0.1), shape: [steps, 1, 4] } });
    return step;
  };
}

/** Ops that the program computes: steps of its loops, and calls. */
function nodesOf(make: () => CompiledFunction): { readonly what: string; readonly count: number } {
  const { instructions } = make().program();
  return { what: 'ops', count: instructions.reduce((sum, instruction) => sum + (instruction.kind === 'loop' ? instruction.body.length + instruction.results.filter(({ reduction }) => reduction !== undefined).length : 1), 0) };
}

export const compileCost: readonly Case[] = [deep(50), deep(100), deep(200), recurrent(100, true), recurrent(200, true), recurrent(200, false)];
