import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.js';
import { InputError } from '../errors.js';
import { grad } from '../gradient/grad.js';
import { constant } from '../graph/constant.js';
import { input } from '../graph/input.js';
import { toNode, type Expression, type Node } from '../graph/node.js';
import { parameter, type Parameter } from '../graph/parameter.js';
import * as ops from '../ops/index.js';
import { concretePhases, runPhases, symbolicPhases } from '../phases.js';
import { referenceBackend } from '../reference/interpreter.js';
import { scan } from '../scan/scan.js';
import { bits } from '../testing.js';
import { type Backend } from './backend.js';
import { fuse } from './fuse.js';
import { parseProgram, stringifyProgram } from './json.js';
import { lower } from './lower.js';
import { plan } from './plan.js';
import { printProgram } from './printProgram.js';
import { outputsOf, type CallInstruction, type Instruction, type Program } from './program.js';
import { verify } from './verify.js';

const x = input('x', [4, 6]);

/** The program of an expression of x, before fusing. */
function programOf(expression: Expression): Program {
  const graph = runPhases([...symbolicPhases, ...concretePhases], [toNode(expression, 'test'), toNode(x, 'test')], { bindings: new Map() });
  return lower({ inputs: [{ name: 'x', node: graph[1] as Node }], outputs: [{ name: 'y', node: graph[0] as Node }], updates: [] }).program;
}

const data = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i * 1.7) * 3);
const run = (program: Program): readonly string[] => bits((referenceBackend().compile(program, { check: 'none' }).run([data], []) as readonly [Float32Array])[0]);

/** Random graphs over x: elementwise ops, movements, folds and calls, all of shape [4, 6]. */
const graphs = fc.letrec<{ node: Expression }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5 },
    fc.constant(x),
    fc.tuple(fc.constantFrom(ops.exp, ops.tanh, ops.relu, ops.neg, ops.sigmoid), tie('node')).map(([op, a]) => op(a)),
    fc.tuple(fc.constantFrom(ops.add, ops.mul, ops.sub, ops.maximum), tie('node'), tie('node')).map(([op, a, b]) => op(a, b)),
    tie('node').map((a) => ops.reshape(ops.transpose(a), [4, 6])),
    tie('node').map((a) => ops.transpose(ops.reshape(a, [6, 4]))),
    tie('node').map((a) => ops.flip(a, 1)),
    tie('node').map((a) => ops.mul(a, ops.sum(a, { axis: 0 }))),
    tie('node').map((a) => ops.sub(a, ops.max(a, { axis: 1, keepDims: true }))),
    tie('node').map((a) => ops.softmax(a, { axis: 0 })),
    tie('node').map((a) => ops.matmul(ops.matmul(a, ops.transpose(a)), a)),
    tie('node').map((a) => ops.concat([ops.slice(a, [0, 2]  , [null, null]), ops.slice(a, [0, 0], [null, 2])], 1)),
  ),
})).node;

describe('programs of random graphs', () => {
  test('are valid before and after fusing, and give the same bits', () => {
    fc.assert(fc.property(graphs, (graph) => {
      const plain = programOf(graph);
      const fused = fuse(plain);
      expect(verify(plain)).toEqual([]);
      expect(verify(fused)).toEqual([]);
      expect(fused.instructions.length).toBeLessThanOrEqual(plain.instructions.length);
      expect(run(fused)).toEqual(run(plain));
    }), { numRuns: 150 });
  });

  test('live buffers never share memory', () => {
    fc.assert(fc.property(graphs, (graph) => {
      const program = fuse(programOf(graph));
      const { offsets, bytes } = plan(program);
      const last = new Map<number, number>();
      program.instructions.forEach(({ inputs }, now) => inputs.forEach(({ buffer }) => last.set(buffer, now)));
      program.outputs.forEach(({ view }) => last.set(view.buffer, Infinity));
      const born = new Map(program.instructions.flatMap((instruction, now) => outputsOf(instruction).map((output) => [output, now] as const)));
      const live = [...born].map(([buffer, from]) => ({ from, to: last.get(buffer) ?? from, start: offsets[buffer] as number, end: (offsets[buffer] as number) + (program.buffers[buffer]?.size ?? 0) * 4 }));
      for (const a of live) {
        expect(a.end).toBeLessThanOrEqual(bytes);
        for (const b of live) if (a !== b && a.from <= b.to && b.from <= a.to) expect(a.end <= b.start || b.end <= a.start).toBe(true);
      }
    }), { numRuns: 60 });
  });

  test('can be stored as JSON, and are the same again', () => {
    fc.assert(fc.property(graphs, (graph) => {
      const program = fuse(programOf(graph));
      const again = parseProgram(stringifyProgram(program));
      expect(printProgram(again)).toBe(printProgram(program));
      expect(stringifyProgram(again)).toBe(stringifyProgram(program));
      expect(run(again)).toEqual(run(program));
    }), { numRuns: 30 });
  });
});

