import { type CallInstruction, type View } from '@pastina/core';
import { type Frame } from '../frame.js';
import { coordinates, joinAxes, position } from '../loop/axes.js';
import { rounded } from '../loop/ops.js';
import { type Kernel, Shader, typeOf } from '../shader.js';
import { lookFor } from '../status.js';

const groupSize = 64;
const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** Up to so many indices are looked through by every element that they may add to. */
const fewIndices = 32;

/** Where the gathered lies: leading axes, the axes of the indices, inner axes; and the strides of x and the indices along them. */
interface Walk {
  readonly shape: readonly number[];
  readonly x: readonly number[];
  readonly indices: readonly number[];
  /** How many indices each batch has. */
  readonly count: number;
  readonly batch: number;
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
}

function walkOf({ attrs, inputs }: CallInstruction): Walk {
  const [x, indices] = inputs as readonly [View, View];
  const [axis, batchAxes] = [attrs.axis as number, attrs.batchAxes as number];
  const own = indices.shape.slice(batchAxes);
  return {
    shape: [...x.shape.slice(0, axis), ...own, ...x.shape.slice(axis + 1)],
    x: [...x.strides.slice(0, axis), ...own.map(() => 0), ...x.strides.slice(axis + 1)],
    indices: [...indices.strides.slice(0, batchAxes), ...x.shape.slice(batchAxes, axis).map(() => 0), ...indices.strides.slice(batchAxes), ...x.shape.slice(axis + 1).map(() => 0)],
    count: product(own), batch: product(x.shape.slice(0, batchAxes)), outer: product(x.shape.slice(batchAxes, axis)), size: x.shape[axis] as number, inner: product(x.shape.slice(axis + 1)),
  };
}

/** An element of a view by its number in row-major order. */
function elementOf(shader: Shader, frame: Frame, view: View, index: string, name: string): string {
  const axes = joinAxes(view.shape, [view], 0, view.shape.length);
  const { lines, names } = coordinates(index, axes.sizes, name);
  lines.forEach((text) => shader.line(text));
  return shader.read(frame.placeOf(view.buffer), position(view.offset, names.map((coordinate, axis) => [coordinate, axes.strides[0]?.[axis] ?? 0] as const)));
}

/** Notes the first index that is not from 0 to `size` - 1. */
export function checkIndices(call: CallInstruction, frame: Frame, view: View, size: number): Kernel | undefined {
  const signed = typeOf(frame.dtypeOf(view.buffer)) === 'i32';
  let reads = 0;
  return lookFor(`${call.op}: are the indices inside?`, product(view.shape), frame, frame.noteOf(call), (shader, index) => {
    reads += 1;
    const value = `index${reads}`;
    shader.line(`let ${value} = ${elementOf(shader, frame, view, index, `c${reads}_`)};`);
    return { bits: signed ? `bitcast<u32>(${value})` : value, refuses: `${signed ? `${value} < 0 || ` : ''}u32(${value}) >= ${size}u` };
  });
}

export function gather(call: CallInstruction, frame: Frame): readonly (Kernel | undefined)[] {
  const [x, indices] = call.inputs as readonly [View, View];
  const walk = walkOf(call);
  const check = checkIndices(call, frame, indices, walk.size);
  const count = product(call.shape);
  if (count === 0 || walk.size === 0) return [check];
  const shader = new Shader(`gather: [${call.shape.join(', ')}] along axis ${String(call.attrs.axis)}`);
  shader.line(`let i = group * ${groupSize}u + local;`);
  shader.line(`if (i >= ${count}u) { return; }`);
  const axes = joinAxes(walk.shape, [{ strides: walk.x }, { strides: walk.indices }], 0, walk.shape.length);
  const { lines, names } = coordinates('i', axes.sizes, 'c');
  lines.forEach((text) => shader.line(text));
  const parts = (v: number): (readonly [string, number])[] => names.map((name, axis) => [name, axes.strides[v]?.[axis] ?? 0] as const);
  shader.line(`let index = min(u32(${shader.read(frame.placeOf(indices.buffer), position(indices.offset, parts(1)))}), ${walk.size - 1}u);`);
  frame.write(shader, call.output, 'i', shader.read(frame.placeOf(x.buffer), position(x.offset, [...parts(0), ['index', x.strides[call.attrs.axis as number] as number]])));
  return [check, shader.finish(Math.ceil(count / groupSize), groupSize)];
}

/** Words that a scatterAdd needs: for each row the first index that meets it, for each index the next one that is equal. */
export function scatterWords(call: CallInstruction): number {
  const { batch, size, count } = walkOf(call);
  return count <= fewIndices ? 0 : batch * (size + count);
}

