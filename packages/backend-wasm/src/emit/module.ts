import { type Code } from './code.js';
import { types, unsigned, type ValueType } from './opcodes.js';

/** A function that comes from outside. */
export interface ImportedFunction {
  readonly module: string;
  readonly name: string;
  readonly params: readonly ValueType[];
}

/** What a module is made of. Functions have no parameters; imported ones are counted first. */
export interface ModuleParts {
  readonly imports: readonly ImportedFunction[];
  /** How many mutable i32 globals there are; they are exported as `g0`, `g1`, … */
  readonly globals: number;
  readonly functions: readonly { readonly name: string; readonly code: Code }[];
}

const text = (value: string): readonly number[] => {
  const bytes = new TextEncoder().encode(value);
  return [...unsigned(bytes.length), ...bytes];
};

const section = (id: number, entries: readonly (readonly number[])[]): readonly number[] => {
  const body = [...unsigned(entries.length), ...entries.flat()];
  return [id, ...unsigned(body.length), ...body];
};

/** The bytes of a module that imports its memory as `env.memory`. */
export function moduleBytes({ imports, globals, functions }: ModuleParts): Uint8Array<ArrayBuffer> {
  const signatures = [[], ...imports.map(({ params }) => params)];
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, signatures.map((params) => [0x60, ...unsigned(params.length), ...params.map((type) => types[type]), 0])),
    ...section(2, [[...text('env'), ...text('memory'), 2, 0, 1], ...imports.map(({ module, name }, i) => [...text(module), ...text(name), 0, ...unsigned(i + 1)])]),
    ...section(3, functions.map(() => [0])),
    ...section(6, Array.from({ length: globals }, () => [types.i32, 1, 0x41, 0, 0x0b])),
    ...section(7, [
      ...Array.from({ length: globals }, (_, i) => [...text(`g${i}`), 3, ...unsigned(i)]),
      ...functions.map(({ name }, i) => [...text(name), 0, ...unsigned(imports.length + i)]),
    ]),
    ...section(10, functions.map(({ code }) => code.bytes())),
  ]);
}