describe('stored programs', () => {
  test('constants keep every bit, and scans their inner program', () => {
    const odd = constant([-0, NaN, Infinity, 1e-45, 0, 0]);
    const { outputs } = scan((_, row) => ({ outputs: ops.add(ops.exp(row), odd) }), { sequences: x });
    const program = fuse(programOf(outputs));
    const text = stringifyProgram(program);
    expect(run(parseProgram(text))).toEqual(run(program));
    expect(String(parseProgram(text).instructions[0]?.origin.site)).toMatch(/program\.test\.ts/);
  });

  test.each([
    ['', /Unexpected end/],
    ['{}', /its format is undefined/],
    ['{"format":"pastina-program-9"}', /format is "pastina-program-9"/],
    [stringifyProgram(programOf(ops.exp(x))).replace('"op":"exp","args"', '"op":"eggs","args"'), /there is no elementwise op 'eggs'/],
    [stringifyProgram(programOf(ops.exp(x))).replace('"buffer":0', '"buffer":7'), /buffer 7 does not exist/],
    [stringifyProgram(programOf(ops.exp(x))).replace('"instructions":[', '"instructions":[{},'), /parseProgram: expected/],
  ])('a corrupt one is refused (%#)', (text, message) => {
    expect(() => parseProgram(text)).toThrow(InputError);
    expect(() => parseProgram(text)).toThrow(message);
  });
});

describe('fusing', () => {
  test('a chain, and a fold over it, become one loop', () => {
    const text = printProgram(fuse(programOf(ops.sum(ops.exp(ops.mul(ops.add(x, 1), 2))))));
    expect(text.split('\n')).toEqual([expect.stringMatching(/^t\d+ \(sum over the last 2\) = loop \[4, 6\] add mul exp \(.*x\[4, 6\].*\)$/), expect.stringMatching(/^output y/)]);
  });

  test('a value that is used twice is computed once', () => {
    const e = ops.exp(x);
    expect(fuse(programOf(ops.matmul(e, ops.transpose(e)))).instructions).toHaveLength(2);
  });
});

describe('joining', () => {
  const y = ops.mul(ops.tanh(x), 2);
  const loops = (program: Program): readonly string[] => printProgram(program).split('\n').filter((line) => line.includes('= loop'));

  test('what reads the same value over the same space is one loop with several results', () => {
    const text = loops(fuse(programOf(ops.matmul(ops.exp(y), ops.transpose(ops.neg(y))))));
    expect(text).toEqual([expect.stringMatching(/^t\d+, t\d+ = loop \[4, 6\] tanh mul (exp neg|neg exp) /)]);
  });

  test('a softmax forms its exponentials once: stored and summed in one loop', () => {
    const text = loops(fuse(programOf(ops.softmax(ops.matmul(x, constant(Array.from({ length: 6 }, () => [1, 2, 3]))), { axis: 1 }))));
    expect(text).toHaveLength(3);
    expect(text[1]).toMatch(/^t\d+, t\d+ \(sum over the last 1\) = loop \[4, 3\] sub exp/);
  });

  test("adam's moments and the new weights are one loop a parameter", () => {
    const seen: Program[] = [];
    const reference = referenceBackend();
    const backend: Backend = { ...reference, compile: (program, options) => (seen.push(program), reference.compile(program, options)) };
    const w = parameter(Array.from({ length: 8 }, (_, i) => i));
    const [m, v, t] = [parameter(new Float32Array(8)), parameter(new Float32Array(8)), parameter(0)];
    const g = grad(ops.sum(ops.square(ops.matmul(constant([[1, 2, 3, 4, 5, 6, 7, 8]]), ops.reshape(w, [8, 1])))), w);
    const [m2, v2, t2] = [ops.add(ops.mul(m, 0.9), ops.mul(g, 0.1)), ops.add(ops.mul(v, 0.99), ops.mul(ops.square(g), 0.01)), ops.add(t, 1)];
    const rate = ops.div(0.1, ops.sub(1, ops.pow(0.9, t2)));
    compile({ inputs: {}, outputs: {}, updates: new Map<Parameter, Expression>([[m, m2], [v, v2], [t, t2], [w, ops.sub(w, ops.div(ops.mul(m2, rate), ops.sqrt(v2)))]]), backend })({});
    expect(plan(seen[0] as Program).inPlace.size).toBe(4);
    const wide = (seen[0] as Program).instructions.filter((instruction) => instruction.kind === 'loop' && instruction.results.length === 3);
    expect(wide).toHaveLength(1);
  });
});