/** Every element of x and what is added to it, in the order of the indices: the same bits each time. */
export function scatterAdd(call: CallInstruction, frame: Frame): readonly (Kernel | undefined)[] {
  const [x, indices, updates] = call.inputs as readonly [View, View, View];
  const walk = walkOf(call);
  const check = checkIndices(call, frame, indices, walk.size);
  if (product(call.shape) === 0) return [check];
  const chains = scatterWords(call) > 0;
  return [check, ...(chains ? chainKernels(call, frame, indices, walk) : []), addKernel(call, frame, x, indices, updates, walk, chains)];
}

const scratch = (frame: Frame, offset: number) => ({ parameter: undefined, offset: frame.scratch + offset, dtype: 'uint32', label: 'scratch' }) as const;

/** Chains equal indices, each to the next one behind it. */
function chainKernels(call: CallInstruction, frame: Frame, indices: View, { batch, size, count }: Walk): readonly Kernel[] {
  const clear = new Shader(`${call.op}: no row is met yet`);
  clear.line(`let i = group * ${groupSize}u + local;`);
  clear.line(`if (i >= ${batch * size}u) { return; }`);
  clear.write(scratch(frame, 0), 'i', '0xffffffffu');

  const chain = new Shader(`${call.op}: each index and the next equal one`);
  chain.line(`let i = group * ${groupSize}u + local;`);
  chain.line(`if (i >= ${batch * count}u) { return; }`);
  chain.line(`let start = i / ${count}u * ${count}u;`);
  chain.line(`let own = ${elementOf(chain, frame, indices, 'i', 'own')};`);
  chain.line(`var next = 0xffffffffu;`);
  chain.line(`for (var j = i + 1u; j < start + ${count}u; j += 1u) {`);
  chain.line(`if (${elementOf(chain, frame, indices, 'j', 'other')} == own) { next = j - start; break; }`);
  chain.line('}');
  chain.write(scratch(frame, batch * size), 'i', 'next');
  chain.line('var first = true;');
  chain.line('for (var j = start; j < i; j += 1u) {');
  chain.line(`if (${elementOf(chain, frame, indices, 'j', 'before')} == own) { first = false; break; }`);
  chain.line('}');
  chain.line(`if (first && u32(own) < ${size}u) {`);
  chain.write(scratch(frame, 0), `i / ${count}u * ${size}u + u32(own)`, 'i - start');
  chain.line('}');
  return [clear.finish(Math.ceil((batch * size) / groupSize), groupSize), chain.finish(Math.ceil((batch * count) / groupSize), groupSize)];
}

function addKernel(call: CallInstruction, frame: Frame, x: View, indices: View, updates: View, { batch, outer, size, inner, count }: Walk, chains: boolean): Kernel {
  const shader = new Shader(`scatterAdd: [${call.shape.join(', ')}] along axis ${String(call.attrs.axis)}`);
  const total = batch * outer * size * inner;
  const dtype = frame.dtypeOf(call.output);
  shader.line(`let i = group * ${groupSize}u + local;`);
  shader.line(`if (i >= ${total}u) { return; }`);
  shader.line(`let inside = i % ${inner}u;`);
  shader.line(`let row = i / ${inner}u % ${size}u;`);
  shader.line(`let block = i / ${inner * size}u;`);
  shader.line(`let batch = block / ${outer}u;`);
  shader.line(`var sum = ${elementOf(shader, frame, x, 'i', 'x')};`);
  const add = (n: string): void => {
    shader.line(`let source = (block * ${count}u + ${n}) * ${inner}u + inside;`);
    shader.line(`sum = ${rounded(shader, `sum ${dtype === 'bool' ? '||' : '+'} ${elementOf(shader, frame, updates, 'source', 'u')}`, dtype)};`);
  };
  if (chains) {
    shader.line(`for (var n = ${shader.read(scratch(frame, 0), `batch * ${size}u + row`)}; n != 0xffffffffu; n = ${shader.read(scratch(frame, batch * size), `batch * ${count}u + n`)}) {`);
    add('n');
    shader.line('}');
  } else {
    shader.line(`for (var n = 0u; n < ${count}u; n += 1u) {`);
    shader.line(`let at = batch * ${count}u + n;`);
    shader.line(`if (u32(${elementOf(shader, frame, indices, 'at', 'index')}) == row) {`);
    add('n');
    shader.line('}');
    shader.line('}');
  }
  frame.write(shader, call.output, 'i', 'sum');
  return shader.finish(Math.ceil(total / groupSize), groupSize);
}
