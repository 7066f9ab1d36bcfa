import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.js';
import { evaluate } from '../compile/evaluate.js';
import { grad } from '../gradient/grad.js';
import { constant } from '../graph/constant.js';
import { input } from '../graph/input.js';
import { type Expression } from '../graph/node.js';
import { parameter } from '../graph/parameter.js';
import * as ops from '../ops/index.js';
import { setRandomStream } from '../random/stream.js';
import { bits, derivatives } from '../testing.js';
import { scan } from './scan.js';

const { add, matmul, mul, sum, tanh } = ops;
const value = (e: Expression): unknown => evaluate(e).toArray();
const x = constant([[1, 2], [3, 4], [5, 6]]);

/** A recurrent layer over [time, batch, 2] with weights that come from outside. */
function recurrent(sequence: Expression, start: Expression, w: Expression, options: { readonly unroll?: boolean; readonly reverse?: boolean; readonly truncate?: number } = {}): { carry: Expression; outputs: Expression } {
  return scan((h, slice) => {
    const next = tanh(add(matmul(h, w), slice));
    return { carry: next, outputs: next };
  }, { carry: start, sequences: sequence, ...options });
}

describe('values', () => {
  test('a running sum, forwards and backwards', () => {
    const running = (reverse: boolean): readonly unknown[] => {
      const { carry, outputs } = scan((s, slice) => ({ carry: add(s, slice), outputs: add(s, slice) }), { carry: constant([0, 0]), sequences: x, reverse });
      return [value(carry), value(outputs)];
    };
    expect(running(false)).toEqual([[9, 12], [[1, 2], [4, 6], [9, 12]]]);
    expect(running(true)).toEqual([[9, 12], [[9, 12], [8, 10], [5, 6]]]);
  });

  test('names, lists, and only what is wanted', () => {
    const { carry, outputs } = scan(({ a, b }, [slice], { k }) => ({ carry: { b: mul(b, k), a: add(a, slice) }, outputs: [a, mul(b, slice)] as const }), { carry: { a: constant([0, 0]), b: constant(1) }, sequences: [x] as const, nonSequences: { k: constant(2) } });
    expect([value(carry.a), value(carry.b), value(outputs[0]), value(outputs[1])]).toEqual([[9, 12], 8, [[0, 0], [1, 2], [4, 6]], [[1, 2], [6, 8], [20, 24]]]);
  });

  test('a number of iterations without sequences, and none at all', () => {
    const powers = (length: number): unknown => value(scan((a) => ({ carry: mul(a, 2), outputs: a }), { carry: constant(1), length }).outputs);
    expect([powers(5), powers(0)]).toEqual([[1, 2, 4, 8, 16], []]);
    expect(value(scan((a) => ({ carry: mul(a, 2) }), { carry: constant(3), length: 0 }).carry)).toBe(3);
    expect(value(scan((_, slice) => ({ outputs: ops.max(slice) }), { sequences: x }).outputs)).toEqual([2, 4, 6]);
  });

  test('a symbolic number of iterations, and a symbolic batch inside', () => {
    const s = input('s', ['time', 'batch', 2]);
    const f = compile({ inputs: { s }, outputs: { h: recurrent(s, ops.zeros(['batch', 2]), constant([[0.5, 0], [0, 0.5]])).carry } });
    expect(f({ s: [[[1, 1]], [[0, 0]]] }).h.toArray()).toEqual([[Math.fround(Math.tanh(Math.fround(Math.fround(Math.tanh(1)) * 0.5))), expect.any(Number)]]);
    expect(f({ s: { data: new Float32Array(0), shape: [0, 3, 2] } }).h.toArray()).toEqual([[0, 0], [0, 0], [0, 0]]);
  });

  test('what does not depend on the iteration is computed once, outside', () => {
    const w = input('w', [2]);
    const { carry } = scan((s) => ({ carry: add(s, ops.exp(ops.sin(w))) }), { carry: ops.zeros([2]), length: 3 });
    const text = compile({ inputs: { w }, outputs: { carry } }).print();
    expect(text).toMatch(/^ +given exp = exp\(sin\(w\)\)/m);
    expect(text).toMatch(/^ +next state = state \+ exp /m);
  });

  test('a scan in a scan', () => {
    const { outputs } = scan((_, row) => ({ outputs: scan((s, v) => ({ carry: add(mul(s, 10), v) }), { carry: constant(0), sequences: row }).carry }), { sequences: x });
    expect(value(outputs)).toEqual([12, 34, 56]);
  });
});

