import { ShapeError } from '../errors.js';
import { checkOptions } from '../options.js';
import { type ParameterBuffer } from '../program/backend.js';
import { checkDType, type DType, type TypedArray } from './dtype.js';
import { type Dim } from './dim.js';
import { Node, toNode, type Expression } from './node.js';
import { leavesOf } from './traverse.js';
import { type LeafOp } from './op.js';
import { HostTensor, ownElements, readTensorLike, type Tensor, type TensorLike } from './tensor.js';
import { formatShape } from './type.js';

/** The one stateful leaf: it keeps its value between calls, and only updates and `set` change it. */
export interface Parameter extends Expression {
  readonly tags: ReadonlySet<string>;
  readonly shape: readonly number[];
  /** A copy of the value. */
  value(): Promise<Tensor>;
  /** A copy of the value, at once; throws on backends that cannot. */
  valueSync(): Tensor;
  /** Replaces the value. @throws ShapeError, DTypeError naming the parameter; the old value then stays */
  set(value: TensorLike): void;
}

export const parameterOp: LeafOp = {
  kind: 'leaf',
  name: 'parameter',
  doc: 'a value that is kept between calls',
  type: (_, attrs) => ({ dtype: attrs.dtype as DType, shape: attrs.shape as readonly Dim[] }),
};

let parameters = 0;

/** A parameter's node, and where its elements are now: in JavaScript, or in a backend's memory. */
export class ParameterNode extends Node implements Parameter {
  readonly tags: ReadonlySet<string>;
  buffer: ParameterBuffer;

  constructor(name: string | null, dtype: DType, shape: readonly number[], tags: ReadonlySet<string>, data: TypedArray) {
    parameters += 1;
    super(parameterOp, [], { name, identity: parameters, dtype, shape }, { dtype, shape });
    this.tags = tags;
    this.buffer = new HostBuffer(data);
  }

  override get shape(): readonly number[] {
    return this.type.shape as readonly number[];
  }

  async value(): Promise<Tensor> {
    return new HostTensor(this.dtype, this.shape, await this.buffer.read());
  }

  valueSync(): Tensor {
    return new HostTensor(this.dtype, this.shape, this.buffer.readSync().slice());
  }

  set(value: TensorLike): void {
    const where = `${parameterLabel(this)}.set`;
    const { data, shape } = readTensorLike(value, this.dtype, where);
    if (shape.length !== this.rank || shape.some((size, i) => size !== this.shape[i])) {
      throw new ShapeError('PARAMETER_SHAPE', `${where}: expected shape ${formatShape(this.shape)}, got ${formatShape(shape)}`, { parameter: this.name, expected: this.shape, found: shape });
    }
    this.buffer.write(data);
  }
}

/** Elements in JavaScript's memory: where parameters live until a backend takes them. */
export class HostBuffer implements ParameterBuffer {
  readonly data: TypedArray;

  constructor(data: TypedArray) {
    this.data = data;
  }

  read(): Promise<TypedArray> {
    return Promise.resolve(this.data.slice());
  }

  readSync(): TypedArray {
    return this.data;
  }

  write(data: TypedArray): void {
    this.data.set(data);
  }
}

/** Options of {@link parameter}. */
export interface ParameterOptions {
  readonly name?: string;
  /** Default: that of a typed array or tensor, float32 for numbers. */
  readonly dtype?: DType;
  readonly tags?: Iterable<string>;
}

/**
 * A parameter with an initial value.
 *
 * @example
 * ```ts
 * import { add, compile, parameter } from '@pastina/core';
 * const count = parameter(0, { name: 'count' });
 * const step = compile({ inputs: {}, outputs: { count }, updates: new Map([[count, add(count, 1)]]) });
 * step({});
 * console.log(count.valueSync().item()); // 1
 * ```
 */
export function parameter(value: TensorLike, options: ParameterOptions = {}): Parameter {
  checkOptions('parameter', options, ['name', 'dtype', 'tags']);
  const { name } = options;
  const where = name === undefined ? 'parameter' : `parameter '${name}'`;
  const { dtype, shape, data } = ownElements(where, value, options.dtype === undefined ? undefined : checkDType(options.dtype, where));
  return new ParameterNode(name ?? null, dtype, shape, new Set(options.tags ?? []), data);
}

/** Is this a parameter of this copy of the library? */
export function isParameter(value: unknown): value is Parameter {
  return value instanceof ParameterNode;
}

/** How messages call a parameter. */
export function parameterLabel(node: Node): string {
  return node.name === undefined ? `the unnamed parameter ${formatShape(node.shape)}` : `parameter '${node.name}'`;
}

/** The parameters that expressions are made of, through any ops, in the order of their first use. */
export function parametersOf(expressions: readonly Expression[]): readonly Parameter[] {
  const nodes = expressions.map((expression) => toNode(expression, 'parametersOf'));
  return leavesOf(nodes).filter((leaf) => leaf instanceof ParameterNode);
}
