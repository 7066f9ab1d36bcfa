import { constantOp } from '../graph/constant.js';
import { inputOp } from '../graph/input.js';
import { type Node } from '../graph/node.js';
import { type ConstantData, type MovementOp, type StridedView } from '../graph/op.js';
import { ParameterNode } from '../graph/parameter.js';
import { topological } from '../graph/traverse.js';
import { type TensorType } from '../graph/type.js';
import { specOf } from '../scan/op.js';
import { denseStrides, sizeOf, type Buffer, type Instruction, type Port, type Program, type View } from './program.js';

/** What a program shall compute, with concrete shapes. */
export interface LowerRequest {
  readonly inputs: readonly { readonly name: string; readonly node: Node }[];
  readonly outputs: readonly { readonly name: string; readonly node: Node }[];
  readonly updates: readonly { readonly parameter: ParameterNode; readonly node: Node }[];
}

/** Graph → program: one instruction per op, views for movements. Fusing and planning come after. */
export function lower(request: LowerRequest): { readonly program: Program; readonly parameters: readonly ParameterNode[] } {
  return new Lowering().run(request);
}

class Lowering {
  readonly #buffers: Buffer[] = [];
  readonly #instructions: Instruction[] = [];
  readonly #views = new Map<Node, View>();
  readonly #tuples = new Map<Node, readonly View[]>();
  readonly #parameters: ParameterNode[] = [];

