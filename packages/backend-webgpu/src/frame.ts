import { type Buffer, type DType, type Instruction, type LoopInstruction, outputsOf, planMemory, type Port, type Program, type View } from '@pastina/core';
import { fewInPlace, withFewParameters } from './bindings.js';
import { isInOrder, readAllOver, withEpilogues } from './epilogue.js';
import { refuseWide } from './gpu/words.js';
import { type Products } from './calls/product.js';
import { type Place, type Shader } from './shader.js';
import { calm, mayRefuse, noteWords } from './status.js';

/** In words: what an offset of a temporary is a multiple of. */
const alignment = 4;

export const align = (words: number): number => Math.ceil(words / alignment) * alignment;

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** How a frame is laid out. */
export interface FrameOptions {
  /** Where its memory starts, in words. */
  readonly start: number;
  /** Set while something was noted against the run. */
  readonly flag: number;
  /** Words that shaders of one instruction hand to each other. */
  readonly scratch: number;
  /** Where the numbers of the iterations lie, of an inner program: the outermost first. */
  readonly cells: readonly number[];
  /** How many parameters an instruction may touch. */
  readonly mostParameters: number;
  /** Nothing is written over: every buffer has a place of its own, so that all can be looked at in the end. */
  readonly keep: boolean;
  /** New values may go straight into the parameters. */
  readonly inPlace: boolean;
  readonly products: Products;
}

/** Where the buffers of one program lie in the executable's memory. */
export class Frame {
  readonly program: Program;
  /** The first word behind it. */
  readonly end: number;
  /** The parameter whose own buffer holds a buffer of the program. */
  readonly parameterOf: ReadonlyMap<number, number>;
  /** New values that are written over the old ones while the program runs. */
  readonly inPlace: ReadonlyMap<number, number>;
  readonly flag: number;
  readonly scratch: number;
  readonly cells: readonly number[];
  readonly products: Products;
  /** Where what may be noted against instructions (or parameters that arrive) goes; cleared before each run. */
  readonly notes: ReadonlyMap<Instruction | Port, number>;
  /** The same for results that are not finite. */
  readonly checks: ReadonlyMap<Instruction | Port, number>;
  readonly #offsets: readonly number[];
  /** May something be noted against the run? */
  readonly #mayRefuse: boolean;
  /** Nothing more is written once something was noted. */
  readonly #keep: boolean;

  constructor(given: Program, { start, keep, inPlace, flag, scratch, cells, mostParameters, products }: FrameOptions) {
    const own = withOwnResults(given);
    const program = withFewParameters(keep ? own : withEpilogues(own, mostParameters), mostParameters);
    this.program = program;
    this.flag = flag;
    this.scratch = scratch;
    this.cells = cells;
    this.products = products;
    this.#keep = keep;
    this.#mayRefuse = program.instructions.some(refusesSomewhere);
    program.buffers.forEach(({ dtype, label }) => refuseWide(dtype, `'${label}'`));
    // Every element is a word here.
    const plan = planMemory({ ...program, instructions: program.instructions.map(readAllOver), buffers: program.buffers.map((buffer) => ({ ...buffer, dtype: 'uint32' as const })) });
    this.inPlace = inPlace && !keep ? fewInPlace(program, plan.inPlace, mostParameters) : new Map();
    this.parameterOf = new Map([...program.parameters.map(({ view }, i) => [view.buffer, i] as const), ...this.inPlace]);
    let end = start + (keep ? 0 : align(plan.bytes / 4));
    this.#offsets = program.buffers.map((buffer, i) => {
      if (this.parameterOf.has(i)) return 0;
      const planned = keep ? undefined : plan.offsets[i];
      if (planned !== undefined) return start + planned / 4;
      const own = end;
      end += align(buffer.size);
      return own;
    });
    const note = <T>(subject: T): readonly [T, number] => {
      end += noteWords;
      return [subject, end - noteWords];
    };
    this.notes = new Map(program.instructions.filter(mayRefuse).map(note));
    const isFloat = (buffer: number): boolean => ['float32', 'float16'].includes(this.dtypeOf(buffer));
    const checked: readonly (Instruction | Port)[] = keep ? [...program.parameters.filter(({ view }) => isFloat(view.buffer)), ...program.instructions.filter((instruction) => instruction.kind !== 'scan' && isFloat(outputsOf(instruction)[0] as number))] : [];
    this.checks = new Map(checked.map(note));
    this.end = end;
  }

  /** The first word of the notes, and how many there are. */
  get noted(): readonly [start: number, words: number] {
    const all = [...this.notes.values(), ...this.checks.values()];
    return [all[0] ?? 0, noteWords * all.length];
  }

  noteOf(instruction: Instruction): number {
    return this.notes.get(instruction) as number;
  }

  dtypeOf(buffer: number): DType {
    return (this.program.buffers[buffer] as Buffer).dtype;
  }

  placeOf(buffer: number): Place {
    const { dtype, label } = this.program.buffers[buffer] as Buffer;
    return { parameter: this.parameterOf.get(buffer), offset: this.#offsets[buffer] as number, dtype, label };
  }

  /** Writes an element of an instruction's result. */
  write(shader: Shader, buffer: number, index: string, value: string): void {
    this.writeTo(this.placeOf(buffer), shader, index, value);
  }

  /** Writes an element, unless something that was noted forbids it. */
  writeTo(place: Place, shader: Shader, index: string, value: string): void {
    this.unlessRefused(place, shader, () => shader.write(place, index, value));
  }

  /** What `write` adds is done unless something was noted that forbids to write there. */
  unlessRefused(place: Place, shader: Shader, write: () => void): void {
    if (!this.#keep && (place.parameter === undefined || !this.#mayRefuse)) {
      write();
      return;
    }
    shader.line(`if (${calm(shader, this.flag)}) {`);
    write();
    shader.line('}');
  }
}

function refusesSomewhere(instruction: Instruction): boolean {
  return instruction.kind === 'scan' ? instruction.inner.instructions.some(refusesSomewhere) : mayRefuse(instruction);
}

const nowhere = { toString: () => '', toJSON: () => '' } as unknown as Instruction['origin']['site'];

/** The loop that copies a view into a buffer. */
export function copyOf(view: View, buffer: number, what: string): LoopInstruction {
  return { kind: 'loop', space: view.shape, inputs: [view], body: [], results: [{ buffer, value: 0, reduction: undefined }], origin: { op: what, site: nowhere, rule: undefined } };
}

/** Outputs and updates become temporaries that lie dense: what shows inputs, parameters or strides is copied first. */
function withOwnResults(program: Program): Program {
  const buffers = [...program.buffers];
  const copies: Instruction[] = [];
  const own = (view: View, label: string): View => {
    const { role, dtype, size } = buffers[view.buffer] as Buffer;
    const elements = sizeOf(view.shape);
    if (role === 'temporary' && elements === size && isInOrder(view)) return view;
    const buffer = buffers.push({ dtype, size: elements, role: 'temporary', label }) - 1;
    copies.push(copyOf(view, buffer, 'copy'));
    let stride = 1;
    const strides = [...view.shape].reverse().map((extent) => {
      const here = stride;
      stride *= extent;
      return here;
    }).reverse();
    return { buffer, shape: view.shape, strides, offset: 0 };
  };
  const outputs: readonly Port[] = program.outputs.map((port) => ({ ...port, view: own(port.view, port.name) }));
  const updates = program.updates.map(({ parameter, view }) => ({ parameter, view: own(view, program.parameters[parameter]?.name ?? 'parameter') }));
  return { ...program, buffers, outputs, updates, instructions: [...program.instructions, ...copies] };
}
