import { InputError, UnsupportedError } from '../errors.js';
import { isFloat, type DType, type TypedArray } from '../graph/dtype.js';
import { type Node } from '../graph/node.js';
import { parameterLabel, type ParameterNode } from '../graph/parameter.js';
import { leavesOf } from '../graph/traverse.js';
import { HostTensor, PendingTensor, type Tensor, type TensorLike } from '../graph/tensor.js';
import { explainNodes, type StabilityReport } from '../logDomain/explain.js';
import { concretePhases, lower, programPhases, runPhases, symbolicPhases } from '../phases.js';
import { randomStateOp } from '../ops/random/state.js';
import { mermaidOf } from '../print/mermaid.js';
import { printNodes } from '../print/print.js';
import { type Backend, type Elements, type Executable, type InstructionTime, type ParameterBuffer } from '../program/backend.js';
import { type Program } from '../program/program.js';
import { checkRandomState, type RandomState } from '../random/functionState.js';
import { wordOfSeed } from '../random/seed.js';
import { checkFiniteArrays } from '../reference/finite.js';
import { readAgain, readFeeds, type ReadFeeds } from './feeds.js';
import { type CheckedRequest } from './request.js';
import { checkSizes } from './sizes.js';

interface Specialised {
  readonly program: Program;
  readonly parameters: readonly ParameterNode[];
  readonly executable: Executable;
}

/** A compiled function's state: its graph, and one program for each set of sizes seen. */
export class Runtime {
  readonly #request: CheckedRequest;
  readonly #backend: Backend;
  readonly #check: 'none' | 'finite';
  readonly #written: readonly Node[];
  readonly #graph: readonly Node[];
  readonly #programs = new Map<string, Specialised>();
  /** The inputs of the program: those of the request, and the random state if something is drawn. */
  readonly #inputs: readonly (readonly [string, Node])[];
  #seed: number;
  /** How many calls succeeded; beside the seed, what draws depend on. */
  #calls = 0;
  #last: ReadFeeds | undefined;
  /** The program of the last call: the same bindings are the same object where the feeds were like those before. */
  #recent: { readonly bindings: ReadonlyMap<string, number>; readonly made: Specialised } | undefined;

