import { type Instruction, type Program, type View } from './program.js';

/** A program as text: buffers that matter, and one line per instruction. */
export function printProgram(program: Program): string {
  const name = ({ buffer, shape }: View): string => `${program.buffers[buffer]?.role === 'temporary' ? `t${buffer}` : program.buffers[buffer]?.label}[${shape.join(', ')}]`;
  const line = (instruction: Instruction): string => {
    const inputs = instruction.inputs.map(name).join(', ');
    if (instruction.kind === 'call') return `t${instruction.output} = call ${instruction.op}(${inputs})`;
    const { reduction, body } = instruction;
    const steps = body.map(({ op }) => op).join(' ');
    return `t${instruction.output} = loop [${instruction.space.join(', ')}] ${steps === '' ? 'copy' : steps}${reduction === undefined ? '' : ` | ${reduction.op} over the last ${reduction.axes}`} (${inputs})`;
  };
  return [
    ...program.instructions.map(line),
    ...program.outputs.map(({ name: label, view }) => `output ${label} = ${name(view)}`),
    ...program.updates.map(({ parameter, view }) => `update ${program.parameters[parameter]?.name} = ${name(view)}`),
  ].join('\n');
}
