import { count, describeValue, InputError, listing, ShapeError } from '../errors.js';
import { SymbolicDim } from '../graph/dim.js';
import { type TypedArray } from '../graph/dtype.js';
import { type Node } from '../graph/node.js';
import { readTensorLike, type TensorLike } from '../graph/tensor.js';
import { formatType } from '../graph/type.js';

/** The arrays of one call, and the sizes that came with them. */
export interface ReadFeeds {
  readonly arrays: readonly TypedArray[];
  readonly bindings: ReadonlyMap<string, number>;
  /** The shapes of inputs that came as `{ data, shape }` and were taken as they are; undefined for others. */
  readonly shapes: readonly (readonly number[] | undefined)[];
}

/**
 * The arrays of a call whose inputs are all `{ data, shape }` with arrays and shapes like those of a call before, which
 * were found right; undefined where something differs, and all has to be read. Most calls are such, and small steps
 * take no longer than their checks.
 */
export function readAgain(inputs: readonly (readonly [string, Node])[], feeds: Readonly<Record<string, TensorLike>>, before: ReadFeeds): ReadFeeds | undefined {
  if (typeof feeds !== 'object' || feeds === null || Object.keys(feeds).length !== inputs.length) return undefined;
  const arrays: TypedArray[] = [];
  for (let i = 0; i < inputs.length; i += 1) {
    const value = feeds[(inputs[i] as readonly [string, Node])[0]];
    const [known, array] = [before.shapes[i], before.arrays[i] as TypedArray];
    if (known === undefined || !isElements(value) || value.data?.constructor !== array.constructor || value.data.length !== array.length || !sameNumbers(value.shape, known)) return undefined;
    arrays.push(value.data);
  }
  return { arrays, bindings: before.bindings, shapes: before.shapes };
}

interface Elements {
  readonly data: TypedArray;
  readonly shape: readonly number[];
}

/** `{ data, shape }`, and no tensor. */
function isElements(value: unknown): value is Elements {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype && 'data' in value && 'shape' in value && Array.isArray(value.shape) && !('dataSync' in value);
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

/** Checks what a call was given against what the inputs were declared to be. */
export function readFeeds(inputs: readonly (readonly [string, Node])[], feeds: Readonly<Record<string, TensorLike>>): ReadFeeds {
  if (typeof feeds !== 'object' || feeds === null || Array.isArray(feeds) || feeds instanceof Map) throw new InputError('FEEDS', `expected an object with ${describeInputs(inputs)}; got ${describeValue(feeds)}`);
  const names = inputs.map(([name]) => name);
  const unknown = Object.keys(feeds).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new InputError('FEED_UNKNOWN', `there is no input '${unknown}'; expected ${describeInputs(inputs)}`, { input: unknown, expected: names });
  const bindings = new Map<string, number>();
  const givenBy = new Map<string, string>();
  const shapes: (readonly number[] | undefined)[] = [];
  const arrays = inputs.map(([name, node]) => {
    const value = feeds[name];
    if (value === undefined) throw new InputError('FEED_MISSING', `input '${name}' is missing; expected ${formatType(node.type)}`, { input: name, expected: formatType(node.type) });
    const { data, shape } = readTensorLike(value, node.dtype, `input '${name}'`);
    if (shape.length !== node.rank) throw wrongShape(name, node, shape, `it has ${count(shape.length, 'axis', 'axes')}, not ${node.rank}${shape.length === 1 && node.rank > 1 ? '; give flat data as { data, shape }' : ''}`);
    node.shape.forEach((size, axis) => {
      const found = shape[axis] as number;
      if (size instanceof SymbolicDim) bind(name, node, shape, size.key, found);
      else if (size !== found) throw wrongShape(name, node, shape, `axis ${axis} is ${found}, not ${size}`);
    });
    shapes.push(isElements(value) && value.data === data ? [...shape] : undefined);
    return data;
  });
  return { arrays, bindings, shapes };

  function bind(name: string, node: Node, shape: readonly number[], key: string, found: number): void {
    const before = bindings.get(key);
    if (before !== undefined && before !== found) throw wrongShape(name, node, shape, `'${key}' is ${found} here, but ${before} in input '${givenBy.get(key)}'`);
    bindings.set(key, found);
    givenBy.set(key, name);
  }
}

function wrongShape(name: string, node: Node, shape: readonly number[], why: string): ShapeError {
  return new ShapeError('FEED_SHAPE', `input '${name}': expected ${formatType(node.type)}, got shape [${shape.join(', ')}]: ${why}`, { input: name, expected: node.shape.map(String), found: shape });
}

function describeInputs(inputs: readonly (readonly [string, Node])[]): string {
  return inputs.length === 0 ? 'no inputs at all' : listing(inputs.map(([name, node]) => `${name}: ${formatType(node.type)}`));
}
