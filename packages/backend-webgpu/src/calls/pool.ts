import { type CallInstruction, type View } from '@pastina/core';
import { type Frame } from '../frame.js';
import { rounded } from '../loop/ops.js';
import { type Kernel, type Shader } from '../shader.js';
import { allCoordinates, eachElement, product, readAt } from './arrays.js';

// Pools: an invocation for each window. Their gradients: one for each element of the input, which looks at the windows
// that hold it, in row-major order; so nothing is added by two at once.

interface Geometry {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly counts: readonly number[];
  readonly pad: boolean;
}

const geometryOf = ({ attrs }: CallInstruction): Geometry => attrs as unknown as Geometry;

/** Lines that give each axis' `low` and `high`, where a window lies inside the input, and `held`, what it holds with padding. */
function span(shader: Shader, windows: readonly string[], space: readonly number[], { size, stride, before, after }: Geometry): void {
  space.forEach((length, axis) => {
    shader.line(`let start${axis} = i32(${windows[axis]}) * ${stride[axis]}i - ${before[axis]}i;`);
    shader.line(`let end${axis} = min(start${axis} + ${size[axis]}i, ${length + (after[axis] as number)}i);`);
    shader.line(`let low${axis} = u32(max(start${axis}, 0i));`);
    shader.line(`let high${axis} = u32(min(end${axis}, ${length}i));`);
  });
}

/** Runs `body` for all positions from `low` to `high` of each axis, `p0`, `p1`, …, in row-major order. */
function eachInside(shader: Shader, axes: number, body: (at: readonly string[]) => void): void {
  const names = Array.from({ length: axes }, (_, axis) => `p${axis}`);
  names.forEach((name, axis) => shader.line(`for (var ${name} = low${axis}; ${name} < high${axis}; ${name} += 1u) {`));
  body(names);
  names.forEach(() => shader.line('}'));
}

/** Lines that find the first largest element of a window, or NaN: `best`, and where it is. */
function findLargest(shader: Shader, frame: Frame, x: View, plane: readonly string[], axes: number): readonly string[] {
  const where = Array.from({ length: axes }, (_, axis) => `where${axis}`);
  where.forEach((name, axis) => shader.line(`var ${name} = low${axis};`));
  shader.line(`var best = ${readAt(shader, frame, x, [...plane, ...where])};`);
  eachInside(shader, axes, (at) => {
    shader.line(`let element = ${readAt(shader, frame, x, [...plane, ...at])};`);
    shader.line(`if (element > best || (${shader.call('is_nan', 'element')} && !${shader.call('is_nan', 'best')})) {`);
    shader.line('best = element;');
    where.forEach((name, axis) => shader.line(`${name} = ${at[axis]};`));
    shader.line('}');
  });
  return where;
}

export function maxPool(call: CallInstruction, frame: Frame): Kernel | undefined {
  const [x, values] = call.inputs as readonly [View, View];
  const space = x.shape.slice(2);
  return eachElement(`maxPool: [${x.shape.join(', ')}] to [${call.shape.join(', ')}]`, product(call.shape), (shader) => {
    const [n, c, ...windows] = allCoordinates(shader, 'i', call.shape, 'c') as [string, string, ...string[]];
    span(shader, windows, space, geometryOf(call));
    const where = findLargest(shader, frame, x, [n, c], space.length);
    frame.write(shader, call.output, 'i', readAt(shader, frame, values, [n, c, ...where]));
  });
}

/** By how many a window's sum is divided, as a float. */
function divisor(space: readonly number[], { pad }: Geometry): string {
  return space.map((_, axis) => (pad ? `f32(end${axis} - start${axis})` : `f32(high${axis} - low${axis})`)).join(' * ');
}

export function averagePool(call: CallInstruction, frame: Frame): Kernel | undefined {
  const [x] = call.inputs as readonly [View];
  const space = x.shape.slice(2);
  return eachElement(`averagePool: [${x.shape.join(', ')}] to [${call.shape.join(', ')}]`, product(call.shape), (shader) => {
    const [n, c, ...windows] = allCoordinates(shader, 'i', call.shape, 'c') as [string, string, ...string[]];
    span(shader, windows, space, geometryOf(call));
    shader.line('var sum = 0.0;');
    eachInside(shader, space.length, (at) => shader.line(`sum += ${readAt(shader, frame, x, [n, c, ...at])};`));
    frame.write(shader, call.output, 'i', rounded(shader, `sum / (${divisor(space, geometryOf(call))})`, frame.dtypeOf(call.output)));
  });
}

/** Runs `body` for all windows, `w0`, `w1`, …, that may hold the element at the given positions. */
function eachWindow(shader: Shader, at: readonly string[], { size, stride, before, counts }: Geometry, body: (windows: readonly string[]) => void): void {
  const names = at.map((_, axis) => `w${axis}`);
  at.forEach((name, axis) => {
    const by = stride[axis] as number;
    shader.line(`let reach${axis} = ${name} + ${before[axis]}u;`);
    shader.line(`let from${axis} = select(0u, (reach${axis} - ${(size[axis] as number) - 1}u + ${by - 1}u) / ${by}u, reach${axis} >= ${size[axis]}u);`);
    shader.line(`let to${axis} = min(reach${axis} / ${by}u + 1u, ${counts[axis]}u);`);
  });
  names.forEach((name, axis) => shader.line(`for (var ${name} = from${axis}; ${name} < to${axis}; ${name} += 1u) {`));
  body(names);
  names.forEach(() => shader.line('}'));
}

export function maxPoolGradient(call: CallInstruction, frame: Frame): Kernel | undefined {
  const [x, g] = call.inputs as readonly [View, View];
  const space = x.shape.slice(2);
  return eachElement(`maxPoolGradient: [${call.shape.join(', ')}]`, product(call.shape), (shader) => {
    const [n, c, ...at] = allCoordinates(shader, 'i', call.shape, 'c') as [string, string, ...string[]];
    shader.line('var sum = 0.0;');
    eachWindow(shader, at, geometryOf(call), (windows) => {
      span(shader, windows, space, geometryOf(call));
      const where = findLargest(shader, frame, x, [n, c], space.length);
      shader.line(`if (${where.map((name, axis) => `${name} == ${at[axis]}`).join(' && ')}) { sum += ${readAt(shader, frame, g, [n, c, ...windows])}; }`);
    });
    frame.write(shader, call.output, 'i', rounded(shader, 'sum', frame.dtypeOf(call.output)));
  });
}

export function averagePoolGradient(call: CallInstruction, frame: Frame): Kernel | undefined {
  const [g] = call.inputs as readonly [View];
  const space = call.shape.slice(2);
  return eachElement(`averagePoolGradient: [${call.shape.join(', ')}]`, product(call.shape), (shader) => {
    const [n, c, ...at] = allCoordinates(shader, 'i', call.shape, 'c') as [string, string, ...string[]];
    shader.line('var sum = 0.0;');
    eachWindow(shader, at, geometryOf(call), (windows) => {
      span(shader, windows, space, geometryOf(call));
      shader.line(`sum += ${readAt(shader, frame, g, [n, c, ...windows])} / (${divisor(space, geometryOf(call))});`);
    });
    frame.write(shader, call.output, 'i', rounded(shader, 'sum', frame.dtypeOf(call.output)));
  });
}
