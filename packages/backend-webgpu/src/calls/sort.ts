import { type CallInstruction, type View } from '@pastina/core';
import { type Frame } from '../frame.js';
import { type Kernel, type Place, type Shader, typeOf } from '../shader.js';
import { allCoordinates, eachElement, product, readAt } from './arrays.js';

/** Runs of so many are put in order by counting; longer ones are merged of two. */
const block = 64;

/** How often runs are merged. */
function mergesOf(size: number): number {
  let merges = 0;
  for (let width = block; width < size; width *= 2) merges += 1;
  return merges;
}

/** Words for the positions between merges. */
export function sortWords({ shape }: CallInstruction): number {
  const merges = mergesOf(shape[shape.length - 1] as number);
  return merges === 0 ? 0 : (merges === 1 ? 1 : 2) * product(shape);
}

/**
 * Positions along the last axis, in order: equal elements as they stand, NaN as the largest. Every element finds its
 * place by itself: it counts those before it in its own run, then by bisection in the other run of each merge.
 */
export function argSort(call: CallInstruction, frame: Frame): readonly (Kernel | undefined)[] {
  const [x] = call.inputs as readonly [View];
  const size = call.shape[call.shape.length - 1] as number;
  const count = product(call.shape);
  const merges = mergesOf(size);
  const between = (n: number): Place => ({ parameter: undefined, offset: frame.scratch + (n % 2) * count, dtype: 'uint32', label: 'scratch' });
  const read = (shader: Shader, position: string): string => {
    // One coordinate fewer than axes is a row; a vector has none.
    const rows = call.shape.slice(0, -1);
    const names = rows.length === 0 ? [] : allCoordinates(shader, 'row', rows, `${position}_`);
    return readAt(shader, frame, x, [...names, position]);
  };
  const write = (shader: Shader, n: number, index: string, position: string): void => {
    if (n === merges) frame.write(shader, call.output, index, `i32(${position})`);
    else shader.write(between(n), index, position);
  };
  const before = (shader: Shader, a: string, b: string): string => {
    const sign = call.attrs.descending === true ? '>' : '<';
    if (typeOf(frame.dtypeOf(x.buffer)) !== 'f32') return `(${a} ${sign} ${b})`;
    const [nan, other] = call.attrs.descending === true ? [a, b] : [b, a];
    return `(${a} ${sign} ${b} || (${shader.call('is_nan', nan)} && !${shader.call('is_nan', other)}))`;
  };

  const kernels: (Kernel | undefined)[] = [eachElement(`argSort: [${call.shape.join(', ')}], runs of ${Math.min(block, size)}`, count, (shader) => {
    shader.line(`let row = i / ${size}u;`);
    shader.line(`let own = i % ${size}u;`);
    shader.line(`let start = own / ${block}u * ${block}u;`);
    shader.line(`let element = ${read(shader, 'own')};`);
    shader.line('var place = start;');
    shader.line(`for (var other = start; other < min(start + ${block}u, ${size}u); other += 1u) {`);
    shader.line(`let beside = ${read(shader, 'other')};`);
    shader.line(`if (${before(shader, 'beside', 'element')} || (other < own && !${before(shader, 'element', 'beside')})) { place += 1u; }`);
    shader.line('}');
    write(shader, 0, `row * ${size}u + place`, 'own');
  })];
  for (let n = 1, width = block; n <= merges; n += 1, width *= 2) {
    kernels.push(eachElement(`argSort: [${call.shape.join(', ')}], runs of ${2 * width} from ${width}`, count, (shader) => {
      shader.line(`let row = i / ${size}u;`);
      shader.line(`let place = i % ${size}u;`);
      shader.line(`let start = place / ${2 * width}u * ${2 * width}u;`);
      shader.line(`let middle = min(start + ${width}u, ${size}u);`);
      shader.line('let left = place < middle;');
      shader.line(`let own = ${shader.read(between(n - 1), 'i')};`);
      shader.line(`let element = ${read(shader, 'own')};`);
      shader.line('let first = select(start, middle, left);');
      shader.line('var low = first;');
      shader.line(`var high = select(middle, min(middle + ${width}u, ${size}u), left);`);
      shader.line('while (low < high) {');
      shader.line('let half = (low + high) / 2u;');
      shader.line(`let other = ${shader.read(between(n - 1), `row * ${size}u + half`)};`);
      shader.line(`let beside = ${read(shader, 'other')};`);
      // Of equal ones those of the left run come first.
      shader.line(`if (${before(shader, 'beside', 'element')} || (!left && !${before(shader, 'element', 'beside')})) { low = half + 1u; } else { high = half; }`);
      shader.line('}');
      shader.line('let behind = select(place - middle, place - start, left);');
      write(shader, n, `row * ${size}u + start + behind + low - first`, 'own');
    }));
  }
  return kernels;
}
