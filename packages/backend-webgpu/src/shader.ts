import { type DType } from '@pastina/core';
import { helperCode } from './wgsl/prelude.js';

/** Where a buffer of a program lies: in the memory of the executable, or in a parameter's own buffer (by its position). */
export interface Place {
  readonly parameter: number | undefined;
  /** In words. */
  readonly offset: number;
  readonly dtype: DType;
  readonly label: string;
}

/** Shaders of one workgroup side by side, in x and y: a side has at most this many. */
const mostGroups = 65535;

/** A shader, and what it runs over. */
export interface Kernel {
  readonly title: string;
  readonly code: string;
  readonly groups: readonly [number, number];
  /** What is bound, by binding: the memory, or a parameter by its position. */
  readonly bound: readonly (number | undefined)[];
}

/** Type of a value of the dtype within a shader. */
export function typeOf(dtype: DType): 'f32' | 'i32' | 'u32' | 'bool' {
  switch (dtype) {
    case 'int32':
      return 'i32';
    case 'uint32':
      return 'u32';
    case 'bool':
      return 'bool';
    default:
      return 'f32';
  }
}

/** The element that a word of memory is. */
export function fromWord(word: string, dtype: DType): string {
  const type = typeOf(dtype);
  return type === 'u32' ? word : type === 'bool' ? `(${word} != 0u)` : `bitcast<${type}>(${word})`;
}

/** The word of memory that an element is. */
export function toWord(value: string, dtype: DType): string {
  const type = typeOf(dtype);
  return type === 'u32' ? value : type === 'bool' ? `select(0u, 1u, ${value})` : `bitcast<u32>(${value})`;
}

/** Writes a shader: lines of its main function, the helpers it calls and the buffers it touches. */
export class Shader {
  readonly #title: string;
  readonly #lines: string[] = [];
  readonly #declarations: string[] = [];
  readonly #helpers = new Set<string>();
  readonly #bound: (number | undefined)[] = [];
  readonly #names: string[] = [];
  readonly #byFours: boolean;
  #depth = 1;

  /** @param byFours - memory is vectors of four words, which are read and written whole */
  constructor(title: string, byFours?: boolean) {
    this.#title = title;
    this.#byFours = byFours === true;
  }

  /** Adds a line; a line that ends in `{` opens a block, one that starts with `}` closes it. */
  line(text: string): void {
    if (text.startsWith('}')) this.#depth -= 1;
    this.#lines.push(`${'  '.repeat(this.#depth)}${text}`);
    if (text.endsWith('{')) this.#depth += 1;
  }

  /** A declaration outside of the main function. */
  declare(text: string): void {
    this.#declarations.push(text);
  }

  /** A function beside the main one, of the lines that `body` adds. */
  define(name: string, parameters: string, body: () => void): void {
    const start = this.#lines.length;
    body();
    this.declare([`fn ${name}(${parameters}) {`, ...this.#lines.splice(start), '}'].join('\n'));
  }

  /** The name of a helper, which the shader then has. */
  call(helper: string, ...args: readonly string[]): string {
    this.#helpers.add(helper);
    return `${helper}(${args.join(', ')})`;
  }

  /** The element of a buffer at an index. */
  read(place: Place, index: string): string {
    const word = at(place.offset, index);
    const name = this.#name(place);
    if (!this.#byFours) return fromWord(`${name}[${word}]`, place.dtype);
    const whole = /^\w+$/.test(word) ? word : `(${word})`;
    return fromWord(`${name}[${whole} / 4u][${whole} % 4u]`, place.dtype);
  }

  /** Writes an element of a buffer. */
  write(place: Place, index: string, value: string): void {
    this.line(`${this.#name(place)}[${at(place.offset, index)}] = ${toWord(value, place.dtype)};`);
  }

  /** The words of four elements of a buffer, by the number of the four. */
  readFour(place: Place, index: string): string {
    return `${this.#name(place)}[${at(place.offset / 4, index)}]`;
  }

  writeFour(place: Place, index: string, words: string): void {
    this.line(`${this.#name(place)}[${at(place.offset / 4, index)}] = ${words};`);
  }

  #name(place: Place): string {
    const known = this.#bound.indexOf(place.parameter);
    if (known >= 0) return this.#names[known] as string;
    const name = place.parameter === undefined ? 'memory' : `parameter_${place.parameter}`;
    this.#bound.push(place.parameter);
    this.#names.push(name);
    return name;
  }

  /** The shader, in groups of so many invocations. The lines may use `group`, the number of the group, and `local`. */
  finish(groups: number, size: number): Kernel {
    const [x, y] = [Math.min(groups, mostGroups), Math.ceil(groups / mostGroups)];
    const used = this.#lines.join('\n');
    const uses = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(used);
    const code = [
      `// ${this.#title}`,
      ...this.#names.map((name, binding) => `@group(0) @binding(${binding}) var<storage, read_write> ${name}: array<${this.#byFours ? 'vec4u' : 'u32'}>;`),
      ...this.#declarations,
      ...helperCode(this.#helpers),
      `@compute @workgroup_size(${size})`,
      `fn main(${[...(uses('group') ? ['@builtin(workgroup_id) groups: vec3u'] : []), ...(uses('local') ? ['@builtin(local_invocation_index) local: u32'] : [])].join(', ')}) {`,
      ...(uses('group') ? [`  let group = ${y > 1 ? `groups.y * ${x}u + groups.x` : 'groups.x'};`] : []),
      used,
      '}',
    ].join('\n');
    return { title: this.#title, code, groups: [x, y], bound: this.#bound };
  }
}

function at(offset: number, index: string): string {
  if (offset === 0) return index;
  return index === '0u' ? `${offset}u` : `${offset}u + ${index}`;
}
