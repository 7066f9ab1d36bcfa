import { categoricalCrossentropy, aggregate, type CategoricalCrossentropyOptions } from '@pastina/objectives';
import { categoricalCrossentropy as cce } from '@pastina/objectives';
import * as objectives from '@pastina/objectives';
import * as p from 'pastina';
import { initializers } from 'pastina';
import { GlorotUniform } from '@pastina/layers/init';
import { BatchNormLayer, DenseLayer, WideLayer, batchNorm } from '@pastina/layers';
import { flatten, input, pad } from '@pastina/core';

declare const t: ReturnType<typeof input>, net: InstanceType<typeof DenseLayer>;
const a = categoricalCrossentropy(t, t, { epsilon: 0 });
const b = cce(t, t, { epsilon: 0 });
const c = objectives.categoricalCrossentropy(t, t, { epsilon: 0 });
const d = p.categoricalCrossentropy(t, t, { epsilon: 0 },);
const e = p['categoricalCrossentropy'](t, t, { epsilon: 0 });
const f = categoricalCrossentropy(
  flatten(t, 2), // a comment stays
  t,
  { epsilon: 0 }
);
const g = categoricalCrossentropy(t, t, { epsilon: 1e-7 });
const h = categoricalCrossentropy((t), (t as typeof t), { epsilon: 0 });
const i = aggregate(categoricalCrossentropy(flatten(t, 2), pad(t, undefined, 0), { epsilon: 0 }), { mode: 'sum' });
const j = new GlorotUniform({ gain: 1 });
const k = [new GlorotUniform({ gain: 1 }), new p.initializers.GlorotUniform({ gain: 1 }), new initializers.GlorotUniform({ gain: 2 })];
const l = new DenseLayer(net, { numUnits: 3, numLeadingAxes: 1 });
const m = new DenseLayer(net, {
  numUnits: 3, // three
  name: 'wide',
  numLeadingAxes: 1,
});
const n = new WideLayer(net, { name: 'w', numUnits: 3, numLeadingAxes: 1, });
const o = batchNorm(net, { epsilon: 0.0001, alpha: 0.1 });
const q = new BatchNormLayer(net, { alpha: 0.5, epsilon: 0.0001 });
const r = batchNorm(new DenseLayer(net, { numUnits: 3, numLeadingAxes: 1 }), { epsilon: 0.0001, alpha: 0.1 });
const { categoricalCrossentropy: own, ...others } = { categoricalCrossentropy: (x: unknown) => x, other: 1 };
const s = own(t);
function shadow(categoricalCrossentropy: (x: unknown) => unknown) {
  return categoricalCrossentropy(t);
}
const renamed = categoricalCrossentropy;
const u = renamed(t, t, { epsilon: 0 });
const v: CategoricalCrossentropyOptions = {};
const w = input('w', [1], 'float64');
class Mine extends DenseLayer {
  constructor(incoming: typeof net) {
    super(incoming, { numUnits: 1, numLeadingAxes: 1 });
  }
}
export { a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, shadow, u, v, w, others, Mine };
