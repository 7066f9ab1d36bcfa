import { type LoopInstruction } from '@pastina/core';
import { type Epilogue } from '../epilogue.js';
import { type Frame } from '../frame.js';
import { type Kernel, type Place, Shader } from '../shader.js';
import { type Axes, coordinates, joinAxes, position } from './axes.js';
import { extentOf, groupSize, sharedBy } from './extent.js';
import { combine, type Fold, foldOf, startOf } from './fold.js';
import { compileFours, takesFours } from './fours.js';
import { rounded } from './ops.js';
import { stepsOf } from './steps.js';

/** Folds of at least so many elements are shared by a group, as a tree. */
const leastShared = 64;

/** A `loop` instruction as one shader, or two where parts are folded first; none where there is nothing to write. */
export function compileLoop(loop: LoopInstruction, frame: Frame): readonly Kernel[] {
  const { axes, outer, inner, part, parts } = extentOf(loop);
  const kept = loop.space.length - axes;
  if (outer === 0) return [];
  const title = `${loop.origin.op}: [${loop.space.join(', ')}]${axes > 0 ? `, folded over the last ${axes}` : ''}`;
  const outerAxes = joinAxes(loop.space, loop.inputs, 0, kept);
  if (axes === 0 && takesFours(loop, frame, outerAxes, outer)) return [compileFours(title, loop, frame, outerAxes, outer)];
  const shader = new Shader(title);
  const body = new Body(loop, frame, shader, outerAxes, joinAxes(loop.space, loop.inputs, kept, loop.space.length));
  if (axes === 0) return [body.elementwise(outer)];
  if (inner < leastShared) return [body.alone(outer, inner)];
  return parts === 1 ? [body.shared(outer, inner)] : [body.inParts(outer, inner, part, parts), body.joined(new Shader(`${loop.origin.op}: its ${parts} parts joined`), outer, parts)];
}

/**
 * The function that takes an element of a product, by its place in row-major order, through the loop behind it; gives its
 * name. Compilers may reorder sums and products where they see both, and did: so they are kept from seeing that the flag,
 * a word of memory, is 0 wherever results count.
 */
export function defineEpilogue(shader: Shader, epilogue: Epilogue, frame: Frame): string {
  const loop = { ...epilogue, inputs: epilogue.inputs.slice(0, epilogue.own) };
  const body = new Body(loop, frame, shader, joinAxes(loop.space, loop.inputs, 0, loop.space.length), { sizes: [], strides: [] });
  shader.define('epilogue', 'i: u32, sum: f32', () => {
    shader.line('// The flag is 0: this only keeps the sum as it is.');
    shader.line(`let product = bitcast<f32>(bitcast<u32>(sum) ^ ${shader.read({ parameter: undefined, offset: frame.flag, dtype: 'uint32', label: 'flag' }, '0u')});`);
    body.behind(epilogue.product.output);
  });
  return 'epilogue';
}

/** A fold, the name of its value, and where the result goes. */
interface Folded {
  readonly fold: Fold;
  readonly name: string;
  readonly buffer: number;
  readonly value: number;
}

class Body {
  readonly #loop: LoopInstruction;
  readonly #frame: Frame;
  readonly #shader: Shader;
  readonly #outer: Axes;
  readonly #inner: Axes;
  readonly #folds: readonly Folded[];

  constructor(loop: LoopInstruction, frame: Frame, shader: Shader, outer: Axes, inner: Axes) {
    this.#loop = loop;
    this.#frame = frame;
    this.#shader = shader;
    this.#outer = outer;
    this.#inner = inner;
    this.#folds = loop.results.flatMap(({ reduction, buffer, value }, i) => (reduction === undefined ? [] : [{ fold: foldOf(reduction.op, reduction.dtype), name: `fold${i}`, buffer, value }]));
  }

  elementwise(count: number): Kernel {
    const shader = this.#shader;
    shader.line(`let i = group * ${groupSize}u + local;`);
    shader.line(`if (i >= ${count}u) { return; }`);
    this.#values('i', undefined, 'i');
    return shader.finish(Math.ceil(count / groupSize), groupSize);
  }

  /** The element `i`, with `product` for what is there of a buffer. */
  behind(buffer: number): void {
    this.#values('i', undefined, 'i', undefined, buffer);
  }

