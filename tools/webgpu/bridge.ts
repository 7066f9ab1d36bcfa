// The tests of the other packages read results at once, which WebGPU cannot give. So the device is another thread's, and
// this one stands still until it answers. What is float64 is refused there, and runs on the reference interpreter.
import * as core from '@pastina/core';
import { type Backend, type DType, type Executable, type ParameterBuffer, PastinaError, type Program, referenceBackend, stringifyProgram, type TypedArray } from '@pastina/core';
import { type Answer, type Question } from './protocol.ts';

type ErrorClass = new (code: string, message: string, details: Readonly<Record<string, unknown>>) => PastinaError;

/** Gives a question to the other thread, and waits for what it answers. */
export type Exchange = (question: Question) => Answer;

class Thread {
  readonly #exchange: Exchange;
  readonly #dropped: number[] = [];
  // What no test holds any more, or the device would hold what thousands of tests have made.
  readonly #registry = new FinalizationRegistry<number>((id) => this.#dropped.push(id));

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** The device keeps what has this number for as long as something holds `owner`. */
  keep(owner: object, id: number): void {
    this.#registry.register(owner, id);
  }

  ask<T>(question: Question): T {
    const ids = this.#dropped.splice(0);
    if (ids.length > 0) this.#exchange({ kind: 'release', ids });
    const told = this.#exchange(question);
    if ('error' in told) throw errorOf(told.error);
    return told.value as T;
  }
}

function errorOf({ name, code, message, details }: Extract<Answer, { error: unknown }>['error']): Error {
  if (code === undefined) return new Error(message);
  const known = (core as unknown as Record<string, ErrorClass>)[name] ?? (PastinaError as ErrorClass);
  return new known(code, message.slice(0, -` [${code}]`.length), JSON.parse(details) as Record<string, unknown>);
}

class BridgedBuffer implements ParameterBuffer {
  readonly thread: Thread;
  readonly id: number;
  readonly dtype: DType;

  constructor(thread: Thread, data: TypedArray, dtype: DType) {
    this.thread = thread;
    this.dtype = dtype;
    this.id = thread.ask({ kind: 'create', data, dtype });
    thread.keep(this, this.id);
  }

  read(): Promise<TypedArray> {
    return Promise.resolve(this.readSync());
  }

  readSync(): TypedArray {
    return this.thread.ask({ kind: 'read', id: this.id });
  }

  write(data: TypedArray): void {
    this.thread.ask({ kind: 'write', id: this.id, data });
  }
}

/** A parameter of float64, which the device does not hold. */
class WideBuffer implements ParameterBuffer {
  readonly inner: ParameterBuffer;

  constructor(inner: ParameterBuffer) {
    this.inner = inner;
  }

  read(): Promise<TypedArray> {
    return this.inner.read();
  }

  readSync(): TypedArray {
    return this.inner.readSync();
  }

  write(data: TypedArray): void {
    this.inner.write(data);
  }
}

/** Only what a caller asked for in float64: float64 within a program of other dtypes is to fail here as it fails on the device. */
function isWide({ inputs, parameters, outputs }: Program): boolean {
  return [...inputs, ...parameters, ...outputs].some(({ dtype }) => dtype === 'float64');
}

/** The WebGPU backend, with results at once. */
export function bridgedBackend(exchange: Exchange): Backend {
  const thread = new Thread(exchange);
  const reference = referenceBackend();
  return {
    name: 'webgpu',
    owns: (buffer) => buffer instanceof BridgedBuffer || buffer instanceof WideBuffer,
    createBuffer: (data, dtype) => (dtype === 'float64' ? new WideBuffer(reference.createBuffer(data, dtype)) : new BridgedBuffer(thread, data, dtype)),
    compile: (program, options) => (isWide(program) ? onReference(reference, program, options) : onThread(thread, reference, program, options)),
  };
}

function onThread(thread: Thread, reference: Backend, program: Program, options: Parameters<Backend['compile']>[1]): Executable {
  const id = thread.ask<number>({ kind: 'compile', program: stringifyProgram(program), check: options.check });
  const executable: Executable = {
    run: (inputs, parameters) => thread.ask({ kind: 'run', id, inputs, parameters: parameters.map((parameter) => (parameter as BridgedBuffer).id) }),
    profile: (inputs, parameters) => onReference(reference, program, options).profile(inputs, parameters),
    code: () => thread.ask({ kind: 'code', id }),
  };
  thread.keep(executable, id);
  return executable;
}

/** On copies of the parameters, which are written back. */
function onReference(reference: Backend, program: Program, options: Parameters<Backend['compile']>[1]): Executable {
  const executable = reference.compile(program, options);
  const copies = (parameters: readonly ParameterBuffer[]): ParameterBuffer[] => parameters.map((parameter, i) => reference.createBuffer(parameter.readSync(), program.parameters[i]?.dtype as DType));
  return {
    run: (inputs, parameters) => {
      const held = copies(parameters);
      const results = executable.run(inputs, held);
      for (const { parameter } of program.updates) parameters[parameter]?.write((held[parameter] as ParameterBuffer).readSync());
      return results;
    },
    profile: (inputs, parameters) => executable.profile(inputs, copies(parameters)),
  };
}