describe('gradients', () => {
  const rows: Readonly<Record<string, (v: Expression) => Expression>> = {
    'of what it starts with': (v) => recurrent(ops.mul(constant(Array.from({ length: 3 }, () => [[0.1, -0.2]]), 'float64'), 1), ops.reshape(v, [2, 2]), constant([[0.3, 0.7], [-0.4, 0.2]], 'float64')).carry,
    'of the sequence': (v) => recurrent(ops.reshape(v, [4, 1, 1]), constant([[0.5]], 'float64'), constant([[0.8]], 'float64')).outputs,
    'of the weights': (v) => recurrent(constant([[[0.1, 0.4]], [[0.7, -0.3]], [[0.2, 0.9]]], 'float64'), constant([[0.5, -0.5]], 'float64'), ops.reshape(v, [2, 2])).outputs,
    'backwards': (v) => recurrent(ops.reshape(v, [4, 1, 1]), constant([[0.5]], 'float64'), constant([[0.8]], 'float64'), { reverse: true }).outputs,
    'of all three': (v) => recurrent(ops.reshape(v, [4, 1, 1]), ops.reshape(ops.slice(v, [0], [1]), [1, 1]), ops.reshape(ops.slice(v, [1], [2]), [1, 1])).outputs,
    'of a product': (v) => scan((p, slice) => ({ carry: mul(p, slice) }), { carry: constant(1, 'float64'), sequences: v }).carry,
    'through a scan in a scan': (v) => scan((h, slice) => ({ carry: scan((g) => ({ carry: ops.sin(mul(g, slice)) }), { carry: h, length: 3 }).carry }), { carry: constant(0.7, 'float64'), sequences: v }).carry,
    'with a mask': (v) => scan((h, { slice, on }) => ({ carry: ops.where(on, tanh(add(h, slice)), h) }), { carry: constant(0.1, 'float64'), sequences: { slice: v, on: constant([true, false, true, true]) } }).carry,
  };
  for (const [name, make] of Object.entries(rows)) {
    for (const order of [1, 2, 3]) {
      test(`${name}, order ${order}`, () => {
        const { byGrad, byDifference } = derivatives(make, [0.3, -0.6, 0.9, 0.4], order);
        byGrad.forEach((g, i) => expect(g).toBeCloseTo(byDifference[i] as number, 5));
      });
    }
  }

  test('truncated: as if all before were constant', () => {
    const w = parameter([[0.8]], { dtype: 'float64' });
    const s = input('s', [5, 1, 1], 'float64');
    const start = constant([[0.5]], 'float64');
    const feeds = { s: [[[0.1]], [[0.4]], [[-0.3]], [[0.6]], [[0.2]]] };
    const cut = recurrent(s, start, w, { truncate: 2 }).carry;
    const early = ops.stopGradient(recurrent(ops.slice(s, [0], [3]), start, w).carry);
    const late = recurrent(ops.slice(s, [3], [null]), early, w).carry;
    const both = compile({ inputs: { s }, outputs: { cut: grad(sum(cut), w), late: grad(sum(late), w), cutS: grad(sum(cut), s), lateS: grad(sum(late), s) } })(feeds);
    expect(both.cut.toArray()).toEqual(both.late.toArray());
    expect(both.cutS.toArray()).toEqual(both.lateS.toArray());
    const back = recurrent(s, start, w, { truncate: 2, reverse: true }).carry;
    expect(evaluate(grad(sum(back), s), feeds).toArray()).toEqual([[[expect.any(Number)]], [[expect.any(Number)]], [[0]], [[0]], [[0]]]);
  });

  test('truncated, with a number of iterations that is not known before', () => {
    const w = parameter([[0.8]], { dtype: 'float64' });
    const [s, h] = [input('s', ['time', 1, 1], 'float64'), input('h', [1, 1], 'float64')];
    const cost = (truncate?: number): Expression => sum(recurrent(s, h, w, truncate === undefined ? {} : { truncate }).carry);
    const slopes = (truncate?: number): Readonly<Record<string, Expression>> => Object.fromEntries(grad(cost(truncate), [s, h, w]).map((g, i) => [`g${i}`, g]));
    const [cut, all] = [compile({ inputs: { s, h }, outputs: slopes(2) }), compile({ inputs: { s, h }, outputs: slopes() })];
    const of = (f: typeof cut, ...numbers: number[]): unknown => Object.values(f({ s: numbers.map((x) => [[x]]), h: [[0.5]] })).map((t) => t.toArray());
    expect(of(cut, 0.1, 0.4)).toEqual(of(all, 0.1, 0.4));
    expect(of(cut, 0.3)).toEqual(of(all, 0.3));
    expect(of(cut, 0.1, 0.4, -0.3)).toEqual([[[[0]], [[expect.any(Number)]], [[expect.any(Number)]]], [[0]], [[expect.any(Number)]]]);
  });

  test('disconnected: the op where the path breaks', () => {
    const s = input('s', [3]);
    const { carry } = scan((c, slice) => ({ carry: add(c, ops.stopGradient(slice)) }), { carry: constant(0), sequences: s });
    expect(() => grad(carry, s)).toThrow(/only through 'stopGradient' \(at .*scan.test.ts/);
  });
});

describe('the same bits', () => {
  test('looped and unrolled, values and gradients', () => {
    fc.assert(fc.property(fc.array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 12, maxLength: 12 }), fc.boolean(), (numbers, reverse) => {
      const s = input('s', [3, 2, 2]);
      const w = parameter([[0.3, -0.9], [1.1, 0.2]]);
      const outputs = (unroll: boolean): Readonly<Record<string, Expression>> => {
        const { carry, outputs: all } = recurrent(s, ops.zeros([2, 2]), w, { unroll, reverse });
        const cost = add(sum(carry), sum(ops.square(all)));
        return { carry, all, ...Object.fromEntries(grad(cost, [s, w]).map((g, i) => [`g${i}`, g])) };
      };
      const run = (unroll: boolean): unknown => Object.values(compile({ inputs: { s }, outputs: outputs(unroll) })({ s: { data: Float32Array.from(numbers), shape: [3, 2, 2] } })).map((t) => bits(t.dataSync()));
      expect(run(true)).toEqual(run(false));
    }), { numRuns: 40 });
  });

  test('a gradient stores the carries of the one scan that runs forwards', () => {
    const s = input('s', [4, 1, 2]);
    const w = parameter([[0.3, -0.9], [1.1, 0.2]]);
    const { carry, outputs } = recurrent(s, ops.zeros([1, 2]), w);
    const f = compile({ inputs: { s }, outputs: { carry, g: grad(sum(ops.square(outputs)), w) } });
    expect(f.print().match(/= scan 4 times/g)).toHaveLength(2);
  });
});

