import { type Buffer, type Instruction, type LoopInstruction, type Port, type Program, type View } from '@pastina/core';

/** Of copies that no line of the user's asks for. */
export const noSite = { toString: () => '', toJSON: () => '' } as Instruction['origin']['site'];

/**
 * The program with every output dense, and every new value of a parameter in memory of its own: what is a view, or
 * another parameter, is copied at the end. So outputs can be read as they lie, and parameters be stored one by one.
 *
 * @param own - how many of the first outputs must have memory of their own too
 */
export function withDensePorts(program: Program, own: number): Program {
  const buffers: Buffer[] = [...program.buffers];
  const copies: LoopInstruction[] = [];
  const copied = (view: View, label: string): View => {
    const source = buffers[view.buffer] as Buffer;
    const size = view.shape.reduce((a, b) => a * b, 1);
    const buffer = buffers.push({ dtype: source.dtype, size, role: 'temporary', label }) - 1;
    copies.push({ kind: 'loop', space: view.shape, inputs: [view], body: [], results: [{ buffer, value: 0, reduction: undefined }], origin: { op: 'copy', site: noSite, rule: undefined } });
    return { buffer, shape: view.shape, strides: strides(view.shape), offset: 0 };
  };
  const isOwn = (view: View): boolean => isWhole(view) && buffers[view.buffer]?.role === 'temporary';
  const outputs = program.outputs.map((port, i): Port => ((i < own ? isOwn(port.view) : isWhole(port.view)) ? port : { ...port, view: copied(port.view, port.name) }));
  const updates = program.updates.map((update) => (isOwn(update.view) ? update : { ...update, view: copied(update.view, 'update') }));
  return { ...program, buffers, outputs, updates, instructions: [...program.instructions, ...copies] };
}

function strides(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
}

function isWhole({ shape, strides: own, offset }: View): boolean {
  const dense = strides(shape);
  return offset === 0 && shape.every((size, axis) => size === 1 || own[axis] === dense[axis]);
}
