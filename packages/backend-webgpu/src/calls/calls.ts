import { type CallInstruction } from '@pastina/core';
import { type Frame } from '../frame.js';
import { type Kernel } from '../shader.js';
import { arange, concat, oneHot, pad, positionOf } from './arrays.js';
import { conv, convFilterGradient, convInputGradient } from './conv.js';
import { gather, scatterAdd } from './gather.js';
import { matmul } from './matmul.js';
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './pool.js';

/** The shaders of a call, in the order to run; undefined where there is nothing to write. */
type Compile = (call: CallInstruction, frame: Frame) => readonly (Kernel | undefined)[];

const one = (compile: (call: CallInstruction, frame: Frame) => Kernel | undefined): Compile => (call, frame) => [compile(call, frame)];

/** What has shaders, by the name of its op. */
export const calls: Readonly<Record<string, Compile>> = {
  matmul: one(matmul),
  conv: one(conv), convInputGradient: one(convInputGradient), convFilterGradient: one(convFilterGradient),
  maxPool: one(maxPool), maxPoolGradient: one(maxPoolGradient), averagePool: one(averagePool), averagePoolGradient: one(averagePoolGradient),
  gather, scatterAdd, concat, oneHot,
  pad: one(pad), arange: one(arange), argMax: one(positionOf('>')), argMin: one(positionOf('<')),
};
