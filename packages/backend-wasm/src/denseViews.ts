import { type Buffer, type Instruction, type LoopInstruction, type Port, type Program, type View } from '@pastina/core';

/** Of copies that no line of the user's asks for. */
export const noSite = { toString: () => '', toJSON: () => '' } as Instruction['origin']['site'];

/** Operands that kernels take with any strides. */
function takesStrides(op: string, position: number): boolean {
  return op === 'matmul' || (op === 'scatterAdd' && position === 0);
}

/**
 * The program with everything dense that is read as it lies: operands of calls, sequences of scans, outputs; and with
 * every new value of a parameter in memory of its own. What is a view, or another parameter, is copied before. So
 * kernels need not know strides, outputs can be read as they lie, and parameters be stored one by one.
 *
 * @param own - how many of the first outputs must have memory of their own too
 */
export function withDenseViews(program: Program, own: number): Program {
  const buffers: Buffer[] = [...program.buffers];
  const instructions: Instruction[] = [];
  const copied = (view: View, label: string): View => {
    const source = buffers[view.buffer] as Buffer;
    const size = view.shape.reduce((a, b) => a * b, 1);
    const buffer = buffers.push({ dtype: source.dtype, size, role: 'temporary', label }) - 1;
    instructions.push(copyOf(view, buffer));
    return { buffer, shape: view.shape, strides: denseStrides(view.shape), offset: 0 };
  };
  const operand = (view: View): View => (isDense(view) ? view : copied(view, 'operand'));
  for (const instruction of program.instructions) {
    if (instruction.kind === 'call') instructions.push({ ...instruction, inputs: instruction.inputs.map((view, k) => (takesStrides(instruction.op, k) ? view : operand(view))) });
    else if (instruction.kind === 'scan') instructions.push({ ...instruction, inputs: instruction.inputs.map((view, k) => (k >= instruction.carries && k < instruction.carries + instruction.sequences ? operand(view) : view)) });
    else instructions.push(instruction);
  }
  const isWhole = (view: View): boolean => view.offset === 0 && isDense(view);
  const isOwn = (view: View): boolean => isWhole(view) && buffers[view.buffer]?.role === 'temporary';
  const outputs = program.outputs.map((port, i): Port => ((i < own ? isOwn(port.view) : isWhole(port.view)) ? port : { ...port, view: copied(port.view, port.name) }));
  const updates = program.updates.map((update) => (isOwn(update.view) ? update : { ...update, view: copied(update.view, 'update') }));
  return { ...program, buffers, outputs, updates, instructions };
}

/** The instruction that copies what a view shows. */
export function copyOf(view: View, buffer: number): LoopInstruction {
  return { kind: 'loop', space: view.shape, inputs: [view], body: [], results: [{ buffer, value: 0, reduction: undefined }], origin: { op: 'copy', site: noSite, rule: undefined } };
}

/** Does the view show elements that lie one after another? It may begin anywhere. */
export function isDense({ shape, strides }: View): boolean {
  const dense = denseStrides(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === dense[axis]);
}

function denseStrides(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
}
