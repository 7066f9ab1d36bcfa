import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.js';
import { input } from '../graph/input.js';
import { type Expression } from '../graph/node.js';
import { parameter } from '../graph/parameter.js';
import * as ops from '../ops/index.js';
import { type ScanInstruction } from '../program/program.js';
import { scan } from '../scan/scan.js';
import { grad } from './grad.js';

const { add, matmul, mul, sigmoid, sum, tanh } = ops;

const w = parameter([[0.3, -0.9], [1.1, 0.2]], { name: 'w' });
const s = input('s', [4, 3, 2]);

type Step = (h: Expression, item: Expression) => Expression;

/** What the forward and the backward scan compute for the gradient of a step, by the names of ops; and what the forward one collects. */
function scansOf(step: Step, { order = 1 } = {}): { readonly forward: readonly string[]; readonly backward: readonly string[]; readonly collected: readonly (readonly number[])[] } {
  const { carry } = scan((h: Expression, item: Expression) => ({ carry: step(h, item) }), { carry: ops.zeros([3, 2]), sequences: s });
  const cost = sum(ops.square(carry));
  const slope = order === 1 ? grad(cost, s) : grad(sum(ops.square(grad(cost, s))), s);
  const program = compile({ inputs: { s }, outputs: { slope } }).program({ s: { data: new Float32Array(24), shape: [4, 3, 2] } });
  const scans = program.instructions.filter((one): one is ScanInstruction => one.kind === 'scan');
  const opsOf = ({ inner }: ScanInstruction): readonly string[] => inner.instructions.flatMap((one) => (one.kind === 'loop' ? [...one.body.map(({ op }) => op), ...one.results.flatMap(({ reduction }) => reduction?.op ?? [])] : [one.kind === 'call' ? one.op : 'scan'])).sort();
  const [forward, backward] = [scans[0] as ScanInstruction, scans.at(-1) as ScanInstruction];
  return { forward: opsOf(forward), backward: opsOf(backward), collected: forward.inner.outputs.slice(forward.carries).map(({ shape }) => shape) };
}

describe('what a backward pass reads, instead of computing it again', () => {
  test('results of products and of functions', () => {
    const { backward, collected } = scansOf((h, item) => tanh(add(matmul(h, w), item)));
    expect([backward, collected]).toEqual([['matmul', 'mul', 'square', 'sub'], [[3, 2]]]);
    // One product, that of the adjoint; the other is there for the square.
    expect(scansOf((h, item) => ops.square(add(matmul(h, w), item))).backward).toEqual(['add', 'matmul', 'mul', 'mul']);
  });

  test('of both functions of a slope of σ', () => {
    const { forward, backward } = scansOf((h, item) => sigmoid(add(h, item)));
    expect(forward).toEqual(['add', 'neg', 'sigmoid', 'sigmoid']);
    expect(backward).toEqual(['mul', 'mul']);
  });

  test('a fold, which is smaller than what it folds', () => {
    expect(scansOf((h, item) => mul(item, sum(mul(h, h), { axis: 0 }))).collected).toEqual([[3, 2], [2]]);
  });

  test('of a slice no more than the slice; of what is stored whole, no slice', () => {
    const wide = parameter([[1, 2, 3, 4, 5], [1, 2, 3, 4, 5]], { name: 'wide' });
    const part = (h: Expression): Expression => ops.slice(matmul(h, wide), [0, 1], [null, 3]);
    expect(scansOf((h, item) => mul(part(h), mul(h, item))).collected).toEqual([[3, 2], [3, 2]]);
    const both = (h: Expression): Expression => mul(part(h), sum(ops.square(matmul(h, wide)), { axis: 1, keepDims: true }));
    expect(scansOf((h, item) => add(both(h), item)).collected.filter((shape) => shape[1] === 5)).toEqual([[3, 5]]);
  });

  test('draws, and choices', () => {
    const { backward } = scansOf((h, item) => tanh(mul(h, mul(item, ops.randomBernoulli([3, 2], { p: 0.5, stream: 3 })))));
    expect(backward).not.toContain('randomBernoulli');
  });
});

describe('what it computes again', () => {
  test('what is cheap', () => {
    const { backward, collected } = scansOf((h, item) => mul(ops.relu(add(h, item)), ops.square(ops.sub(h, item))));
    expect(backward).toContain('relu');
    expect(collected).toEqual([[3, 2]]);
  });

  test('what is the same in all iterations: it is there', () => {
    const { backward, collected } = scansOf((h, item) => mul(add(h, item), sum(tanh(w))));
    expect([backward, collected]).toEqual([['mul'], []]);
  });

  test('a scan in the scan, of whose values there would be many', () => {
    const { backward, collected } = scansOf((h, item) => scan((g: Expression) => ({ carry: tanh(add(g, item)) }), { carry: h, length: 3 }).carry);
    expect(backward.filter((op) => op === 'scan')).toHaveLength(2);
    expect(collected).toEqual([[3, 2]]);
  });

  test('nothing is collected where no gradient is asked for', () => {
    const { carry } = scan((h: Expression, item: Expression) => ({ carry: tanh(add(matmul(h, w), item)) }), { carry: ops.zeros([3, 2]), sequences: s });
    const program = compile({ inputs: { s }, outputs: { carry } }).program({ s: { data: new Float32Array(24), shape: [4, 3, 2] } });
    expect((program.instructions.find(({ kind }) => kind === 'scan') as ScanInstruction).outputs).toHaveLength(1);
  });
});

test('second derivatives read what both passes before have computed', () => {
  expect(scansOf((h, item) => tanh(add(matmul(h, w), item)), { order: 2 }).backward).not.toContain('tanh');
});
