import { type View } from '@pastina/core';
import { rounded } from '../loop/ops.js';
import { type Shader, typeOf } from '../shader.js';
import { allCoordinates, eachElement, type OneKernel, product, readAt } from './arrays.js';

// Running values: an invocation for each run along the axis, element after element.

/** What one element does: `total` is what came before, `element` reads an operand; gives what is stored. */
type Step = (shader: Shader, element: (operand: number) => string) => string;

const running = (start: (shader: Shader, type: string) => string, step: Step): OneKernel => (call, frame) => {
  const axis = call.attrs.axis as number;
  const size = call.shape[axis] as number;
  const others = call.shape.filter((_, k) => k !== axis);
  const inner = product(call.shape.slice(axis + 1));
  if (size === 0) return undefined;
  const dtype = frame.dtypeOf(call.output);
  return eachElement(`${call.op}: [${call.shape.join(', ')}] along axis ${axis}`, product(others), (shader) => {
    const names = allCoordinates(shader, 'i', others, 'c');
    shader.line(`let first = i / ${inner}u * ${inner * size}u + i % ${inner}u;`);
    shader.line(`var total = ${start(shader, typeOf(dtype))};`);
    shader.line(`for (var k = 0u; k < ${size}u; k += 1u) {`);
    const stored = step(shader, (operand) => readAt(shader, frame, call.inputs[operand] as View, [...names.slice(0, axis), 'k', ...names.slice(axis)]));
    frame.write(shader, call.output, `first + k * ${inner}u`, rounded(shader, stored, dtype));
    shader.line('}');
  });
};

export const cumSum: OneKernel = running((_, type) => (type === 'f32' ? '0.0' : `${type}(0)`), (shader, element) => {
  shader.line(`total = total + ${element(0)};`);
  return 'total';
});

export const cumProd: OneKernel = running((_, type) => (type === 'f32' ? '1.0' : `${type}(1)`), (shader, element) => {
  shader.line(`total = total * ${element(0)};`);
  return 'total';
});

/** There is nothing before the first, so the first factor is not used. */
export const recurrence: OneKernel = running(() => '0.0', (shader, element) => {
  shader.line(`total = select(${element(0)} + ${element(1)} * total, ${element(0)}, k == 0u);`);
  return 'total';
});

/** ln Σ eˣ as the largest so far, `total`, and Σ e^(x - total), `terms`: large levels cost no digits. */
function addExponential(shader: Shader, element: string): void {
  const [nan, infinity] = [(x: string): string => shader.call('is_nan', x), shader.call('infinity')];
  shader.line(`if (${nan(element)} || ${nan('total')}) { total = ${shader.call('nan')}; } else if (${element} > total) {`);
  shader.line(`terms = 1.0 + select(terms * ${shader.call('exponential', `total - ${element}`)}, 0.0, total == -${infinity});`);
  shader.line(`total = ${element};`);
  shader.line(`} else if (${element} > -${infinity} && total < ${infinity}) {`);
  shader.line(`terms = terms + ${shader.call('exponential', `${element} - total`)};`);
  shader.line('}');
}

const startOfExponentials = (shader: Shader): string => {
  shader.line('var terms = 0.0;');
  return `-${shader.call('infinity')}`;
};

export const cumLogSumExp: OneKernel = running(startOfExponentials, (shader, element) => {
  shader.line(`let element = ${element(0)};`);
  addExponential(shader, 'element');
  return `select(total, total + ${shader.call('logarithm', 'terms')}, ${shader.call('is_finite', 'total')})`;
});

export const cumLogOdds: OneKernel = running(startOfExponentials, (shader, element) => {
  shader.line(`let element = ${element(0)};`);
  const infinity = shader.call('infinity');
  shader.line(`var odds = (element - total) - select(0.0, ${shader.call('logarithm', 'terms')}, ${shader.call('is_finite', 'total')});`);
  shader.line(`if (total == -${infinity} && !${shader.call('is_nan', 'element')}) { odds = ${infinity}; }`);
  addExponential(shader, 'element');
  return 'odds';
});
