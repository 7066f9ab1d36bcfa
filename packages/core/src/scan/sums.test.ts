import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.js';
import { grad } from '../gradient/grad.js';
import { input } from '../graph/input.js';
import { type Expression, type Node } from '../graph/node.js';
import { parameter } from '../graph/parameter.js';
import * as ops from '../ops/index.js';
import { printProgram } from '../program/printProgram.js';
import { type ScanInstruction } from '../program/program.js';
import { getNode, scanNode, specOf } from './op.js';
import { scan } from './scan.js';

const { add, matmul, mul, neg, ones, sum, transpose, zeros } = ops;

type NestedNumbers = number | readonly NestedNumbers[];

/** What an iteration gathers, of its item and a value that is the same in all. */
type Term = (item: Expression, still: Expression) => Expression;

/** Nested lists of small whole numbers. */
function numbers(shape: readonly number[], by: number, at = 0): NestedNumbers {
  const [size, ...rest] = shape;
  return size === undefined ? ((at * by) % 5) - 2 : Array.from({ length: size }, (_, i) => numbers(rest, by, at * size + i));
}

/** The value of a scan whose carry is a sum of a gradient's. */
function gathering(value: Expression): Expression {
  const scanned = (value as Node).inputs[0] as Node;
  return getNode(scanNode({ ...specOf(scanned), gathers: 1 }, scanned.inputs), (value as Node).attrs.index as number);
}

/**
 * The sum of a term over 4 items as a scan, against the same written out by hand. All is exact. Gives what is left of the loop: its carries, or nothing.
 */
function carriesLeft(term: Term, shape: readonly number[], { length = 4, reverse = false, dtype = 'float32' as 'float32' | 'float64' | 'float16' | 'int32' } = {}): readonly string[] {
  const [x, still] = [input('x', [length, ...shape], dtype), input('still', shape, dtype)];
  const item = (t: number): Expression => ops.reshape(ops.slice(x, [t], [t + 1]), shape);
  const start = ones(term(item(0), still).shape as number[], dtype);
  const byHand = Array.from({ length }, (_, t) => term(item(t), still)).reduce(add, start);
  const carry = gathering(scan((gathered: Expression, slice: Expression) => ({ carry: add(gathered, term(slice, still)) }), { carry: start, sequences: x, reverse }).carry);
  const feeds = { x: numbers([length, ...shape], 7), still: numbers(shape, 3) };
  const f = compile({ inputs: { x, still }, outputs: { carry, byHand } });
  const { carry: found, byHand: truth } = f(feeds);
  expect(found.toArray()).toEqual(truth.toArray());
  const loop = f.program(feeds).instructions.find((one): one is ScanInstruction => one.kind === 'scan');
  return loop === undefined || loop.carries === 0 ? [] : loop.inner.instructions.map((one) => (one.kind === 'loop' ? [...one.body.map(({ op }) => op), ...one.results.flatMap(({ reduction }) => reduction?.op ?? [])].join(' ') : one.kind === 'call' ? one.op : 'scan'));
}

describe('sums that leave the loop', () => {
  const rows: Readonly<Record<string, readonly [Term, readonly number[]]>> = {
    'a product of items': [(x) => matmul(x, x), [3, 3]],
    'of one that is turned': [(x) => matmul(transpose(x), x), [2, 3]],
    'of the other': [(x) => matmul(x, transpose(x)), [2, 3]],
    'turned as a whole': [(x) => transpose(matmul(x, transpose(ops.reshape(x, [2, 3])))), [2, 3]],
    'in another shape': [(x) => ops.reshape(neg(matmul(transpose(x), x)), [9]), [2, 3]],
    'of slices': [(x) => matmul(ops.slice(x, [0, 1], [null, 3]), ops.slice(x, [0, 0], [2, null], [1, 1])), [2, 5]],
    'of what is computed, where it is no more than the sum': [(x) => matmul(transpose(ops.square(x)), ops.abs(x)), [1, 3]],
    'a column of numbers': [(x) => sum(x, { axis: 0 }), [3, 2]],
    'a sum whose axis stays': [(x) => sum(x, { axis: 1, keepDims: true }), [3, 2]],
    'a sum of all': [(x) => sum(transpose(x)), [3, 2]],
    'items as they are': [(x) => x, [3, 2]],
    'their negatives, turned': [(x) => transpose(neg(x)), [3, 2]],
    'two of them': [(x) => add(matmul(x, x), matmul(transpose(x), x)), [3, 3]],
    'products over nothing': [(x) => matmul(x, transpose(x)), [2, 0]],
  };
  for (const [name, [term, shape]] of Object.entries(rows)) {
    test(name, () => {
      for (const dtype of ['float32', 'float64', 'float16'] as const) for (const reverse of [false, true]) expect(carriesLeft(term, shape, { dtype, reverse })).toEqual([]);
    });
  }

  test('a part of what is gathered', () => {
    expect(carriesLeft((x) => add(ops.abs(x), add(matmul(x, x), mul(x, x))), [3, 3])).toEqual(['mul abs add add']);
  });

  test('sums of whole numbers', () => {
    expect(carriesLeft((x) => sum(x, { axis: 0 }), [3, 2], { dtype: 'int32' })).toEqual([]);
  });
});

