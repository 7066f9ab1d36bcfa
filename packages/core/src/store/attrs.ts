import { anonymousDim, restoreDim, storeDim, SymbolicDim, type Dim, type StoredDim } from '../graph/dim.js';
import { dtypeFacts, type DType, type TypedArray } from '../graph/dtype.js';
import { InnerGraph } from '../graph/inner.js';
import { type Node } from '../graph/node.js';
import { type Attrs, type AttrValue, type ConstantData } from '../graph/op.js';

/** An attribute as JSON: plain values as they are, all else in an object that says what it is. */
export type StoredAttr = string | number | boolean | null | readonly StoredAttr[]
  | { readonly number: string } | { readonly dim: StoredDim } | { readonly elements: readonly (number | string)[] } | { readonly inner: { readonly inputs: readonly number[]; readonly outputs: readonly number[] } };

export type StoredAttrs = Readonly<Record<string, StoredAttr>>;

/** Numbers that JSON has not are texts. */
const textOf = (x: number): number | string => (Object.is(x, -0) ? '-0' : Number.isFinite(x) ? x : String(x));

/** `undefined` for what cannot be stored, such as functions. */
export function storeAttr(value: unknown, indexOf: (node: Node) => number): StoredAttr | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return typeof textOf(value) === 'number' ? value : { number: String(textOf(value)) };
  if (value instanceof SymbolicDim) return { dim: storeDim(value) };
  if (value instanceof InnerGraph) return { inner: { inputs: value.inputs.map(indexOf), outputs: value.outputs.map(indexOf) } };
  if (Array.isArray(value)) {
    const parts = value.map((part) => storeAttr(part, indexOf));
    return parts.includes(undefined) ? undefined : (parts as readonly StoredAttr[]);
  }
  const data: unknown = typeof value === 'object' && 'data' in value ? value.data : undefined;
  return ArrayBuffer.isView(data) ? { elements: Array.from(data as TypedArray, textOf) } : undefined;
}

/** Attributes again; nodes that an inner graph names were made before. */
export function attrReader(nodeAt: (index: number) => Node): (attrs: StoredAttrs) => Attrs {
  const anonymous = new Map<string, Dim>();
  const anonymousFor = (name: string): Dim => {
    const before = anonymous.get(name);
    if (before !== undefined) return before;
    const made = anonymousDim();
    anonymous.set(name, made);
    return made;
  };
  const read = (value: StoredAttr, dtype: DType | undefined): AttrValue => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return (value as readonly StoredAttr[]).map((part) => read(part, dtype));
    if ('number' in value) return Number(value.number);
    if ('dim' in value) return restoreDim(value.dim, anonymousFor);
    if ('inner' in value) return new InnerGraph(value.inner.inputs.map(nodeAt), value.inner.outputs.map(nodeAt));
    if (!('elements' in value) || dtype === undefined) throw new Error(`an attribute ${JSON.stringify(value).slice(0, 60)} is of no known kind`);
    const data = dtypeFacts(dtype).allocate(value.elements.length);
    value.elements.forEach((element, i) => (data[i] = Number(element)));
    return { key: '', data } as ConstantData;
  };
  return (attrs) => Object.fromEntries(Object.entries(attrs).map(([name, value]) => [name, read(value, attrs.dtype as DType | undefined)]));
}
