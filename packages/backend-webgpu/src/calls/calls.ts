import { type CallInstruction } from '@pastina/core';
import { type Epilogue } from '../epilogue.js';
import { type Frame } from '../frame.js';
import { defineEpilogue } from '../loop/compileLoop.js';
import { type Kernel } from '../shader.js';
import { arange, concat, oneHot, pad, positionOf } from './arrays.js';
import { conv, convFilterGradient, convInputGradient } from './conv.js';
import { gather, scatterAdd, scatterWords } from './gather.js';
import { matmul } from './matmul.js';
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './pool.js';
import { type Sink } from './product.js';
import { randomGumbel, randomNormal, randomSplit, randomUniform } from './random.js';
import { cumLogOdds, cumLogSumExp, cumProd, cumSum, recurrence } from './running.js';
import { argSort, sortWords } from './sort.js';

/** The shaders of a call, in the order to run; undefined where there is nothing to write. */
type Compile = (call: CallInstruction, frame: Frame) => readonly (Kernel | undefined)[];

const one = (compile: (call: CallInstruction, frame: Frame) => Kernel | undefined): Compile => (call, frame) => [compile(call, frame)];

/** Ops whose elements may go on through a loop. */
const products: Readonly<Record<string, (call: CallInstruction, frame: Frame, sink: Sink) => Kernel | undefined>> = { matmul, conv, convInputGradient, convFilterGradient };

/** Its elements into its buffer. */
const plain = (op: string): Compile => one((call, frame) => products[op]?.(call, frame, { title: '', into: (shader) => (index, value) => frame.write(shader, call.output, index, value) }));

/** A product and the loop behind it. */
export function compileEpilogue(epilogue: Epilogue, frame: Frame): Kernel | undefined {
  const { product, inputs, own, loopOp } = epilogue;
  return products[product.op]?.({ ...product, inputs: inputs.slice(own) }, frame, {
    title: `, then ${loopOp}`,
    into: (shader) => {
      const name = defineEpilogue(shader, epilogue, frame);
      return (index, value) => shader.line(`${name}(${index}, ${value});`);
    },
  });
}

/** What has shaders, by the name of its op. */
export const calls: Readonly<Record<string, Compile>> = {
  matmul: plain('matmul'), conv: plain('conv'), convInputGradient: plain('convInputGradient'), convFilterGradient: plain('convFilterGradient'),
  maxPool: one(maxPool), maxPoolGradient: one(maxPoolGradient), averagePool: one(averagePool), averagePoolGradient: one(averagePoolGradient),
  randomUniform: one(randomUniform), randomNormal: one(randomNormal), randomGumbel: one(randomGumbel), randomSplit: one(randomSplit),
  cumSum: one(cumSum), cumProd: one(cumProd), cumLogSumExp: one(cumLogSumExp), cumLogOdds: one(cumLogOdds), recurrence: one(recurrence), argSort,
  gather, scatterAdd, concat, oneHot,
  pad: one(pad), arange: one(arange), argMax: one(positionOf('>')), argMin: one(positionOf('<')),
};

/** Words that the shaders of a call hand to each other. */
export function scratchWords(call: CallInstruction): number {
  if (call.op === 'scatterAdd') return scatterWords(call);
  return call.op === 'argSort' ? sortWords(call) : 0;
}