describe('sums that stay', () => {
  test('where stacking takes more than the sum', () => {
    expect(carriesLeft((x) => matmul(transpose(ops.square(x)), ops.abs(x)), [2, 3])).toEqual(['square abs', 'matmul', 'add']);
    expect(carriesLeft((x) => sum(ops.square(x)), [3])).toEqual(['square sum', 'add']);
  });

  test('where an operand is the same in all iterations, or nothing is known', () => {
    expect(carriesLeft((x, still) => matmul(x, still), [3, 3])).toEqual(['matmul', 'add']);
    expect(carriesLeft((x) => mul(x, 2), [3, 3])).toEqual(['mul add']);
    expect(carriesLeft((x) => ops.max(x, { axis: 0 }), [3, 3])).toEqual(['max', 'add']);
    expect(carriesLeft((x) => matmul(x, x), [2, 3, 3])).toEqual(['matmul', 'add']);
  });

  test('in loops of one iteration or none', () => {
    expect(carriesLeft((x) => matmul(x, x), [3, 3], { length: 1 })).toEqual(['matmul', 'add']);
    const x = input('x', ['time', 2, 2]);
    const carry = gathering(scan((c: Expression, item: Expression) => ({ carry: add(c, matmul(item, item)) }), { carry: ones([2, 2]), sequences: x }).carry);
    const f = compile({ inputs: { x }, outputs: { carry } });
    expect(f({ x: { data: new Float32Array(0), shape: [0, 2, 2] } }).carry.toArray()).toEqual([[1, 1], [1, 1]]);
    expect(f({ x: [[[1, 2], [3, 4]], [[1, 0], [0, 1]]] }).carry.toArray()).toEqual([[9, 11], [16, 24]]);
  });

  const x = input('x', [4, 3, 3]);
  const feeds = { x: { data: Float32Array.from({ length: 36 }, (_, i) => (i % 5) - 2), shape: [4, 3, 3] } };
  const loopOf = (step: (c: Expression, item: Expression) => { readonly carry: Expression; readonly outputs?: Expression }): string => {
    const { carry, outputs } = scan(step as never, { carry: zeros([3, 3]), sequences: x }) as unknown as { readonly carry: Expression; readonly outputs: Expression };
    const f = compile({ inputs: { x }, outputs: { carry: gathering(carry), ...('op' in outputs ? { outputs: gathering(outputs) } : {}) } });
    return printProgram(f.program(feeds));
  };

  test('where anything else sees them', () => {
    const product = (item: Expression): Expression => matmul(item, item);
    expect(loopOf((c, item) => ({ carry: add(c, product(item)), outputs: c }))).toMatch(/ {2}t\d+ = call matmul/);
    expect(loopOf((c, item) => ({ carry: add(c, matmul(c, item)) }))).toMatch(/ {2}t\d+ = call matmul/);
    expect(loopOf((c, item) => ({ carry: add(transpose(c), product(item)) }))).toMatch(/ {2}t\d+ = call matmul/);
    expect(loopOf((c, item) => ({ carry: ops.sub(c, product(item)) }))).toMatch(/ {2}t\d+ = call matmul/);
    expect(loopOf((c, item) => ({ carry: add(c, product(item)), outputs: add(c, product(item)) }))).toMatch(/ {2}t\d+ = call matmul/);
    // The product may be seen.
    expect(loopOf((c, item) => ({ carry: add(c, product(item)), outputs: product(item) }))).toMatch(/^t\d+ = call matmul/m);
  });
});

test('the gradient of a weight is one product, and that of a bias one sum; a sum that begins with 0 is not added to it', () => {
  const [w, b, s] = [parameter([[0.3, -0.9], [1.1, 0.2]], { name: 'w' }), parameter([0.1, 0.2], { name: 'b' }), input('s', ['time', 'batch', 2])];
  const { carry } = scan((h: Expression, item: Expression) => ({ carry: ops.tanh(add(add(matmul(h, w), item), b)) }), { carry: zeros(['batch', 2]), sequences: s });
  const [gw, gb, gs] = grad(sum(carry), [w, b, s]);
  const f = compile({ inputs: { s }, outputs: { gw, gb, gs } as Readonly<Record<string, Expression>> });
  const text = printProgram(f.program({ s: { data: new Float32Array(30), shape: [5, 3, 2] } }));
  expect(text.replaceAll(/t\d+/g, 't')).toMatchInlineSnapshot(`
    "t, t, t = scan 5 times (0[3, 2], s[5, 3, 2], w[2, 2], b[3, 2])
      t = call matmul(state[3, 2], w[2, 2])
      t = loop [3, 2] add add tanh (broadcastTo[3, 2], t[3, 2], item[3, 2])
      output carry 0 = t[3, 2]
      output output 0 = state[3, 2]
      output output 1 = t[3, 2]
    t, t = scan 5 times, from the last (1[3, 2], t[5, 3, 2], t[5, 3, 2], w[2, 2])
      t = loop [3, 2] square sub mul (d_state[3, 2], 1[3, 2], tanh[3, 2])
      t = call matmul(t[3, 2], w[2, 2])
      output carry 0 = t[3, 2]
      output output 0 = t[3, 2]
    t = call matmul(t[2, 15], t[15, 2])
    t (sum over the last 1) = loop [3, 2, 5] copy (t[3, 2, 5])
    t (sum over the last 1) = loop [2, 3] copy (t[2, 3])
    output gw = t[2, 2]
    output gb = t[2]
    output gs = t[5, 3, 2]"
  `);
});

test('loops that the user wrote add in the order that they say', () => {
  const x = input('x', [3]);
  const { carry } = scan((c: Expression, item: Expression) => ({ carry: add(c, item) }), { carry: zeros([]), sequences: x });
  const f = compile({ inputs: { x }, outputs: { carry } });
  // Each sum is rounded, and a small one gets lost.
  expect(f({ x: [2 ** 24, 1, 1] }).carry.item()).toBe(2 ** 24);
  expect(printProgram(f.program({ x: [1, 2, 3] }))).toContain('scan 3 times');
});
