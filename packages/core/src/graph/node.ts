import { CompatibilityError, describeValue, InputError } from '../errors.js';
import { SymbolicDim, type Dim } from './dim.js';
import { type DType } from './dtype.js';
import { InternTable } from './intern.js';
import { type Attrs, type AttrValue, type Op } from './op.js';
import { currentOrigin, type Site } from './site.js';
import { type TensorType } from './type.js';

/** A symbolic value: what every op takes and gives. */
export interface Expression {
  readonly dtype: DType;
  readonly shape: readonly Dim[];
  readonly rank: number;
  readonly name: string | undefined;
}

/** A node of the graph: immutable and interned, so equal nodes are `===` and common subexpressions are free. */
export class Node implements Expression {
  readonly id: number;
  readonly op: Op;
  readonly inputs: readonly Node[];
  readonly attrs: Attrs;
  readonly type: TensorType;
  /** The user's line. */
  readonly site: Site;
  /** The rule or gradient that made this node; undefined for nodes that the user wrote. */
  readonly rule: string | undefined;

  constructor(op: Op, inputs: readonly Node[], attrs: Attrs, type: TensorType) {
    nodeCount += 1;
    this.id = nodeCount;
    this.op = op;
    this.inputs = inputs;
    this.attrs = attrs;
    this.type = type;
    const origin = currentOrigin();
    this.site = origin.site;
    this.rule = origin.rule;
  }

  get dtype(): DType {
    return this.type.dtype;
  }

  get shape(): readonly Dim[] {
    return this.type.shape;
  }

  get rank(): number {
    return this.type.shape.length;
  }

  get name(): string | undefined {
    const { name } = this.attrs;
    return typeof name === 'string' && this.op.kind === 'leaf' ? name : undefined;
  }
}

let nodeCount = 0;
const table = new InternTable<Node>();

/** The node `op(inputs)`, after the op's type rule has checked it. The same arguments give the same node. */
export function makeNode(op: Op, inputs: readonly Node[], attrs: Attrs = {}): Node {
  const key = `${op.name}(${inputs.map((input) => input.id).join(',')})${attrsKey(attrs)}`;
  return table.get(key) ?? table.set(key, new Node(op, inputs, attrs, op.type(inputs.map((input) => input.type), attrs)));
}

/** The same node over other inputs. */
export function withInputs(node: Node, inputs: readonly Node[]): Node {
  return inputs.every((input, i) => input === node.inputs[i]) ? node : makeNode(node.op, inputs, node.attrs);
}

function attrsKey(attrs: Attrs): string {
  let key = '';
  for (const name in attrs) key += `;${name}=${attrKey(attrs[name] ?? null)}`;
  return key;
}

function attrKey(value: AttrValue): string {
  if (Array.isArray(value)) return `[${value.map(attrKey).join(',')}]`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof SymbolicDim) return `<${value.key}>`;
  if (typeof value === 'object' && value !== null && 'key' in value) return value.key;
  return String(value);
}

/** Is this an expression of this copy of the library? */
export function isExpression(value: unknown): value is Expression {
  return value instanceof Node;
}

/** The node behind an expression; a clear error where it is none, or comes from a second copy of the library. */
export function toNode(value: unknown, where: string): Node {
  if (value instanceof Node) return value;
  if (typeof value === 'object' && value !== null && 'op' in value && 'inputs' in value && 'site' in value) {
    throw new CompatibilityError('TWO_COPIES', `${where}: this expression was made by another copy of @pastina/core; two copies are two graphs. Run 'npm ls @pastina/core' and make every package use one version`);
  }
  throw new InputError('NOT_AN_EXPRESSION', `${where}: expected an expression, got ${describeValue(value)}${value === undefined || value === null ? '; is an argument missing, or a name misspelled?' : '; wrap data in constant(…)'}`, { value });
}

/** @throws InputError where one expression, or something else, stands in the place of a list */
export function listOf<T>(values: readonly T[], where: string): readonly T[] {
  if (Array.isArray(values)) return values;
  throw new InputError('NOT_A_LIST', `${where}: expected a list of expressions, such as [x]; got ${isExpression(values) ? 'a single expression' : describeValue(values)}`, { value: values });
}
