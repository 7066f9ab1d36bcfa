// See what a loss becomes
import { compile, explain, grad, input, log, mean, mul, neg, parameter, print, softmax, sub, sum } from 'pastina';

// The line that gives NaN elsewhere, when a probability is 0.
const logits = parameter([[0, 2000]], { name: 'logits' }), t = input('t', ['batch', 2]);
const loss = mean(neg(sum(mul(t, log(softmax(logits))), { axis: 1 })));

console.log(String(explain(loss)));
const step = compile({ inputs: { t }, outputs: { loss, gradient: grad(loss, logits) }, updates: new Map([[logits, sub(logits, grad(loss, logits))]]) });
console.log(print(step));

const { loss: value, gradient } = step({ t: [[1, 0]] });
console.log('loss', value.item(), 'gradient', gradient.toArray());
