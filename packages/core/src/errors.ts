/** What an error is about: the name of the input, layer, parameter or op at fault, what was expected and what was found. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * Base of every error thrown by pastina. `code` is permanent (it may be matched on), `details` holds
 * what the message names, as data.
 */
export class PastinaError extends Error {
  readonly code: string;
  readonly details: ErrorDetails;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(`${message} [${code}]`);
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** Shapes that do not fit together, or a size that is not what was declared. */
export class ShapeError extends PastinaError {}
/** A dtype that an op or an input does not take. */
export class DTypeError extends PastinaError {}
/** A missing, unknown or malformed input, option or value. */
export class InputError extends PastinaError {}
/** The cost does not reach a variable by differentiable ops; `details.brokenAt` names the op where the path ends. */
export class DisconnectedGradientError extends PastinaError {}
/** A NaN or an infinity under `check: 'finite'`; `details` names the op or the input, the position, the user's line, and the section of docs/nan-guide.md (`page`). */
export class NonFiniteError extends PastinaError {}
/** Something this backend or this version cannot do. */
export class UnsupportedError extends PastinaError {}
/** A device failed: it was lost, ran out of memory, or refused a shader; `details` names the instruction and the user's line where they are known. */
export class DeviceError extends PastinaError {}
/** Two copies of the library, or a behavior level that is no longer offered. */
export class CompatibilityError extends PastinaError {}

/** The same error, with more said: where it happened is known only further out. */
export function withMore<E extends PastinaError>(error: E, more: string, details: ErrorDetails): E {
  const text = error.message.slice(0, -` [${error.code}]`.length);
  return new (error.constructor as new (code: string, message: string, details: ErrorDetails) => E)(error.code, `${text}${more}`, { ...error.details, ...details });
}

/** "1 axis", "2 axes" */
export function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** What a value is, for messages that got another one than they expected. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (typeof value === 'string') return `the string '${value}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object') return `the ${typeof value} ${String(value)}`;
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Promise) return 'a promise (await it first)';
  if ('dataSync' in value) return 'a tensor';
  const name = value.constructor?.name ?? 'Object';
  return name === 'Object' ? 'an object' : `an object (${name})`;
}

/** "a, b and c" */
export function listing(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}
