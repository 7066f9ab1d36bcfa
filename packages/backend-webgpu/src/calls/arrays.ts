import { type CallInstruction, type View } from '@pastina/core';
import { type Frame } from '../frame.js';
import { coordinates, joinAxes, position } from '../loop/axes.js';
import { rounded } from '../loop/ops.js';
import { type Kernel, Shader, typeOf } from '../shader.js';
import { checkIndices } from './gather.js';

export const groupSize = 64;
export const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** The shader of a call; undefined where there is nothing to write. */
export type OneKernel = (call: CallInstruction, frame: Frame) => Kernel | undefined;

/** A shader with one invocation for each of `count` elements, `i`; undefined where there are none. */
export function eachElement(title: string, count: number, body: (shader: Shader) => void): Kernel | undefined {
  if (count === 0) return undefined;
  const shader = new Shader(title);
  shader.line(`let i = group * ${groupSize}u + local;`);
  shader.line(`if (i >= ${count}u) { return; }`);
  body(shader);
  return shader.finish(Math.ceil(count / groupSize), groupSize);
}

/** Lines for the coordinates of a linear index along all axes, one by one. */
export function allCoordinates(shader: Shader, index: string, shape: readonly number[], name: string): readonly string[] {
  const { lines, names } = coordinates(index, shape, name);
  lines.forEach((text) => shader.line(text));
  return names;
}

/** The element of a view at the coordinates of its axes. */
export function readAt(shader: Shader, frame: Frame, view: View, at: readonly string[]): string {
  return shader.read(frame.placeOf(view.buffer), position(view.offset, at.map((name, axis) => [name, view.strides[axis] as number] as const)));
}

/** Entry by entry, each to its place. */
export function concat(call: CallInstruction, frame: Frame): readonly (Kernel | undefined)[] {
  const axis = call.attrs.axis as number;
  const inner = product(call.shape.slice(axis + 1));
  const row = (call.shape[axis] as number) * inner;
  let at = 0;
  return call.inputs.map((view) => {
    const width = (view.shape[axis] as number) * inner;
    const from = at;
    at += width;
    return eachElement(`concat: [${view.shape.join(', ')}] along axis ${axis}`, product(view.shape), (shader) => {
      const axes = joinAxes(view.shape, [view], 0, view.shape.length);
      const { lines, names } = coordinates('i', axes.sizes, 'c');
      lines.forEach((text) => shader.line(text));
      const value = shader.read(frame.placeOf(view.buffer), position(view.offset, names.map((name, k) => [name, axes.strides[0]?.[k] ?? 0] as const)));
      frame.write(shader, call.output, width === row ? 'i' : `i / ${width}u * ${row}u + ${from}u + i % ${width}u`, value);
    });
  });
}

/** Every element of the result: one of x, or the value around. */
export function pad(call: CallInstruction, frame: Frame): Kernel | undefined {
  const [x, value] = call.inputs as readonly [View, View];
  const [before, gaps] = [call.attrs.before, call.attrs.gaps] as unknown as readonly (readonly number[])[];
  return eachElement(`pad: [${x.shape.join(', ')}] to [${call.shape.join(', ')}]`, product(call.shape), (shader) => {
    const names = allCoordinates(shader, 'i', call.shape, 'c');
    const inside = names.map((name, axis) => {
      const step = ((gaps?.[axis] ?? 0) as number) + 1;
      shader.line(`let p${axis} = i32(${name}) - ${before?.[axis] ?? 0}i;`);
      return `p${axis} >= 0i && ${step === 1 ? '' : `p${axis} % ${step}i == 0i && `}p${axis}${step === 1 ? '' : ` / ${step}i`} < ${x.shape[axis]}i`;
    });
    shader.line(`var value = ${readAt(shader, frame, value, [])};`);
    const at = names.map((_, axis) => `u32(p${axis} / ${((gaps?.[axis] ?? 0) as number) + 1}i)`);
    shader.line(`if (${inside.length === 0 ? 'true' : inside.join(' && ')}) { value = ${readAt(shader, frame, x, at)}; }`);
    frame.write(shader, call.output, 'i', 'value');
  });
}

/** A whole number as a value of the output's dtype. */
function counted(shader: Shader, frame: Frame, call: CallInstruction, value: string): string {
  const dtype = frame.dtypeOf(call.output);
  const type = typeOf(dtype);
  return rounded(shader, type === 'u32' ? value : `${type}(${value})`, dtype);
}

export function arange(call: CallInstruction, frame: Frame): Kernel | undefined {
  return eachElement(`arange: ${product(call.shape)}`, product(call.shape), (shader) => frame.write(shader, call.output, 'i', counted(shader, frame, call, 'i')));
}

export function oneHot(call: CallInstruction, frame: Frame): readonly (Kernel | undefined)[] {
  const [indices] = call.inputs as readonly [View];
  const depth = call.attrs.depth as number;
  const made = eachElement(`oneHot: [${call.shape.join(', ')}]`, product(call.shape), (shader) => {
    shader.line(`let which = i / ${depth}u;`);
    const names = allCoordinates(shader, 'which', indices.shape, 'c');
    frame.write(shader, call.output, 'i', counted(shader, frame, call, `select(0u, 1u, u32(${readAt(shader, frame, indices, names)}) == i % ${depth}u)`));
  });
  return [checkIndices(call, frame, indices, depth), made];
}

/** The first of the largest (or smallest) along an axis; the first NaN, if there is one. */
export const positionOf = (sign: '<' | '>'): OneKernel => (call, frame) => {
  const [x] = call.inputs as readonly [View];
  const axis = call.attrs.axis as number;
  return eachElement(`${call.op}: [${x.shape.join(', ')}] along axis ${axis}`, product(call.shape), (shader) => {
    const names = allCoordinates(shader, 'i', call.shape, 'c');
    const at = (k: string): string => readAt(shader, frame, x, [...names.slice(0, axis), k, ...names.slice(axis)]);
    const type = typeOf(frame.dtypeOf(x.buffer));
    shader.line(`var best = ${at('0u')};`);
    shader.line('var position = 0u;');
    shader.line(`for (var k = 0u; k < ${x.shape[axis]}u; k += 1u) {`);
    shader.line(`let element = ${at('k')};`);
    if (type === 'f32') {
      shader.line(`if (${shader.call('is_nan', 'element')}) {`);
      shader.line('position = k;');
      shader.line('break;');
      shader.line('}');
    }
    shader.line(`if (${type === 'bool' ? `u32(element) ${sign} u32(best)` : `element ${sign} best`}) {`);
    shader.line('best = element;');
    shader.line('position = k;');
    shader.line('}');
    shader.line('}');
    frame.write(shader, call.output, 'i', 'i32(position)');
  });
};
