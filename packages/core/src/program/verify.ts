import { type Op } from '../graph/op.js';
import { opKind } from '../ops/all.js';
import { outputsOf, shapeOfResult, sizeOf, type Instruction, type Program, type View } from './program.js';

/**
 * Checks what every program must be: buffers written once, before they are read; views inside their
 * buffers; loop inputs in the loop's shape; steps that refer to earlier values. Gives what is wrong.
 */
export function verify(program: Program): readonly string[] {
  const wrong: string[] = [];
  const written = new Set(program.buffers.flatMap(({ role }, i) => (role === 'temporary' ? [] : [i])));
  program.buffers.forEach(({ data, size, label }, i) => {
    if (data !== undefined && data.length !== size) wrong.push(`buffer ${i} (${label}) of ${size} elements holds ${data.length}`);
  });
  const check = (view: View, where: string): void => {
    const buffer = program.buffers[view.buffer];
    if (buffer === undefined) wrong.push(`${where}: buffer ${view.buffer} does not exist`);
    else if (!written.has(view.buffer)) wrong.push(`${where}: buffer ${view.buffer} (${buffer.label}) is read before it is written`);
    else if (!inside(view, buffer.size)) wrong.push(`${where}: the view leaves buffer ${view.buffer} of ${buffer.size} elements`);
  };
  for (const { name, view } of [...program.inputs, ...program.parameters]) check(view, `'${name}'`);
  program.instructions.forEach((instruction, i) => {
    const where = `instruction ${i} (${instruction.origin.op})`;
    instruction.inputs.forEach((view) => check(view, where));
    for (const output of outputsOf(instruction)) {
      if (written.has(output)) wrong.push(`${where}: buffer ${output} is written twice`);
      written.add(output);
    }
    wrong.push(...checkInstruction(instruction, program).map((text) => `${where}: ${text}`));
  });
  for (const { name, view } of program.outputs) check(view, `output '${name}'`);
  program.updates.forEach(({ parameter, view }) => {
    const port = program.parameters[parameter];
    if (port === undefined) wrong.push(`update of parameter ${parameter}, which does not exist`);
    else if (port.shape.join() !== view.shape.join()) wrong.push(`update of '${port.name}' has shape [${view.shape.join(', ')}]`);
    check(view, `update of '${port?.name ?? parameter}'`);
  });
  return wrong;
}

function checkInstruction(instruction: Instruction, program: Program): readonly string[] {
  const writes = (buffer: number, size: number): readonly string[] => {
    const room = program.buffers[buffer]?.size;
    return room === size ? [] : [`writes ${size} elements into ${room}`];
  };
  const known = (name: string, kind: Op['kind']): readonly string[] => (opKind(name) === kind ? [] : [`there is no ${kind} op '${name}'`]);
  switch (instruction.kind) {
    case 'call':
      return [...known(instruction.op, 'call'), ...writes(instruction.output, sizeOf(instruction.shape))];
    case 'loop': {
      const { space, inputs, body, results } = instruction;
      const folds = new Set(results.flatMap(({ reduction }) => (reduction === undefined ? [] : [reduction.axes])));
      return [
        ...(inputs.some((view) => view.shape.join() !== space.join()) ? [`an input has not the shape of the space [${space.join(', ')}]`] : []),
        ...body.flatMap(({ args }, k) => (args.some((arg) => arg < 0 || arg >= inputs.length + k) ? [`step ${k} refers to a later value`] : [])),
        ...body.flatMap(({ op }) => known(op, 'elementwise')),
        ...results.flatMap(({ reduction }) => (reduction === undefined ? [] : known(reduction.op, 'reduce'))),
        ...(results.length === 0 ? ['it has no result'] : []),
        ...(folds.size > 1 ? ['its folds are over different axes'] : []),
        ...results.flatMap((result) => [...(result.value < inputs.length + body.length ? [] : [`a result refers to value ${result.value}`]), ...writes(result.buffer, sizeOf(shapeOfResult(instruction, result)))]),
      ];
    }
    case 'scan': {
      const { inner, inputs, outputs, length, carries, sequences } = instruction;
      return [
        ...verify(inner).map((text) => `inside: ${text}`),
        ...(inner.inputs.length === inputs.length && inner.outputs.length === outputs.length ? [] : ['the inner program has other inputs or outputs']),
        ...inputs.flatMap(({ shape }, i) => {
          const expected = inner.inputs[i]?.shape ?? [];
          const found = i >= carries && i < carries + sequences ? shape.slice(1) : shape;
          return found.join() === expected.join() ? [] : [`input ${i} has shape [${shape.join(', ')}]`];
        }),
        ...outputs.flatMap((buffer, i) => writes(buffer, sizeOf(inner.outputs[i]?.shape ?? []) * (i < carries ? 1 : length))),
      ];
    }
  }
}

function inside({ shape, strides, offset }: View, size: number): boolean {
  if (shape.includes(0)) return true;
  let [low, high] = [offset, offset];
  shape.forEach((extent, axis) => {
    const reach = (extent - 1) * (strides[axis] as number);
    if (reach < 0) low += reach;
    else high += reach;
  });
  return low >= 0 && high < size;
}