  /** Every fold by one invocation, in row-major order. */
  alone(count: number, inner: number): Kernel {
    const shader = this.#shader;
    shader.line(`let i = group * ${groupSize}u + local;`);
    shader.line(`if (i >= ${count}u) { return; }`);
    for (const { fold, name } of this.#folds) shader.line(`var ${name} = ${startOf(shader, fold)};`);
    if (inner > 0) this.#run(inner, '0u', `${inner}u`, 1, 'i');
    this.#finishFolds(shader, 'i');
    return shader.finish(Math.ceil(count / groupSize), groupSize);
  }

  /** Every fold by a group: each invocation takes every n-th element, then halves are joined. */
  shared(count: number, inner: number): Kernel {
    const shader = this.#shader;
    shader.line('let i = group;');
    shader.line(`if (i >= ${count}u) { return; }`);
    this.#byGroup(inner, 'local', `${inner}u`, () => this.#finishFolds(shader, 'i'));
    return shader.finish(count, sharedBy);
  }

  /** The same, of a part of the elements by each group; what comes of it goes to memory that the next shader reads. */
  inParts(count: number, inner: number, part: number, parts: number): Kernel {
    const shader = this.#shader;
    shader.line(`let i = group / ${parts}u;`);
    shader.line(`if (i >= ${count}u) { return; }`);
    shader.line(`let first = group % ${parts}u * ${part}u;`);
    this.#byGroup(inner, 'first + local', `min(first + ${part}u, ${inner}u)`, () => {
      this.#folds.forEach(({ name }, k) => shader.write(this.#parts(k, count * parts), 'group', name));
    });
    return shader.finish(count * parts, sharedBy);
  }

  /** The parts one after another, by one invocation for each fold. */
  joined(shader: Shader, count: number, parts: number): Kernel {
    shader.line(`let i = group * ${groupSize}u + local;`);
    shader.line(`if (i >= ${count}u) { return; }`);
    for (const { fold, name } of this.#folds) shader.line(`var ${name} = ${startOf(shader, fold)};`);
    shader.line(`for (var part = i * ${parts}u; part < (i + 1u) * ${parts}u; part += 1u) {`);
    this.#folds.forEach(({ fold, name }, k) => shader.line(`${name} = ${combine(shader, fold, name, shader.read(this.#parts(k, count * parts), 'part'))};`));
    shader.line('}');
    this.#finishFolds(shader, 'i');
    return shader.finish(Math.ceil(count / groupSize), groupSize);
  }

  #parts(k: number, words: number): Place {
    return { parameter: undefined, offset: this.#frame.scratch + k * words, dtype: (this.#folds[k] as Folded).fold.dtype, label: 'parts' };
  }

  /** Each invocation takes every n-th element, then halves are joined; the first one ends with `finish`. */
  #byGroup(inner: number, from: string, until: string, finish: () => void): void {
    const shader = this.#shader;
    for (const { fold, name } of this.#folds) {
      shader.declare(`var<workgroup> shared_${name}: array<${fold.stored}, ${sharedBy}>;`);
      shader.line(`var ${name} = ${startOf(shader, fold)};`);
    }
    this.#run(inner, from, until, sharedBy, 'i');
    for (const { fold, name } of this.#folds) shader.line(`shared_${name}[local] = ${fold.store(name)};`);
    shader.line('workgroupBarrier();');
    shader.line(`for (var half = ${sharedBy / 2}u; half > 0u; half = half / 2u) {`);
    shader.line('if (local < half) {');
    for (const { fold, name } of this.#folds) shader.line(`shared_${name}[local] = ${fold.store(combine(shader, fold, fold.load(`shared_${name}[local]`), fold.load(`shared_${name}[local + half]`)))};`);
    shader.line('}');
    shader.line('workgroupBarrier();');
    shader.line('}');
    shader.line('if (local == 0u) {');
    for (const { fold, name } of this.#folds) shader.line(`${name} = ${fold.load(`shared_${name}[0]`)};`);
    finish();
    shader.line('}');
  }

  #run(inner: number, from: string, until: string, by: number, outer: string): void {
    const shader = this.#shader;
    const outerNames = this.#coordinates(outer, this.#outer, 'a');
    shader.line(`for (var r = ${from}; r < ${until}; r += ${by}u) {`);
    const values = this.#values(outer, 'r', `${outer} * ${inner}u + r`, outerNames);
    for (const { fold, name, value } of this.#folds) shader.line(`${name} = ${combine(shader, fold, name, values[value] as string)};`);
    shader.line('}');
  }

  #finishFolds(shader: Shader, outer: string): void {
    for (const { fold, name, buffer } of this.#folds) this.#frame.write(shader, buffer, outer, rounded(shader, name, fold.dtype));
  }

  #coordinates(index: string, { sizes }: Axes, name: string): readonly string[] {
    const { lines, names } = coordinates(index, sizes, name);
    lines.forEach((text) => this.#shader.line(text));
    return names;
  }

  /** Reads the inputs, runs the steps, writes what is no fold; gives the names of all values. */
  #values(outer: string, inner: string | undefined, target: string, outerNames: readonly string[] = this.#coordinates(outer, this.#outer, 'a'), product?: number): readonly string[] {
    const shader = this.#shader;
    const { inputs, results } = this.#loop;
    const innerNames = inner === undefined ? [] : this.#coordinates(inner, this.#inner, 'b');
    const names = inputs.map((view, v) => {
      if (view.buffer === product) return 'product';
      const parts = [
        ...outerNames.map((name, axis) => [name, this.#outer.strides[v]?.[axis] ?? 0] as const),
        ...innerNames.map((name, axis) => [name, this.#inner.strides[v]?.[axis] ?? 0] as const),
      ];
      shader.line(`let x${v} = ${shader.read(this.#frame.placeOf(view.buffer), position(view.offset, parts))};`);
      return `x${v}`;
    });
    const values = stepsOf(shader, this.#loop, this.#frame, names);
    for (const { buffer, value, reduction } of results) if (reduction === undefined) this.#frame.write(shader, buffer, target, values[value] as string);
    return values;
  }
}
