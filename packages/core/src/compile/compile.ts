import { defaultOf, type Defaulted } from '../behavior/defaults.js';
import { behaviorState } from '../behavior/state.js';
import { defaults } from '../defaults.js';
import { describeValue, InputError } from '../errors.js';
import { type Expression } from '../graph/node.js';
import { type Parameter } from '../graph/parameter.js';
import { type Tensor, type TensorLike } from '../graph/tensor.js';
import { checkOptions } from '../options.js';
import { type StabilityReport } from '../logDomain/explain.js';
import { type Backend, type InstructionTime } from '../program/backend.js';
import { type Program } from '../program/program.js';
import { type RandomState } from '../random/functionState.js';
import { checkSeed } from '../random/seed.js';
import { getDefaultBackend } from './defaultBackend.js';
import { checkRequest } from './request.js';
import { Runtime } from './runtime.js';

/** What {@link compile} is given. */
export interface CompileOptions<Inputs extends Readonly<Record<string, Expression>>, Outputs extends Readonly<Record<string, Expression>>> {
  /** Name → what `input(…)` gave. A call feeds each by its name. */
  readonly inputs: Inputs;
  /** Name → what to compute. */
  readonly outputs: Outputs;
  /** New values of parameters. All read the old values; they are stored when everything was computed. */
  readonly updates?: ReadonlyMap<Parameter, Expression>;
  /** Default: {@link getDefaultBackend}. */
  readonly backend?: Backend;
  /**
   * Seed of the function's random draws: a whole number. Functions with the same seed draw the same numbers,
   * call by call; each successful call draws new ones.
   */
  readonly seed?: Defaulted<number, 0>;
  /**
   * `'finite'` stops at the first op that makes a NaN or an infinity, or before, where an input or a parameter holds one:
   * a NonFiniteError with the op, the line, how many elements, what went in, and the section of docs/nan-guide.md.
   * Parameters stay as they were. Default `'none'`.
   */
  readonly check?: 'none' | 'finite';
  /** `false` compiles the graph exactly as written, without the log domain: for demonstrations of what that costs. */
  readonly recognise?: boolean;
}

/** What {@link CompiledFunction.print} shows. */
export interface PrintOptions {
  /** The shaders of the WebGPU backend. Default: false. */
  readonly wgsl?: boolean;
}

/** A compiled function. Programs are specialised to the sizes that arrive, and kept. */
export interface CompiledFunction<Outputs extends Readonly<Record<string, Expression>> = Readonly<Record<string, Expression>>> {
  /** Runs once. After an error every parameter is as it was, and the next call draws what this one would have. */
  (feeds: Readonly<Record<string, TensorLike>>): { readonly [Name in keyof Outputs]: Tensor };
  /** The graph as it is computed, as text; with `wgsl`, the shaders that it became on the last call, on the WebGPU backend. */
  print(options?: PrintOptions): string;
  /** The graph as it is computed, as a Mermaid flowchart. */
  toMermaid(): string;
  /** What was computed in the log domain, and what was not. */
  explain(): StabilityReport;
  /** Milliseconds per instruction of one run with these feeds (default: those of the last call). Parameters do not change, nor do the draws of the next call. */
  profile(feeds?: Readonly<Record<string, TensorLike>>): readonly InstructionTime[];
  /**
   * The same on every backend, also where times can only be waited for, such as WebGPU: there each instruction that the
   * device runs is submitted and waited for alone, after one run that is not timed, short ones twenty times at once; the
   * time that an empty submission takes is taken off.
   */
  profileAsync(feeds?: Readonly<Record<string, TensorLike>>): Promise<readonly InstructionTime[]>;
  /** What the backend got, for the sizes of these feeds (default: those of the last call). */
  program(feeds?: Readonly<Record<string, TensorLike>>): Program;
  /** What the draws of the next call depend on: goes into a checkpoint. */
  randomState(): RandomState;
  /** Goes on with the draws of another function, or of an earlier run. @throws InputError for what `randomState` did not give */
  setRandomState(state: RandomState): void;
}

/**
 * Makes a function of a graph.
 *
 * @throws InputError for an input that is used but not listed, or an unknown option
 * @throws ShapeError for an update that has not its parameter's type
 *
 * @example
 * ```ts
 * import { compile, input, mean, square } from '@pastina/core';
 * const x = input('x', ['batch']);
 * const f = compile({ inputs: { x }, outputs: { y: mean(square(x)) } });
 * console.log(f({ x: [1, 2, 3] }).y.item()); // 4.666666507720947
 * ```
 */
export function compile<Inputs extends Readonly<Record<string, Expression>>, Outputs extends Readonly<Record<string, Expression>>>(options: CompileOptions<Inputs, Outputs>): CompiledFunction<Outputs> {
  checkOptions('compile', options, ['inputs', 'outputs', 'updates', 'backend', 'seed', 'check', 'recognise']);
  checkBackend(options.backend);
  if (options.recognise !== undefined && typeof options.recognise !== 'boolean') throw new InputError('UNKNOWN_OPTION', `compile: recognise ${describeValue(options.recognise)}; expected true or false`, { recognise: options.recognise });
  const check = options.check ?? defaultOf(defaults, 'compile.check');
  if (check !== 'none' && check !== 'finite') throw new InputError('UNKNOWN_OPTION', `compile: check ${JSON.stringify(check)}; expected 'none' or 'finite'`, { check });
  const seed = checkSeed(options.seed ?? defaultOf(defaults, 'compile.seed'), 'compile');
  const request = checkRequest(options.inputs, options.outputs, options.updates ?? new Map());
  const runtime = new Runtime(request, behaviorState().backend ?? options.backend ?? getDefaultBackend(), check, options.recognise !== false, seed);
  const call = (feeds: Readonly<Record<string, TensorLike>>): Readonly<Record<string, Tensor>> => runtime.call(feeds);
  return Object.assign(call, {
    print: (options: PrintOptions = {}) => {
      checkOptions('print', options, ['wgsl']);
      return options.wgsl === true ? runtime.code() : runtime.print();
    },
    toMermaid: () => runtime.toMermaid(),
    explain: () => runtime.explain(),
    profile: (feeds?: Readonly<Record<string, TensorLike>>) => runtime.profile(feeds),
    profileAsync: (feeds?: Readonly<Record<string, TensorLike>>) => runtime.profileAsync(feeds),
    program: (feeds?: Readonly<Record<string, TensorLike>>) => runtime.program(feeds),
    randomState: () => runtime.randomState(),
    setRandomState: (state: RandomState) => runtime.setRandomState(state),
  }) as CompiledFunction<Outputs>;
}

function checkBackend(backend: Backend | undefined): void {
  if (backend === undefined || typeof (backend as Partial<Backend>)?.compile === 'function') return;
  throw new InputError('BACKEND', `compile: backend: expected what a backend's function gives, such as referenceBackend(); got ${describeValue(backend)}`, { backend });
}
