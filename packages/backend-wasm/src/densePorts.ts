import { type Buffer, type Instruction, type LoopInstruction, type Port, type Program, type View } from '@pastina/core';

/**
 * The program with every output dense, and every new value of a parameter in memory of its own: what is a view, or
 * another parameter, is copied at the end. So outputs can be read as they lie, and parameters be stored one by one.
 */
export function withDensePorts(program: Program): Program {
  const buffers: Buffer[] = [...program.buffers];
  const copies: LoopInstruction[] = [];
  const copied = (view: View, label: string): View => {
    const source = buffers[view.buffer] as Buffer;
    const size = view.shape.reduce((a, b) => a * b, 1);
    const buffer = buffers.push({ dtype: source.dtype, size, role: 'temporary', label }) - 1;
    const origin: Instruction['origin'] = { op: 'copy', site: { toString: () => '', toJSON: () => '' } as Instruction['origin']['site'], rule: undefined };
    copies.push({ kind: 'loop', space: view.shape, inputs: [view], body: [], results: [{ buffer, value: 0, reduction: undefined }], origin });
    return { buffer, shape: view.shape, strides: strides(view.shape), offset: 0 };
  };
  const outputs = program.outputs.map((port): Port => (isWhole(port.view) ? port : { ...port, view: copied(port.view, port.name) }));
  const updates = program.updates.map((update) => (isWhole(update.view) && buffers[update.view.buffer]?.role === 'temporary' ? update : { ...update, view: copied(update.view, 'update') }));
  return { ...program, buffers, outputs, updates, instructions: [...program.instructions, ...copies] };
}

function strides(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
}

function isWhole({ shape, strides: own, offset }: View): boolean {
  const dense = strides(shape);
  return offset === 0 && shape.every((size, axis) => size === 1 || own[axis] === dense[axis]);
}