describe('random numbers', () => {
  const s = input('s', [4]);
  const feeds = { s: [0.3, -0.2, 0.8, 0.5] };
  const noisy = (unroll: boolean): { readonly carry: Expression; readonly outputs: Expression } => scan((h, item) => {
    const mask = ops.randomUniform([2], { stream: 7 });
    return { carry: tanh(add(h, mul(item, mask))), outputs: mask };
  }, { carry: ops.zeros([2]), sequences: s, unroll });

  test('are drawn anew in each iteration, the same looped and unrolled, and the same where the gradient comes by', () => {
    const rows = evaluate(noisy(false).outputs, feeds, { seed: 3 }).toArray() as number[][];
    expect(new Set(rows.flat()).size).toBe(8);
    const values = (unroll: boolean): unknown => {
      setRandomStream(50);
      const { carry, outputs } = noisy(unroll);
      return Object.values(compile({ inputs: { s }, outputs: { carry, outputs, g: grad(sum(carry), s) }, seed: 3 })(feeds)).map((t) => bits(t.dataSync()));
    };
    expect(values(true)).toEqual(values(false));
    const { carry } = noisy(false);
    const f = (shift: number): number => evaluate(sum(carry), { s: feeds.s.map((x, i) => (i === 1 ? x + shift : x)) }, { seed: 3 }).item();
    const slope = (evaluate(grad(sum(carry), s), feeds, { seed: 3 }).toArray() as number[])[1] as number;
    expect(slope).toBeCloseTo((f(1e-2) - f(-1e-2)) / 2e-2, 3);
  });

  test('drawn before the step they are the same in all iterations; a scan in a scan draws anew in both', () => {
    const once = ops.randomUniform([], { stream: 9 });
    expect(new Set(evaluate(scan(() => ({ outputs: once }), { length: 3 }).outputs).toArray() as number[]).size).toBe(1);
    const { outputs } = scan(() => ({ outputs: scan(() => ({ outputs: ops.randomUniform([]) }), { length: 3 }).outputs }), { length: 2 });
    expect(new Set((evaluate(outputs).toArray() as number[][]).flat()).size).toBe(6);
  });
});

