import { type LoopInstruction, type View } from '@pastina/core';
import { type Frame } from '../frame.js';
import { fromWord, type Kernel, Shader, toWord } from '../shader.js';
import { type Axes, coordinates, position } from './axes.js';
import { groupSize } from './extent.js';
import { stepsOf } from './steps.js';

/** Loops of fewer elements stay short to read and quick to compile. */
const leastInFours = 4096;

const fours = (n: number): boolean => n % 4 === 0;

/** Can each invocation take four neighbours, which it writes at once? */
export function takesFours({ inputs, results }: LoopInstruction, frame: Frame, axes: Axes, count: number): boolean {
  return count >= leastInFours && fours(axes.sizes.at(-1) ?? 1) && results.every(({ buffer }) => fours(frame.placeOf(buffer).offset)) && inputs.some((view, v) => areNeighbours(view, v, frame, axes));
}

/** Are the four elements of this input one vector of memory? */
function areNeighbours(view: View, v: number, frame: Frame, axes: Axes): boolean {
  const strides = axes.strides[v] as readonly number[];
  return strides.at(-1) === 1 && [...strides.slice(0, -1), view.offset, frame.placeOf(view.buffer).offset].every(fours);
}

/** An elementwise loop that reads and writes memory by vectors of four, where they lie so; each element is computed as ever. */
export function compileFours(title: string, loop: LoopInstruction, frame: Frame, axes: Axes, count: number): Kernel {
  const shader = new Shader(`${title}, by fours`, true);
  const most = axes.sizes.length - 1;
  shader.line(`let i = group * ${groupSize}u + local;`);
  shader.line(`if (i >= ${count / 4}u) { return; }`);
  const { lines, names } = coordinates('i', axes.sizes.map((size, axis) => (axis === most ? size / 4 : size)), 'a');
  lines.forEach((text) => shader.line(text));
  // Of each input the name of an element, and for those that lie elsewhere how to read it.
  const read = loop.inputs.map((view, v): readonly [name: string, line?: string] => {
    const place = frame.placeOf(view.buffer);
    const strides = axes.strides[v] as readonly number[];
    const parts = names.map((name, axis) => [name, strides[axis] as number] as const);
    if (areNeighbours(view, v, frame, axes)) {
      shader.line(`let four${v} = ${shader.readFour(place, position(view.offset / 4, parts.map(([name, stride], axis) => [name, axis === most ? 1 : stride / 4])))};`);
      return [`x${v}`, fromWord(`four${v}[lane]`, place.dtype)];
    }
    const element = shader.read(place, position(view.offset, parts.map(([name, stride], axis) => [axis === most ? `(4u * ${name} + lane)` : name, stride])));
    if (strides[most] !== 0) return [`x${v}`, element];
    shader.line(`let x${v} = ${element};`);
    return [`x${v}`];
  });
  loop.results.forEach((_, r) => shader.line(`var result${r}: vec4u;`));
  shader.line('for (var lane = 0u; lane < 4u; lane += 1u) {');
  for (const [name, element] of read) if (element !== undefined) shader.line(`let ${name} = ${element};`);
  const values = stepsOf(shader, loop, frame, read.map(([name]) => name));
  loop.results.forEach(({ buffer, value }, r) => shader.line(`result${r}[lane] = ${toWord(values[value] as string, frame.dtypeOf(buffer))};`));
  shader.line('}');
  loop.results.forEach(({ buffer }, r) => frame.unlessRefused(frame.placeOf(buffer), shader, () => shader.writeFour(frame.placeOf(buffer), 'i', `result${r}`)));
  return shader.finish(Math.ceil(count / 4 / groupSize), groupSize);
}
