// Fit a curve by hand
import { compile, grad, input, mean, mul, parameter, sin, square, sub } from 'pastina';

const x = input('x', ['batch']), y = input('y', ['batch']);
const a = parameter(1, { name: 'a' }), b = parameter(1, { name: 'b' });
const loss = mean(square(sub(mul(a, sin(mul(b, x))), y)));
const [da, db] = grad(loss, [a, b]);
const step = compile({ inputs: { x, y }, outputs: { loss }, updates: new Map([[a, sub(a, mul(da, 0.1))], [b, sub(b, mul(db, 0.1))]]) });

// Points of 2 sin(1.5 x).
const xs = Array.from({ length: 50 }, (_, i) => i / 25 - 1);
const ys = xs.map((v) => 2 * Math.sin(1.5 * v));
for (let i = 0; i <= 400; i += 1) {
  const { loss: value } = step({ x: xs, y: ys });
  if (i % 100 === 0) console.log(`step ${i}: loss ${value.item().toExponential(2)}, a ${a.valueSync().item().toFixed(3)}, b ${b.valueSync().item().toFixed(3)}`);
}
