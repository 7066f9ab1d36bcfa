// The main job of `npm start`: train a classifier on real digits, then show what three ways of writing
// the same loss do to a network whose logits are saturated.
import { setDefaultBackend } from '@pastina/core';
import { backendOf } from './backend.ts';
import { trainDigits } from './digits/classifier.ts';
import { compareLosses } from './seed/comparison.ts';

const wanted = 0.97;
setDefaultBackend(await backendOf());

console.log('Training a network of 64-128-10 units on real 8x8 digits, four fifths of 1,797 images …\n');
const { trained, held, parameters, loss, heldLoss, heldAccuracy } = await trainDigits({ seed: 1, epochs: 20, progress: { title: 'digits' } });
console.log(`\nTrained on ${trained} images (${parameters} parameters): loss ${loss.toFixed(4)}.`);
console.log(`On the ${held} images held out: loss ${heldLoss.toFixed(4)}, accuracy ${(100 * heldAccuracy).toFixed(1)} % (${Math.round(heldAccuracy * held)} of ${held}).\n`);
if (!(heldAccuracy >= wanted)) {
  console.error(`expected an accuracy of at least ${100 * wanted} % on the images held out`);
  process.exitCode = 1;
}

console.log('The same categorical cross-entropy, written in three ways, on saturated logits');
console.log('(784-1024-10, 64 images, pixels 0 to 255, float32, 10 steps of sgd, rate 0.01):\n');
console.table(Object.fromEntries((await compareLosses(255, 0.01, 10)).map((outcome) => [outcome.name, {
  'cost': rounded(outcome.cost),
  '|dW1|': rounded(outcome.gradientW1),
  '|dW2|': rounded(outcome.gradientW2),
  '|dW1| after a step': rounded(outcome.gradientW1AfterOneStep),
  'accuracy after 10': `${Math.round(100 * outcome.accuracy)} %`,
}])));
console.log('What to see: as written the gradient is NaN and everything is lost; the clip trades NaN for a gradient');
console.log('of exactly 0, so training stands still; in the log domain, which is what you get by default, it learns.');

/** Six digits; NaN and 0 as they are. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