describe('memory', () => {
  test('a long chain of products needs room for two values only', () => {
    const square = constant(Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (_, j) => (i === j ? 1 : 0))));
    const chain = Array.from({ length: 20 }).reduce<Expression>((value) => ops.matmul(value, square), x);
    expect(plan(fuse(programOf(chain))).bytes).toBe(2 * 4 * 6 * 4);
  });
});

describe('updates in place', () => {
  const update = (outputs: Readonly<Record<string, Expression>>, updates: ReadonlyMap<Parameter, Expression>): number => plan(compile({ inputs: {}, outputs, updates }).program({})).inPlace.size;
  const [a, b] = [parameter([1, 2, 3], { name: 'a' }), parameter([4, 5, 6], { name: 'b' })];

  test('where nothing reads the old value later', () => {
    expect(update({}, new Map([[a, ops.mul(a, 2)]]))).toBe(1);
    expect(update({ sum: ops.sum(ops.exp(a)) }, new Map([[a, ops.mul(a, 2)]]))).toBe(1);
    expect(update({ old: a }, new Map([[a, ops.mul(a, 2)]]))).toBe(0);
    expect(update({}, new Map([[a, b], [b, a]]))).toBe(0);
    expect(update({}, new Map([[a, ops.flip(ops.mul(a, 2), 0)]]))).toBe(0);
    expect(update({}, new Map([[a, ops.add(a, ops.flip(a, 0))]]))).toBe(0);
  });

  test('not before something that may fail: then every parameter is as it was', () => {
    const k = input('k', [], 'int32');
    const picked = ops.gather(ops.mul(a, 2), k);
    const step = compile({ inputs: { k }, outputs: { picked }, updates: new Map([[a, ops.mul(a, 2)]]) });
    expect(plan(step.program({ k: 0 })).inPlace.size).toBe(0);
    expect(() => step({ k: 7 })).toThrow(/index 7/);
    expect(a.valueSync().toArray()).toEqual([1, 2, 3]);
  });

  test('profiling changes nothing', () => {
    const step = compile({ inputs: {}, outputs: {}, updates: new Map([[b, ops.mul(b, 2)]]) });
    step.profile({});
    expect(b.valueSync().toArray()).toEqual([4, 5, 6]);
    step({});
    expect(b.valueSync().toArray()).toEqual([8, 10, 12]);
  });
});

test('verify finds what is wrong', () => {
  const good = programOf(ops.exp(ops.matmul(x, ops.transpose(x))));
  const [first, second] = good.instructions as [Program['instructions'][0], Program['instructions'][0]];
  expect(verify({ ...good, instructions: [second, first] })[0]).toMatch(/read before it is written/);
  expect(verify({ ...good, instructions: [first, { ...second, results: [{ buffer: (first as CallInstruction).output, value: 1, reduction: undefined }] } as Instruction] }).join()).toMatch(/written twice/);
  expect(verify({ ...good, outputs: good.outputs.map((port) => ({ ...port, view: { ...port.view, offset: 1000 } })) })[0]).toMatch(/leaves buffer/);
});

test('a backend gets verified programs: what compile hands over is whole', () => {
  const seen: Program[] = [];
  const reference = referenceBackend();
  const backend: Backend = { ...reference, compile: (program, options) => (seen.push(program), reference.compile(program, options)) };
  const n = input('n', ['batch', 3]);
  const loss = ops.mean(ops.square(ops.softmax(n)));
  const f = compile({ inputs: { n }, outputs: { loss, g: grad(loss, n) }, backend });
  f({ n: [[1, 2, 3]] });
  f({ n: [[1, 2, 3], [4, 5, 6]] });
  f({ n: [[3, 2, 1]] });
  expect(seen.map(verify)).toEqual([[], []]);
});
