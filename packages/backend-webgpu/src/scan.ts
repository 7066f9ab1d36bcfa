import { type ScanInstruction, type View } from '@pastina/core';
import { eachElement, product } from './calls/arrays.js';
import { type Frame } from './frame.js';
import { coordinates, joinAxes, position } from './loop/axes.js';
import { type Kernel, type Place, type Shader } from './shader.js';

/** Copies of one shader: each invocation does one element of every copy that has so many. */
interface Move {
  readonly count: number;
  /** The element to copy; `i` is its number. */
  read(shader: Shader): string;
  write(shader: Shader, value: string): void;
}

function moves(title: string, list: readonly Move[], first?: (shader: Shader) => void): Kernel | undefined {
  return eachElement(title, Math.max(first === undefined ? 0 : 1, ...list.map(({ count }) => count)), (shader) => {
    for (const move of list) {
      if (move.count === 0) continue;
      shader.line(`if (i < ${move.count}u) {`);
      move.write(shader, move.read(shader));
      shader.line('}');
    }
    if (first === undefined) return;
    shader.line('if (i == 0u) {');
    first(shader);
    shader.line('}');
  });
}

/** The shaders of a scan: before it, in each iteration before and behind the inner program, and behind it. */
export interface ScanKernels {
  readonly start: Kernel | undefined;
  readonly bring: Kernel | undefined;
  readonly keep: Kernel | undefined;
  readonly end: Kernel | undefined;
}

const wordAt = (offset: number): Place => ({ parameter: undefined, offset, dtype: 'uint32', label: 'iteration' });

/**
 * The number of the iteration lies in two words, so that no shader reads what it writes: `cell`, which the inner program
 * sees, and behind it the one that comes next.
 */
export function scanKernels(scan: ScanInstruction, outer: Frame, inner: Frame, cell: number): ScanKernels {
  const { length, reverse, carries, sequences, inputs, outputs } = scan;
  const { program } = inner;
  const title = `scan of ${length}`;
  const dense = (frame: Frame, buffer: number) => ({
    read: (shader: Shader): string => shader.read(frame.placeOf(buffer), 'i'),
    write: (shader: Shader, value: string): void => frame.write(shader, buffer, 'i', value),
  });
  const sizeOf = (buffer: number): number => program.buffers[buffer]?.size as number;
  const read = (view: View, from: number, more: string): ((shader: Shader) => string) => (shader) => {
    const axes = joinAxes(view.shape, [view], from, view.shape.length);
    const { lines, names } = coordinates('i', axes.sizes, `c${view.buffer}_`);
    lines.forEach((text) => shader.line(text));
    return shader.read(outer.placeOf(view.buffer), `${position(view.offset, names.map((name, axis) => [name, axes.strides[0]?.[axis] ?? 0] as const))}${more}`);
  };
  const given = (k: number): number => program.inputs[k]?.view.buffer as number;
  const intoInner = (k: number): Move => ({ count: product((inputs[k] as View).shape), read: read(inputs[k] as View, 0, ''), write: dense(inner, given(k)).write });
  const whole = inputs.map((_, k) => k).filter((k) => k < carries || k >= carries + sequences);
  const result = (k: number): number => program.outputs[k]?.view.buffer as number;
  const all = [...Array(outputs.length).keys()];

  if (length === 0) {
    const untouched = all.slice(0, carries).map((k): Move => ({ count: product((inputs[k] as View).shape), read: read(inputs[k] as View, 0, ''), write: (shader, value) => outer.write(shader, outputs[k] as number, 'i', value) }));
    return { start: moves(`${title}: the carries as they came`, untouched), bring: undefined, keep: undefined, end: undefined };
  }
  const slices = inputs.map((_, k) => k).slice(carries, carries + sequences).map((k): Move => {
    const view = inputs[k] as View;
    const stride = view.strides[0] as number;
    return {
      count: product(view.shape.slice(1)), write: dense(inner, given(k)).write,
      read: (shader) => read(view, 1, stride === 0 ? '' : ` ${stride < 0 ? '-' : '+'} ${shader.read(wordAt(cell + 1), '0u')} * ${Math.abs(stride)}u`)(shader),
    };
  });
  const kept = all.map((k): Move => ({
    count: sizeOf(result(k)), read: dense(inner, result(k)).read,
    write: (shader, value) => (k < carries ? dense(inner, given(k)).write(shader, value) : outer.write(shader, outputs[k] as number, `${shader.read(wordAt(cell), '0u')} * ${sizeOf(result(k))}u + i`, value)),
  }));
  return {
    start: moves(`${title}: what it starts with`, whole.map(intoInner), (shader) => shader.write(wordAt(cell + 1), '0u', `${reverse ? length - 1 : 0}u`)),
    bring: moves(`${title}: slices of one iteration`, slices, (shader) => shader.write(wordAt(cell), '0u', shader.read(wordAt(cell + 1), '0u'))),
    keep: moves(`${title}: results of one iteration`, kept, (shader) => shader.write(wordAt(cell + 1), '0u', `${shader.read(wordAt(cell), '0u')} ${reverse ? '-' : '+'} 1u`)),
    end: moves(`${title}: the last carries`, all.slice(0, carries).map((k): Move => ({ count: sizeOf(result(k)), read: dense(inner, result(k)).read, write: (shader, value) => outer.write(shader, outputs[k] as number, 'i', value) }))),
  };
}
