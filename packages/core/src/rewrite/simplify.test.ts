import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.js';
import { input } from '../graph/input.js';
import { toNode, type Expression, type Node } from '../graph/node.js';
import * as ops from '../ops/index.js';
import { bits } from '../testing.js';
import { rewrite } from './engine.js';
import { simplifyRules } from './simplify.js';

const x = input('x', [2, 3]);
// Every rule has the graph it is for; the last test says so when one is missing.
const written: Readonly<Record<string, () => Expression>> = {
  'mul one': () => ops.mul(1, ops.mul(x, 1)),
  'div one': () => ops.div(x, 1),
  'sub zero': () => ops.sub(x, 0),
  'neg neg': () => ops.neg(ops.neg(x)),
  'mul minus one': () => ops.mul(x, -1),
  'reshape reshape': () => ops.reshape(ops.reshape(x, [6]), [3, 2]),
  'reshape to itself': () => ops.reshape(ops.reshape(x, [6]), [2, 3]),
  'broadcast broadcast': () => ops.broadcastTo(ops.broadcastTo(x, [4, 2, 3]), [5, 4, 2, 3]),
  'broadcast to itself': () => ops.broadcastTo(x, [2, 3]),
  'transpose transpose': () => ops.transpose(ops.transpose(ops.expandDims(x, 0), [1, 2, 0]), [2, 0, 1]),
};

const element = fc.oneof(fc.float(), fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 1e-45, 3.4e38));

describe('every rule keeps every bit', () => {
  for (const [name, make] of Object.entries(written)) {
    test(name, () => {
      const node = toNode(make(), 'test');
      const [simpler] = rewrite([node], simplifyRules) as readonly [Node];
      expect(simpler.type).toEqual(node.type);
      const [before, after] = [node, simpler].map((y) => compile({ inputs: { x }, outputs: { y }, recognise: false }));
      fc.assert(fc.property(fc.array(element, { minLength: 6, maxLength: 6 }), (values) => {
        const feeds = { x: { data: Float32Array.from(values), shape: [2, 3] } };
        expect(bits(after?.(feeds).y?.dataSync() as Float32Array)).toEqual(bits(before?.(feeds).y?.dataSync() as Float32Array));
      }), { numRuns: 50 });
    });
  }

  test('no rule is left out', () => {
    expect(simplifyRules.map(({ name }) => name).filter((name) => written[name] === undefined)).toEqual([]);
  });

  test('rules that hide NaN are none: x * 0, x - x and x / x stay', () => {
    for (const graph of [ops.mul(x, 0), ops.sub(x, x), ops.div(x, x)]) expect(rewrite([toNode(graph, 'test')], simplifyRules)).toEqual([graph]);
  });
});