describe('errors', () => {
  const message = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      return String(error).replaceAll(/ ?(?:\(?at|\n {2}line: +)? ?[^ ]*scan\.test\.ts:\d+:\d+\)?/g, '');
    }
    throw new Error('nothing was thrown');
  };
  const s = input('s', ['time', 2]);

  test('at construction', () => {
    expect(message(() => scan(() => ({}), {}))).toMatchInlineSnapshot(`"InputError: scan: nothing tells the number of iterations; give sequences, or length [SCAN_LENGTH]"`);
    expect(message(() => scan((h, item) => ({ carry: ops.concat([h, item], 0) }), { carry: ops.zeros([2]), sequences: s }))).toMatchInlineSnapshot(`"ShapeError: scan: carry starts as float32[2], but the step gives float32[4]; a carry keeps its type: broadcast or cast what it starts with, or change the step [SCAN_CARRY]"`);
    expect(message(() => scan(({ h }) => ({ carry: { g: h } as never }), { carry: { h: ops.zeros([2]) }, sequences: s }))).toMatchInlineSnapshot(`"InputError: scan: the step's carry: expected the structure that the scan starts with ({ h }), got { g } [SCAN_STRUCTURE]"`);
    expect(message(() => scan(() => ({}), { sequences: [s, ops.zeros([4])] as const }))).toMatchInlineSnapshot(`"ShapeError: scan: sequence 1 is float32[4], with 4 slices; expected time, as sequence 0 has [SCAN_LENGTH]"`);
    expect(message(() => scan(() => ({}), { sequences: constant(1) }))).toMatchInlineSnapshot(`"ShapeError: scan: sequence is the scalar float32[]; expected a first axis to go along [SCAN_SEQUENCE]"`);
    expect(message(() => scan(() => ({}), { sequences: s, length: 3 }))).toMatchInlineSnapshot(`"ShapeError: scan: sequence is float32[time, 2], with time slices; expected 3, as length says [SCAN_LENGTH]"`);
    expect(message(() => scan(() => undefined as never, { sequences: s }))).toMatchInlineSnapshot(`"InputError: scan: the step gave nothing; expected { carry, outputs } [SCAN_STEP]"`);
    expect(message(() => scan((h) => ({ carry: h, output: h }) as never, { carry: constant(0), length: 2 }))).toMatchInlineSnapshot(`"InputError: scan: what the step gives: there is no option 'output'; did you mean 'outputs'? [UNKNOWN_OPTION]"`);
    expect(message(() => scan(() => ({}), { sequences: s, truncate: 0 }))).toMatchInlineSnapshot(`"InputError: scan: truncate 0; expected a whole number of iterations from 1 up, or leave it out [SCAN_TRUNCATE]"`);
  });

  test('while it runs', () => {
    const { outputs } = scan((_, item) => ({ outputs: ops.log(sum(item)) }), { sequences: s });
    const f = compile({ inputs: { s }, outputs: { outputs }, check: 'finite' });
    expect(message(() => f({ s: [[1, 2], [3, -3]] }))).toMatchInlineSnapshot(`
      "NonFiniteError: 'log' gives -Infinity
        pass:     forward
        operands: sum: float32[] = 0
        guide:    docs/nan-guide.md#log-of-zero
        in iteration 1 of the scan [NON_FINITE]"
    `);
    const { outputs: picked } = scan((_, k) => ({ outputs: ops.gather(constant([1, 2, 3]), k) }), { sequences: input('k', ['time'], 'int32') });
    expect(message(() => evaluate(picked, { k: [0, 5] }))).toMatchInlineSnapshot(`
      "InputError: gather: index 5 at position 0; expected 0 to 2, since axis 0 has size 3; the indices come from input 'item'
        in iteration 1 of the scan [INDEX_RANGE]"
    `);
  });
});
