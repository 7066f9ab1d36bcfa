import { type CallInstruction, type View } from '@pastina/core';
import { type Frame } from '../frame.js';
import { rounded } from '../loop/ops.js';
import { type Kernel, type Shader } from '../shader.js';
import { eachElement, type OneKernel, product, readAt } from './arrays.js';

/** Lines that give `words`: two random words of element `index`. */
function threefry(shader: Shader, call: CallInstruction, frame: Frame, index: string, marks: readonly [string, string]): void {
  const [state] = call.inputs as readonly [View];
  const key = (k: string, mark: string): string => `${readAt(shader, frame, state, [k])}${mark === '' ? '' : ` ^ ${mark}`}`;
  shader.line(`let words = ${shader.call('threefry', key('0u', marks[0]), key('1u', marks[1]), `${call.attrs.stream as number}u`, index)};`);
}

function draw(name: string, numberOf: (shader: Shader, half: boolean) => string): OneKernel {
  return (call, frame) => {
    const dtype = frame.dtypeOf(call.output);
    return eachElement(`${name}: [${call.shape.join(', ')}], stream ${String(call.attrs.stream)}`, product(call.shape), (shader) => {
      threefry(shader, call, frame, 'i', ['', '']);
      frame.write(shader, call.output, 'i', rounded(shader, numberOf(shader, dtype === 'float16'), dtype));
    });
  };
}

/** k / 2ⁿ, exact: the leading bits of the first word. */
export const randomUniform: OneKernel = draw('randomUniform', (_, half) => (half ? 'f32(words.x >> 21u) * 4.8828125e-4' : 'f32(words.x >> 8u) * 5.9604644775390625e-8'));

export const randomNormal: OneKernel = draw('randomNormal', (shader) => shader.call('inverse_normal', 'words'));

export const randomGumbel: OneKernel = draw('randomGumbel', (shader) => shader.call('gumbel', 'words'));

/** Two words a row. */
export function randomSplit(call: CallInstruction, frame: Frame): Kernel | undefined {
  return eachElement(`randomSplit: [${call.shape.join(', ')}], stream ${String(call.attrs.stream)}`, product(call.shape) / 2, (shader) => {
    threefry(shader, call, frame, 'i', ['0x9e3779b9u', '0xb5297a4du']);
    frame.write(shader, call.output, '2u * i', 'words.x');
    frame.write(shader, call.output, '2u * i + 1u', 'words.y');
  });
}
