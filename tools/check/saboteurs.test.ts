import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Scratch } from './scratch.ts';

// Changes by somebody who forgot everything else, each caught by a check that is named here.
const scratch = new Scratch(['core', 'objectives', 'layers']);
const undo: (() => void)[] = [];

function sabotage(path: string, before: string | RegExp, after: string): void {
  const text = scratch.read(path);
  undo.push(() => scratch.write(path, text));
  scratch.edit(path, before, after);
}

beforeAll(() => scratch.build(), 120_000);
afterEach(() => undo.splice(0).forEach((one) => one()));
afterAll(() => scratch.remove());

test('nobody: all is well', async () => {
  for (const name of ['core', 'objectives', 'layers']) for (const tool of ['api', 'behavior'] as const) expect(await scratch.complaint(tool, name), `${tool} of ${name}`).toBeUndefined();
}, 120_000);

test('an inline default: the lint rule no-inline-defaults', async () => {
  sabotage('packages/objectives/src/squaredError.ts', 'export function squaredError(a: Expression, b: Expression): Expression {', 'export function squaredError(a: Expression, b: Expression, scale = 1): Expression {');
  const { ok, output } = await scratch.run('oxlint', '--deny-warnings', 'packages/objectives/src');
  expect([ok, /pastina\(no-inline-defaults\)/.test(output)]).toEqual([false, true]);
}, 120_000);

test('another order of summation: the behavior report of core', async () => {
  sabotage('packages/core/src/reference/loop.ts', 'value[i] as number, folded)', 'value[i + inner - 1 - 2 * folded] as number, folded)');
  await scratch.build();
  expect(await scratch.complaint('behavior', 'core')).toMatch(/-\s+value: float64 \[3 = 4008000000000000\]\n\s+\+\s+value: float64 \[1 = 3ff0000000000000\]/);
}, 120_000);

test('another seed of initial weights: the behavior report of layers', async () => {
  sabotage('packages/layers/src/random.ts', 'stream = randomSource(seed);\n}', 'stream = randomSource(seed + 1);\n}');
  await scratch.build();
  expect(await scratch.complaint('behavior', 'layers')).toMatch(/-\s+hidden\.W: float32/);
}, 120_000);

test('a renamed option, and a widened type: the API report', async () => {
  sabotage('packages/objectives/src/aggregate.ts', /\bweights\b/g, 'loads');
  sabotage('packages/objectives/src/accuracy.ts', /topK\?: Defaulted<number, 1>/, 'topK?: Defaulted<number | null, 1>');
  await scratch.run('tsc', '-b', 'packages/objectives');
  const complaint = await scratch.complaint('api', 'objectives');
  expect(complaint).toMatch(/-\s+readonly weights\?: .*\n(.*\n)*?.*\+\s+readonly loads\?: |\+\s+readonly loads\?: .*\n(.*\n)*?.*-\s+readonly weights\?: /);
  expect(complaint).toMatch(/\+\s+readonly topK\?: Defaulted<number \| null, 1>;/);
}, 120_000);

test('a default flipped without being announced: both reports, and the numbers that move', async () => {
  sabotage('packages/objectives/src/defaults.ts', "code: 'D0001', since: { '0.1.0': 0 }", "code: 'D0001', since: { '0.1.0': 1e-7 }");
  await scratch.build();
  expect(await scratch.complaint('api', 'objectives')).toMatch(/-\s+readonly '0\.1\.0': 0;\n\+\s+readonly '0\.1\.0': 1e-7;/);
  const behavior = await scratch.complaint('behavior', 'objectives');
  expect(behavior).toMatch(/- \| D0001 \| `categoricalCrossentropy\.epsilon` \| 0 since 0\.1\.0/);
  expect(behavior).toMatch(/\+ \| D0001 \| `categoricalCrossentropy\.epsilon` \| 1e-7 since 0\.1\.0/);
  expect(behavior).toMatch(/- {5}loss: float32 \[1\.0986123085021973/);
}, 120_000);