  run({ inputs, outputs, updates }: LowerRequest): { program: Program; parameters: readonly ParameterNode[] } {
    for (const { node, name } of inputs) this.#views.set(node, this.#buffer(node, { role: 'input', label: name }));
    const roots = [...outputs, ...updates].map(({ node }) => node);
    // Parameters come first, so that those that are only written have a place too.
    for (const { parameter } of updates) this.#leaf(parameter);
    for (const node of topological(roots)) if (!this.#views.has(node)) this.#views.set(node, this.#lowerNode(node));
    const program: Program = {
      buffers: this.#buffers,
      inputs: inputs.map(({ name, node }) => this.#port(name, node)),
      parameters: this.#parameters.map((node, i) => this.#port(node.name ?? `parameter ${i}`, node)),
      instructions: this.#instructions,
      outputs: outputs.map(({ name, node }) => this.#port(name, node)),
      updates: updates.map(({ parameter, node }) => ({ parameter: this.#parameters.indexOf(parameter), view: this.#view(node) })),
    };
    return { program, parameters: this.#parameters };
  }

  #view(node: Node): View {
    return this.#views.get(node) as View;
  }

  #port(name: string, node: Node): Port {
    return { name, dtype: node.dtype, shape: node.shape as readonly number[], view: this.#view(node) };
  }

  #buffer(node: TensorType, { role, label, data }: Pick<Buffer, 'role' | 'label' | 'data'>): View {
    const shape = node.shape as readonly number[];
    this.#buffers.push({ dtype: node.dtype, size: sizeOf(shape), role, label, ...(data === undefined ? {} : { data }) });
    return { buffer: this.#buffers.length - 1, shape, strides: denseStrides(shape), offset: 0 };
  }

  #lowerNode(node: Node): View {
    const { op } = node;
    switch (op.kind) {
      case 'leaf':
        return this.#leaf(node);
      case 'movement':
        return this.#movement(node, op);
      case 'elementwise':
        return this.#loop(node, node.shape as readonly number[], node.inputs.map((input) => this.#view(input)), false);
      case 'reduce':
        return this.#reduce(node);
      case 'call':
        return this.#call(node);
      case 'scan':
        return this.#scan(node);
      case 'get':
        return this.#tuples.get(node.inputs[0] as Node)?.[node.attrs.index as number] as View;
      case 'composite':
        throw new Error(`lower: the composite '${op.name}' was not expanded`);
    }
  }

  #leaf(node: Node): View {
    const before = this.#views.get(node);
    if (before !== undefined) return before;
    let view: View;
    if (node instanceof ParameterNode) {
      this.#parameters.push(node);
      view = this.#buffer(node, { role: 'parameter', label: node.name ?? `parameter ${this.#parameters.length - 1}` });
    } else if (node.op === constantOp) {
      const { data, key } = node.attrs.value as ConstantData;
      view = this.#buffer(node, { role: 'constant', label: data.length === 1 ? key.slice(1) : 'constant', data });
    } else {
      throw new Error(`lower: ${node.op === inputOp ? `input '${node.name}' is not among the inputs` : `leaf '${node.op.name}'`}`);
    }
    this.#views.set(node, view);
    return view;
  }

  /** Other strides over the same buffer; where that cannot be, a copy first. */
  #movement(node: Node, op: MovementOp): View {
    const source = this.#view(node.inputs[0] as Node);
    const shape = node.shape as readonly number[];
    const direct = op.view(source, node.attrs, shape);
    if (direct !== undefined) return { ...direct, buffer: source.buffer };
    const copy = this.#loop(node.inputs[0] as Node, source.shape, [source], true);
    return { ...(op.view(copy, node.attrs, shape) as StridedView), buffer: copy.buffer };
  }

  #loop(node: Node, space: readonly number[], inputs: readonly View[], copy: boolean): View {
    const output = this.#buffer(node, { role: 'temporary', label: copy ? 'copy' : node.op.name });
    const unique: View[] = [];
    const args = inputs.map((view) => {
      const at = unique.findIndex((other) => sameView(other, view));
      return at >= 0 ? at : unique.push(view) - 1;
    });
    const body = copy ? [] : [{ op: node.op.name, args, dtype: node.dtype }];
    this.#instructions.push({ kind: 'loop', space, inputs: unique, body, results: [{ buffer: output.buffer, value: copy ? 0 : unique.length, reduction: undefined }], origin: originOf(node, copy) });
    return output;
  }

  #reduce(node: Node): View {
    const source = this.#view(node.inputs[0] as Node);
    const axes = node.attrs.axes as readonly number[];
    const order = [...source.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis)), ...axes];
    const view: View = { buffer: source.buffer, offset: source.offset, shape: order.map((axis) => source.shape[axis] as number), strides: order.map((axis) => source.strides[axis] as number) };
    const output = this.#buffer(node, { role: 'temporary', label: node.op.name });
    this.#instructions.push({ kind: 'loop', space: view.shape, inputs: [view], body: [], results: [{ buffer: output.buffer, value: 0, reduction: { op: node.op.name, axes: axes.length, dtype: node.dtype } }], origin: originOf(node, false) });
    return output;
  }

  /** The tuple itself has no place; `get` finds the places of its values. */
  #scan(node: Node): View {
    const { inner, length, reverse, carries, sequences } = specOf(node);
    const program = lower({
      inputs: inner.inputs.map((input) => ({ name: input.name ?? 'input', node: input })),
      outputs: inner.outputs.map((output, i) => ({ name: `${i < carries ? 'carry' : 'output'} ${i < carries ? i : i - carries}`, node: output })),
      updates: [],
    }).program;
    const values = (node.type.tuple ?? []).map((type) => this.#buffer(type, { role: 'temporary', label: 'scan' }));
    this.#tuples.set(node, values);
    this.#instructions.push({ kind: 'scan', inner: program, length: length as number, reverse, carries, sequences, inputs: node.inputs.map((input) => this.#view(input)), outputs: values.map(({ buffer }) => buffer), origin: originOf(node, false) });
    return { buffer: -1, shape: [], strides: [], offset: 0 };
  }

  #call(node: Node): View {
    const output = this.#buffer(node, { role: 'temporary', label: node.op.name });
    this.#instructions.push({ kind: 'call', op: node.op.name, attrs: node.attrs, inputs: node.inputs.map((input) => this.#view(input)), output: output.buffer, shape: output.shape, origin: originOf(node, false) });
    return output;
  }
}

function originOf(node: Node, copy: boolean): Instruction['origin'] {
  return { op: copy ? 'copy' : node.op.name, site: node.site, rule: node.rule };
}

export function sameView(a: View, b: View): boolean {
  return a.buffer === b.buffer && a.offset === b.offset && a.strides.every((stride, axis) => stride === b.strides[axis]);
}
