import * as core from '@pastina/core';
import type { Probe } from '../../../tools/behavior/probe.ts';

const { compile, constant, randomBernoulli, randomCategorical, randomNormal, randomUniform } = core;

/** The numbers of two calls, at seed 1. */
const draw = (code: string, make: () => core.Expression): Probe => ({
  name: code.slice(0, code.indexOf('(')) + (code.includes('dtype') ? ` ${/'(\w+)'/.exec(code)?.[1]}` : ''),
  code,
  values: () => {
    const f = compile({ inputs: {}, outputs: { draw: make() }, seed: 1 });
    return { 'call 0': f({}).draw.dataSync(), 'call 1': f({}).draw.dataSync() };
  },
});

/** Draws, to the bit: by dtype, call, stream and seed. */
export const randomProbes: readonly Probe[] = [
  draw('randomUniform([4], { stream: 0 })', () => randomUniform([4], { stream: 0 })),
  draw("randomUniform([4], { dtype: 'float64', stream: 0 })", () => randomUniform([4], { dtype: 'float64', stream: 0 })),
  draw("randomUniform([4], { dtype: 'float16', stream: 0 })", () => randomUniform([4], { dtype: 'float16', stream: 0 })),
  draw('randomNormal([40], { stream: 0 })', () => randomNormal([40], { stream: 0 })),
  draw("randomNormal([4], { dtype: 'float64', stream: 0 })", () => randomNormal([4], { dtype: 'float64', stream: 0 })),
  draw('randomBernoulli([24], { p: 0.3, stream: 0 })', () => randomBernoulli([24], { p: 0.3, stream: 0 })),
  draw('randomCategorical(constant([[1, 2, 0], [4, 1, 1]]), { stream: 0 })', () => randomCategorical(constant([[1, 2, 0], [4, 1, 1]]), { stream: 0 })),
  {
    name: 'seeds and streams of draws',
    code: 'evaluate(randomUniform([2], { low: -1, high: 3, stream }), {}, { seed })',
    values: () => Object.fromEntries([[0, 0], [0, 7], [-1, 7], [4294967296, 7]].map(([seed, stream]) => [`seed ${seed}, stream ${stream}`, core.evaluate(randomUniform([2], { low: -1, high: 3, stream: stream ?? 0 }), {}, { seed: seed ?? 0 }).dataSync()])),
  },
  {
    name: 'the count of streams',
    code: 'setRandomStream(5); randomUniform([2])',
    values: () => {
      core.setRandomStream(5);
      return { draw: core.evaluate(randomUniform([2]), {}, { seed: 1 }).dataSync() };
    },
  },
];
