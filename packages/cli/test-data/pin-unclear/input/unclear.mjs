import { categoricalCrossentropy, categoricalCrossentropy as loss } from '@pastina/objectives';
import * as objectives from '@pastina/objectives';
import * as layers from '@pastina/layers';
export { categoricalCrossentropy as again } from '@pastina/objectives';
export * from '@pastina/layers';

const options = { epsilon: 0 };
const args = [1, 2];
const name = 'categoricalCrossentropy';
categoricalCrossentropy(1, 2, options);
categoricalCrossentropy(1, 2, { ...options });
categoricalCrossentropy(1, 2, { ...options, epsilon: 1e-7 });
categoricalCrossentropy(1, 2, { [name]: 1 });
categoricalCrossentropy(...args);
categoricalCrossentropy(1, ...args);
objectives[name](1, 2);
const all = { ...objectives };
[1, 2].map(loss);
categoricalCrossentropy.call(null, 1, 2);
class Plain extends layers.DenseLayer {}
import('@pastina/objectives').then((late) => late.categoricalCrossentropy(1, 2));
const { [name]: taken, ...rest } = objectives;
let moving = categoricalCrossentropy;
moving = null;
export const exported = layers.batchNorm;
layers.batchNorm instanceof Function;
typeof loss;
