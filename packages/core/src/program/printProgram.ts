import { type Instruction, type Program, type View } from './program.js';

/** A program as text: buffers that matter, and one line per instruction. */
export function printProgram(program: Program): string {
  const name = ({ buffer, shape }: View): string => `${program.buffers[buffer]?.role === 'temporary' ? `t${buffer}` : program.buffers[buffer]?.label}[${shape.join(', ')}]`;
  const line = (instruction: Instruction): string => {
    const inputs = instruction.inputs.map(name).join(', ');
    if (instruction.kind === 'call') return `t${instruction.output} = call ${instruction.op}(${inputs})`;
    if (instruction.kind === 'scan') {
      const inner = printProgram(instruction.inner).replaceAll(/^/gm, '  ');
      return `${instruction.outputs.map((output) => `t${output}`).join(', ')} = scan ${instruction.length} times${instruction.reverse ? ', from the last' : ''} (${inputs})\n${inner}`;
    }
    const steps = instruction.body.map(({ op }) => op).join(' ');
    const results = instruction.results.map(({ buffer, reduction }) => `t${buffer}${reduction === undefined ? '' : ` (${reduction.op} over the last ${reduction.axes})`}`);
    return `${results.join(', ')} = loop [${instruction.space.join(', ')}] ${steps === '' ? 'copy' : steps} (${inputs})`;
  };
  return [
    ...program.instructions.map(line),
    ...program.outputs.map(({ name: label, view }) => `output ${label} = ${name(view)}`),
    ...program.updates.map(({ parameter, view }) => `update ${program.parameters[parameter]?.name} = ${name(view)}`),
  ].join('\n');
}
