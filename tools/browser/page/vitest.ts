// What tests import from 'vitest' when they run on a page: the part that tests of computations use. Whatever else they
// would call is missing, so such a test fails instead of passing unseen.

import { dedent, equal, show, type Asymmetric } from './equal.ts';

type Body = (...args: readonly never[]) => unknown;
type Hook = () => unknown;
interface Scope {
  readonly name: string;
  readonly before: readonly Hook[];
  readonly after: Hook[];
}
interface Test {
  readonly name: string;
  readonly body: () => unknown;
  readonly scopes: readonly Scope[];
}

const tests: Test[] = [];
let scopes: readonly Scope[] = [];

/** The lists and rows of `each`, with their places in the name filled. */
function rowsOf(table: readonly unknown[], name: string): readonly (readonly [string, readonly unknown[]])[] {
  return table.map((row, i) => [`${name} #${i}`, Array.isArray(row) ? row : [row]]);
}

function declare(name: string, body: Body): void {
  tests.push({ name: [...scopes.map((scope) => scope.name), name].join(' > '), body: body as () => unknown, scopes });
}

function group(name: string, body: Body): void {
  const before = scopes;
  scopes = [...before, { name, before: [], after: [] }];
  (body as () => void)();
  scopes = before;
}

const withEach = (one: (name: string, body: Body) => void): typeof one & { readonly each: (table: readonly unknown[]) => typeof one } =>
  Object.assign(one, { each: (table: readonly unknown[]) => (name: string, body: Body) => rowsOf(table, name).forEach(([label, args]) => one(label, () => body(...(args as never[])))) });

export const test = withEach(declare);
export const it = test;
export const describe = withEach(group);

/** Hooks of a whole file belong to a scope that {@link inFile} opens. */
export function afterEach(hook: Hook): void {
  (scopes[scopes.length - 1] as Scope).after.push(hook);
}

/** Declares the tests of a file. */
export async function inFile(name: string, load: () => Promise<unknown>): Promise<void> {
  scopes = [{ name, before: [], after: [] }];
  await load();
  scopes = [];
}

/** Runs everything that was declared, one after another: how many have passed, and what was wrong with the others. */
export async function runAll(): Promise<{ readonly passed: number; readonly failures: readonly string[] }> {
  const failures: string[] = [];
  for (const { name, body, scopes: around } of tests) {
    try {
      await body();
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    for (const scope of around) for (const hook of scope.after) await hook();
  }
  return { passed: tests.length - failures.length, failures };
}

type Matcher = (found: unknown, ...args: readonly never[]) => boolean;

function thrownBy(found: unknown): unknown {
  try {
    (found as () => unknown)();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error, but nothing was thrown');
}

function matchesError(error: unknown, expected: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  if (expected === undefined) return true;
  if (typeof expected === 'string') return message.includes(expected);
  if (expected instanceof RegExp) return expected.test(message);
  return typeof expected === 'function' ? error instanceof expected : equal(error, expected);
}

const matchers: Readonly<Record<string, Matcher>> = {
  toBe: (found, expected: unknown) => Object.is(found, expected),
  toEqual: (found, expected: unknown) => equal(found, expected),
  toBeCloseTo: (found, expected: number, digits: number = 2) => found === expected || Math.abs((found as number) - expected) < 10 ** -digits / 2,
  toBeLessThan: (found, limit: number) => (found as number) < limit,
  toBeLessThanOrEqual: (found, limit: number) => (found as number) <= limit,
  toBeGreaterThan: (found, limit: number) => (found as number) > limit,
  toBeGreaterThanOrEqual: (found, limit: number) => (found as number) >= limit,
  toBeNull: (found) => found === null,
  toBeUndefined: (found) => found === undefined,
  toBeNaN: (found) => Number.isNaN(found),
  toBeInstanceOf: (found, type: new () => object) => found instanceof type,
  toContain: (found, part: never) => (found as string | readonly unknown[]).includes(part),
  toHaveLength: (found, length: number) => (found as ArrayLike<unknown>).length === length,
  toMatch: (found, pattern: string | RegExp) => (typeof pattern === 'string' ? (found as string).includes(pattern) : pattern.test(found as string)),
  toSatisfy: (found, test: (value: unknown) => boolean) => test(found),
  toThrow: (found, expected: unknown) => matchesError(thrownBy(found), expected),
  toMatchInlineSnapshot: (found, text: string) => show(found) === dedent(text),
  toThrowErrorMatchingInlineSnapshot: (found, text: string) => show(thrownBy(found)) === dedent(text),
};

/** What a promise was refused with, as something that throws it. */
async function refusalOf(found: unknown): Promise<() => never> {
  const kept: unknown = {};
  const reason = await (found as Promise<unknown>).then(() => kept, (error: unknown) => error);
  if (reason === kept) throw new Error('expected a refused promise, but it was kept');
  return () => {
    throw reason as Error;
  };
}

type Checks = Readonly<Record<string, (...args: readonly unknown[]) => void>>;

function checksOf(found: unknown, label: string, wanted: boolean): Checks {
  return Object.fromEntries(Object.entries(matchers).map(([name, matcher]) => [name, (...args: readonly unknown[]) => {
    if (matcher(found, ...(args as never[])) === wanted) return;
    throw new Error(`${label === '' ? '' : `${label}: `}${show(found).slice(0, 300)} ${wanted ? '' : 'not '}${name}(${args.map((arg) => show(arg).slice(0, 300)).join(', ')})`);
  }]));
}

type Expectation = Checks & {
  readonly not: Checks;
  readonly rejects: { readonly toThrow: (expected?: unknown) => Promise<void> };
};

function expectOf(found: unknown, label = ''): Expectation {
  const rejects = { toThrow: async (expected?: unknown) => checksOf(await refusalOf(found), label, true)['toThrow']?.(expected) };
  return Object.assign(checksOf(found, label, true), { not: checksOf(found, label, false), rejects }) as unknown as Expectation;
}

const closeTo = (expected: number, digits = 2): Asymmetric => ({ matches: (value) => value === expected || Math.abs((value as number) - expected) < 10 ** -digits / 2 });

/** A soft failure is one at once here. */
export const expect = Object.assign(expectOf, { soft: expectOf, closeTo });
