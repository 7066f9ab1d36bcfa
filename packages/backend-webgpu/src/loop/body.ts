import { type LoopInstruction } from '@pastina/core';
import { type Frame } from '../frame.js';
import { type Place, type Shader } from '../shader.js';
import { type Axes, coordinates, position } from './axes.js';
import { combine, type Fold, foldOf, startOf } from './fold.js';
import { rounded } from './ops.js';
import { stepsOf } from './steps.js';

/** A fold, the name of its value, and where the result goes. */
interface Folded {
  readonly fold: Fold;
  readonly name: string;
  readonly buffer: number;
  readonly value: number;
}

/** What a shader does for one element of a loop, for one fold of it, and between folds. */
export class Body {
  readonly shader: Shader;
  readonly folds: readonly Folded[];
  readonly #loop: LoopInstruction;
  readonly #frame: Frame;
  readonly #outer: Axes;
  readonly #inner: Axes;

  constructor(loop: LoopInstruction, frame: Frame, shader: Shader, outer: Axes, inner: Axes) {
    this.shader = shader;
    this.#loop = loop;
    this.#frame = frame;
    this.#outer = outer;
    this.#inner = inner;
    this.folds = loop.results.flatMap(({ reduction, buffer, value }, i) => (reduction === undefined ? [] : [{ fold: foldOf(reduction.op, reduction.dtype), name: `fold${i}`, buffer, value }]));
  }

  /** Where the parts of a fold lie between two shaders. */
  parts(k: number, words: number): Place {
    return { parameter: undefined, offset: this.#frame.scratch + k * words, dtype: (this.folds[k] as Folded).fold.dtype, label: 'parts' };
  }

  startFolds(): void {
    for (const { fold, name } of this.folds) this.shader.line(`var ${name} = ${startOf(this.shader, fold)};`);
  }

  /** Folds the elements `from`, `from + by`, … of the fold `i`. */
  run(inner: number, from: string, until: string, by: number): void {
    const { shader } = this;
    const outerNames = this.#coordinates('i', this.#outer, 'a');
    shader.line(`for (var r = ${from}; r < ${until}; r += ${by}u) {`);
    const values = this.values('r', `i * ${inner}u + r`, undefined, outerNames);
    for (const { fold, name, value } of this.folds) shader.line(`${name} = ${combine(shader, fold, name, values[value] as string)};`);
    shader.line('}');
  }

  /** Writes the results of the fold `i`. */
  finishFolds(): void {
    for (const { fold, name, buffer } of this.folds) this.#frame.write(this.shader, buffer, 'i', rounded(this.shader, name, fold.dtype));
  }

  /** Reads the inputs, runs the steps, writes what is no fold; gives the names of all values. `product` names a buffer whose element is there. */
  values(inner: string | undefined, target: string, product?: number, outerNames: readonly string[] = this.#coordinates('i', this.#outer, 'a')): readonly string[] {
    const { shader } = this;
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

  #coordinates(index: string, { sizes }: Axes, name: string): readonly string[] {
    const { lines, names } = coordinates(index, sizes, name);
    lines.forEach((text) => this.shader.line(text));
    return names;
  }
}