  constructor(request: CheckedRequest, backend: Backend, check: 'none' | 'finite', recognise: boolean, seed: number) {
    this.#request = request;
    this.#backend = backend;
    this.#check = check;
    this.#written = [...request.outputs, ...request.updates].map(([, node]) => node);
    this.#graph = runPhases(recognise ? symbolicPhases : symbolicPhases.filter(({ name }) => name !== 'recognise'), this.#written, { bindings: new Map() });
    this.#inputs = [...request.inputs, ...leavesOf(this.#graph).filter(({ op }) => op === randomStateOp).map((leaf) => [leaf.op.name, leaf] as const)];
    this.#seed = wordOfSeed(seed);
    checkSizes(this.#graph, request.inputs);
  }

  call(feeds: Readonly<Record<string, TensorLike>>): Readonly<Record<string, Tensor>> {
    const read = this.#read(feeds);
    const { program, parameters, executable } = this.#specialise(read.bindings);
    if (this.#check === 'finite') this.#checkArriving(read.arrays, program, parameters);
    const results = executable.run(this.#arriving(read), this.#buffers(parameters));
    this.#calls += 1;
    return Object.fromEntries(program.outputs.map(({ name, dtype, shape }, i) => [name, tensorOf(dtype, shape, results[i] as TypedArray | Elements)]));
  }

  randomState(): RandomState {
    return { seed: this.#seed, call: this.#calls };
  }

  setRandomState(state: RandomState): void {
    const { seed, call } = checkRandomState(state);
    [this.#seed, this.#calls] = [seed, call];
  }

  print(): string {
    const { inputs, outputs, updates } = this.#request;
    return printNodes({
      inputs,
      roots: [
        ...outputs.map(([name], i) => ({ label: `output ${name}`, node: this.#graph[i] as Node })),
        ...updates.map(([target], i) => ({ label: `update ${target.name ?? parameterLabel(target)}`, node: this.#graph[outputs.length + i] as Node })),
      ],
    });
  }

  /** The code of the program that ran last. */
  code(): string {
    if (this.#last === undefined) throw new InputError('PRINT', 'print: the function was never called, so there is no code yet; call it once');
    const { executable } = this.#specialise(this.#last.bindings);
    if (executable.code === undefined) throw new UnsupportedError('PRINT', `print: wgsl is asked for, and the backend '${this.#backend.name}' has none; compile with { backend: await webgpuBackend() }`, { backend: this.#backend.name });
    return executable.code();
  }

  toMermaid(): string {
    return mermaidOf(this.#graph);
  }

  explain(): StabilityReport {
    return explainNodes(this.#written);
  }

  profile(feeds: Readonly<Record<string, TensorLike>> | undefined): readonly InstructionTime[] {
    const read = this.#profiled(feeds, 'profile');
    const { program, parameters, executable } = this.#specialise(read.bindings);
    const times = executable.profile(this.#arriving(read), this.#buffers(parameters));
    return program.instructions.map(({ origin }, i) => ({ op: origin.op, site: String(origin.site), milliseconds: times[i] as number }));
  }

  async profileAsync(feeds: Readonly<Record<string, TensorLike>> | undefined): Promise<readonly InstructionTime[]> {
    const read = this.#profiled(feeds, 'profileAsync');
    const { parameters, executable } = this.#specialise(read.bindings);
    if (executable.profileAsync === undefined) return this.profile(feeds);
    return executable.profileAsync(this.#arriving(read), this.#buffers(parameters));
  }

  program(feeds: Readonly<Record<string, TensorLike>> | undefined): Program {
    const read = feeds === undefined ? this.#last : this.#read(feeds);
    if (read === undefined) throw new InputError('PROGRAM', 'program: the function was never called, so its sizes are not known; give it feeds: fn.program({ … })');
    return this.#specialise(read.bindings).program;
  }

  #profiled(feeds: Readonly<Record<string, TensorLike>> | undefined, caller: string): ReadFeeds {
    const read = feeds === undefined ? this.#last : this.#read(feeds);
    if (read === undefined) throw new InputError('PROFILE', `${caller}: the function was never called; give it feeds: fn.${caller}({ … })`);
    return read;
  }

  #read(feeds: Readonly<Record<string, TensorLike>>): ReadFeeds {
    const { inputs } = this.#request;
    const read = (this.#last === undefined ? undefined : readAgain(inputs, feeds, this.#last)) ?? readFeeds(inputs, feeds);
    this.#last = read;
    return read;
  }

  #arriving({ arrays }: ReadFeeds): readonly TypedArray[] {
    return this.#inputs.length === arrays.length ? arrays : [...arrays, Uint32Array.of(this.#seed, this.#calls)];
  }

  #specialise(bindings: ReadonlyMap<string, number>): Specialised {
    if (this.#recent?.bindings === bindings) return this.#recent.made;
    const key = [...bindings.values()].join(' ');
    const made = this.#programs.get(key) ?? this.#make(bindings);
    this.#programs.set(key, made);
    this.#recent = { bindings, made };
    return made;
  }

  #make(bindings: ReadonlyMap<string, number>): Specialised {
    const { outputs, updates } = this.#request;
    const inputs = this.#inputs;
    // Inputs go through the phases with the rest, so that their concrete forms are known.
    const graph = runPhases(concretePhases, [...this.#graph, ...inputs.map(([, node]) => node)], { bindings });
    const at = (i: number): Node => graph[i] as Node;
    const lowered = lower({
      outputs: outputs.map(([name], i) => ({ name, node: at(i) })),
      updates: updates.map(([parameter], i) => ({ parameter, node: at(outputs.length + i) })),
      inputs: inputs.map(([name], i) => ({ name, node: at(outputs.length + updates.length + i) })),
    });
    // A check looks at every op's result, so nothing is fused then; fusing changes no bit.
    const program = (this.#check === 'finite' ? [] : programPhases).reduce((made, phase) => phase.run(made), lowered.program);
    return { program, parameters: lowered.parameters, executable: this.#backend.compile(program, { check: this.#check }) };
  }

  /** The parameters' memory on this backend; those that lie elsewhere are moved. */
  #buffers(parameters: readonly ParameterNode[]): readonly ParameterBuffer[] {
    return parameters.map((parameter) => {
      if (!this.#backend.owns(parameter.buffer)) parameter.buffer = this.#backend.createBuffer(parameter.buffer.readSync(), parameter.dtype);
      return parameter.buffer;
    });
  }

  /** All that arrives is looked at before anything runs: what was wrong before is named as such. */
  #checkArriving(arrays: readonly TypedArray[], program: Program, parameters: readonly ParameterNode[]): void {
    const inputs = program.inputs.map(({ name, dtype, shape }, i) => ({ dtype, data: arrays[i] as TypedArray, shape, label: `input '${name}'`, details: { input: name } }));
    const held = this.#backend.waits === true ? [] : parameters.map((node) => ({ dtype: node.dtype, data: node.buffer.readSync(), shape: node.shape, label: parameterLabel(node), details: { parameter: node.name } }));
    checkFiniteArrays([...inputs, ...held].filter(({ dtype }) => isFloat(dtype)));
  }
}

function tensorOf(dtype: DType, shape: readonly number[], result: TypedArray | Elements): Tensor {
  return ArrayBuffer.isView(result) ? new HostTensor(dtype, shape, result) : new PendingTensor(dtype, shape, result);
}
