import { sizeOf, type Program, type View } from './program.js';

/**
 * Checks what every program must be: buffers written once, before they are read; views inside their
 * buffers; loop inputs in the loop's shape; steps that refer to earlier values. Gives what is wrong.
 */
export function verify(program: Program): readonly string[] {
  const wrong: string[] = [];
  const written = new Set(program.buffers.flatMap(({ role }, i) => (role === 'temporary' ? [] : [i])));
  const check = (view: View, where: string): void => {
    const buffer = program.buffers[view.buffer];
    if (buffer === undefined) wrong.push(`${where}: buffer ${view.buffer} does not exist`);
    else if (!written.has(view.buffer)) wrong.push(`${where}: buffer ${view.buffer} (${buffer.label}) is read before it is written`);
    else if (!inside(view, buffer.size)) wrong.push(`${where}: the view leaves buffer ${view.buffer} of ${buffer.size} elements`);
  };
  program.instructions.forEach((instruction, i) => {
    const where = `instruction ${i} (${instruction.origin.op})`;
    instruction.inputs.forEach((view) => check(view, where));
    if (written.has(instruction.output)) wrong.push(`${where}: buffer ${instruction.output} is written twice`);
    written.add(instruction.output);
    const size = program.buffers[instruction.output]?.size;
    if (instruction.kind === 'call') {
      if (size !== sizeOf(instruction.shape)) wrong.push(`${where}: writes ${sizeOf(instruction.shape)} elements into ${size}`);
      return;
    }
    const { space, inputs, body, reduction } = instruction;
    if (inputs.some((view) => view.shape.join() !== space.join())) wrong.push(`${where}: an input has not the shape of the space [${space.join(', ')}]`);
    body.forEach(({ args }, k) => {
      if (args.some((arg) => arg < 0 || arg >= inputs.length + k)) wrong.push(`${where}: step ${k} refers to a later value`);
    });
    const outer = sizeOf(space.slice(0, space.length - (reduction?.axes ?? 0)));
    if (size !== outer) wrong.push(`${where}: writes ${outer} elements into ${size}`);
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
