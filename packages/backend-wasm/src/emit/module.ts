import { mostPages } from '../memory/heap.js';
import { type Code } from './code.js';
import { types, unsigned, type ValueType } from './opcodes.js';

/** A function that comes from outside. */
export interface ImportedFunction {
  readonly module: string;
  readonly name: string;
  readonly params: readonly ValueType[];
}

/** What a module is made of. Functions give nothing back; imported ones are counted first. */
export interface ModuleParts {
  /** Is the memory shared by several threads? */
  readonly shared: boolean;
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
  const count = unsigned(entries.length);
  return [id, ...unsigned(entries.reduce((sum, { length }) => sum + length, count.length)), ...count].concat(...entries);
};

/** The bytes of a module that imports its memory as `env.memory`. */
export function moduleBytes({ shared, imports, globals, functions }: ModuleParts): Uint8Array<ArrayBuffer> {
  const signatures = [...imports.map(({ params }) => params), ...functions.map(({ code }) => code.params)];
  // A shared memory must say how far it may grow.
  const limits = shared ? [3, 0, ...unsigned(mostPages)] : [0, 1];
  return Uint8Array.from([[
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, signatures.map((params) => [0x60, ...unsigned(params.length), ...params.map((type) => types[type]), 0])),
    section(2, [[...text('env'), ...text('memory'), 2, ...limits], ...imports.map(({ module, name }, i) => [...text(module), ...text(name), 0, ...unsigned(i)])]),
    section(3, functions.map((_, i) => unsigned(imports.length + i))),
    section(6, Array.from({ length: globals }, () => [types.i32, 1, 0x41, 0, 0x0b])),
    section(7, [
      ...Array.from({ length: globals }, (_, i) => [...text(`g${i}`), 3, ...unsigned(i)]),
      ...functions.map(({ name }, i) => [...text(name), 0, ...unsigned(imports.length + i)]),
    ]),
    section(10, functions.map(({ code }) => code.bytes())),
  ].flat());
}
