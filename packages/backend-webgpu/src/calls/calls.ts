import { type CallInstruction } from '@pastina/core';
import { type Epilogue } from '../epilogue.js';
import { type Frame } from '../frame.js';
import { defineEpilogue } from '../loop/compileLoop.js';
import { type Kernel } from '../shader.js';
import { arange, concat, oneHot, pad, positionOf } from './arrays.js';
import { conv, convFilterGradient, convInputGradient, convSizes } from './conv.js';
import { gather, scatterAdd, scatterWords } from './gather.js';
import { matmul, matmulSizes } from './matmul.js';
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './pool.js';
import { type Sink } from './product.js';
import { randomGumbel, randomNormal, randomSplit, randomUniform } from './random.js';
import { cumLogOdds, cumLogSumExp, cumProd, cumSum, recurrence } from './running.js';
import { argSort, sortWords } from './sort.js';
import { productWords, type Sizes } from './terms.js';

/** The shaders of a call, in the order to run; undefined where there is nothing to write. */
type Compile = (call: CallInstruction, frame: Frame) => readonly (Kernel | undefined)[];

const one = (compile: (call: CallInstruction, frame: Frame) => Kernel | undefined): Compile => (call, frame) => [compile(call, frame)];

type CompileProduct = (call: CallInstruction, frame: Frame, sink: Sink) => readonly Kernel[];

/** Ops whose elements may go on through a loop, and their sizes as products. */
const products: Readonly<Record<string, readonly [CompileProduct, (call: CallInstruction) => Sizes]>> = {
  matmul: [matmul, matmulSizes], conv: [conv, convSizes], convInputGradient: [convInputGradient, convSizes], convFilterGradient: [convFilterGradient, convSizes],
};

/** Its elements into its buffer. */
const plain = (compile: CompileProduct): Compile => (call, frame) => compile(call, frame, { title: '', into: (shader) => (index, value) => frame.write(shader, call.output, index, value) });

/** A product and the loop behind it. */
export function compileEpilogue(epilogue: Epilogue, frame: Frame): readonly Kernel[] {
  const { product, inputs, own, loopOp } = epilogue;
  const [compile] = products[product.op] as readonly [CompileProduct, unknown];
  return compile({ ...product, inputs: inputs.slice(own) }, frame, {
    title: `, then ${loopOp}`,
    into: (shader) => {
      const name = defineEpilogue(shader, epilogue, frame);
      return (index, value) => shader.line(`${name}(${index}, ${value});`);
    },
  });
}

/** What has shaders, by the name of its op. */
export const calls: Readonly<Record<string, Compile>> = {
  matmul: plain(matmul), conv: plain(conv), convInputGradient: plain(convInputGradient), convFilterGradient: plain(convFilterGradient),
  maxPool: one(maxPool), maxPoolGradient: one(maxPoolGradient), averagePool: one(averagePool), averagePoolGradient: one(averagePoolGradient),
  randomUniform: one(randomUniform), randomNormal: one(randomNormal), randomGumbel: one(randomGumbel), randomSplit: one(randomSplit),
  cumSum: one(cumSum), cumProd: one(cumProd), cumLogSumExp: one(cumLogSumExp), cumLogOdds: one(cumLogOdds), recurrence: one(recurrence), argSort,
  gather, scatterAdd, concat, oneHot,
  pad: one(pad), arange: one(arange), argMax: one(positionOf('>')), argMin: one(positionOf('<')),
};

/** Words that the shaders of a call hand to each other. */
export function scratchWords(call: CallInstruction): number {
  const product = Object.hasOwn(products, call.op) ? products[call.op] : undefined;
  if (product !== undefined) return productWords(product[1](call));
  if (call.op === 'scatterAdd') return scatterWords(call);
  return call.op === 'argSort' ? sortWords(call) : 0;
}
