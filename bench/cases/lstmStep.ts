import { wasmBackend } from '@pastina/backend-wasm';
import { add, compile, grad, input, matmul, mean, mul, parameter, referenceBackend, scan, sigmoid, split, square, sub, tanh, tensor, zeros, type Backend, type Expression } from '@pastina/core';
import type { Case, Contestant } from '../harness.ts';

const [time, batch, units] = [50, 4, 32];
const numbers = (size: number): Float32Array => Float32Array.from({ length: size }, (_, i) => Math.sin(i) * 0.1);

/** A step of an LSTM, as a loop. */
export const lstmStep: Case = {
  name: 'lstm step',
  work: `a step of sgd on an LSTM of ${units} units over ${time} time steps, ${batch} items`,
  contestants: async () => [ours('backend-wasm', await wasmBackend()), ours('reference interpreter', referenceBackend())],
};

function ours(name: string, backend: Backend): Contestant {
  const s = input('s', [time, batch, units]);
  const [w, u] = [parameter(tensor(numbers(units * 4 * units), [units, 4 * units])), parameter(tensor(numbers(units * 4 * units), [units, 4 * units]))];
  const { carry } = scan(([h, c], item) => {
    const [i, f, o, g] = split(add(matmul(item, w), matmul(h as Expression, u)), [units, units, units, units], 1) as [Expression, Expression, Expression, Expression];
    const next = add(mul(sigmoid(f), c as Expression), mul(sigmoid(i), tanh(g)));
    return { carry: [mul(sigmoid(o), tanh(next)), next] };
  }, { carry: [zeros([batch, units]), zeros([batch, units])], sequences: s });
  const loss = mean(square(carry[0] as Expression));
  const updates = new Map([w, u].map((p) => [p, sub(p, mul(grad(loss, p), 0.1))]));
  const f = compile({ inputs: { s }, outputs: { loss }, updates, backend });
  const feeds = { s: { data: numbers(time * batch * units), shape: [time, batch, units] } };
  return { name: `pastina, ${name}`, run: () => void f(feeds).loss.item() };
}
