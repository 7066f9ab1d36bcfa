import { type LoopInstruction } from '@pastina/core';
import { type Frame } from '../frame.js';
import { type Shader, typeOf } from '../shader.js';
import { expressionOf } from './ops.js';

/** Adds the steps of a loop for one element, whose inputs have these names; gives the names of all its values. */
export function stepsOf(shader: Shader, { inputs, body }: LoopInstruction, frame: Frame, read: readonly string[]): readonly string[] {
  const names = [...read];
  const dtypes = inputs.map(({ buffer }) => frame.dtypeOf(buffer));
  body.forEach(({ op, args, dtype }, k) => {
    // The branches of a choice, not its condition, tell the dtype.
    const from = dtypes[op === 'where' ? (args[1] as number) : (args[0] as number)] ?? dtype;
    shader.line(`let y${k}: ${typeOf(dtype)} = ${expressionOf(shader, op, args.map((arg) => names[arg] as string), from, dtype)};`);
    names.push(`y${k}`);
    dtypes.push(dtype);
  });
  return names;
}
