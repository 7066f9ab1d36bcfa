// Equality as Vitest's `toEqual` has it, for values that tests of computations compare.

/** What stands for many values: `expect.closeTo(…)`. */
export interface Asymmetric {
  readonly matches: (value: unknown) => boolean;
}

const isAsymmetric = (value: unknown): value is Asymmetric => typeof value === 'object' && value !== null && typeof (value as Partial<Asymmetric>).matches === 'function';
const kindOf = (value: unknown): string => Object.prototype.toString.call(value);
const entriesOf = (value: object): readonly (readonly [string, unknown])[] => Object.entries(value).filter(([, entry]) => entry !== undefined);

/** -0 is not 0, NaN is NaN; properties that are undefined do not count. */
export function equal(found: unknown, expected: unknown): boolean {
  if (isAsymmetric(expected)) return expected.matches(found);
  if (Object.is(found, expected)) return true;
  if (typeof found !== 'object' || typeof expected !== 'object' || found === null || expected === null || kindOf(found) !== kindOf(expected)) return false;
  if (found instanceof Error || expected instanceof Error) return found instanceof Error && expected instanceof Error && found.name === expected.name && found.message === expected.message;
  if (found instanceof Set) return found.size === (expected as Set<unknown>).size && [...found].every((entry) => [...(expected as Set<unknown>)].some((other) => equal(entry, other)));
  if (found instanceof Map) return equal(new Set(found), new Set(expected as Map<unknown, unknown>));
  if (Array.isArray(found) || ArrayBuffer.isView(found)) {
    const [a, b] = [found, expected] as readonly ArrayLike<unknown>[] as readonly [ArrayLike<unknown>, ArrayLike<unknown>];
    return a.length === b.length && Array.from(a).every((entry, i) => equal(entry, b[i]));
  }
  const [a, b] = [entriesOf(found), entriesOf(expected)];
  return a.length === b.length && b.every(([key, entry]) => Object.hasOwn(found, key) && equal((found as Record<string, unknown>)[key], entry));
}

/** A value as inline snapshots show it: strings, numbers, lists and plain objects. */
export function show(value: unknown, indent = ''): string {
  if (typeof value === 'string') return `"${value}"`;
  if (Object.is(value, -0)) return '-0';
  if (value instanceof Error) return `[${Error.prototype.toString.call(value)}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = `${indent}  `;
  const list = Array.isArray(value) || ArrayBuffer.isView(value);
  const entries = list ? Array.from(value as ArrayLike<unknown>, (entry) => show(entry, inner)) : Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => `"${key}": ${show(entry, inner)}`);
  const [open, close] = list ? ['[', ']'] : ['{', '}'];
  return entries.length === 0 ? `${open}${close}` : `${open}\n${entries.map((entry) => `${inner}${entry},\n`).join('')}${indent}${close}`;
}

/** The text of an inline snapshot without the indentation of the test around it. */
export function dedent(text: string): string {
  if (!text.includes('\n')) return text;
  const lines = text.replace(/^\n/, '').replace(/\n[ \t]*$/, '').split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => (/^ */.exec(line) as RegExpExecArray)[0].length));
  return lines.map((line) => line.slice(indent)).join('\n');
}
