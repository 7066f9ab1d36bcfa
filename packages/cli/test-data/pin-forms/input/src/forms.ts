import { categoricalCrossentropy, aggregate, type CategoricalCrossentropyOptions } from '@pastina/objectives';
import { categoricalCrossentropy as cce } from '@pastina/objectives';
import * as objectives from '@pastina/objectives';
import * as p from 'pastina';
import { initializers } from 'pastina';
import { GlorotUniform } from '@pastina/layers/init';
import { BatchNormLayer, DenseLayer, WideLayer, batchNorm } from '@pastina/layers';
import { flatten, input, pad } from '@pastina/core';

declare const t: ReturnType<typeof input>, net: InstanceType<typeof DenseLayer>;
const a = categoricalCrossentropy(t, t);
const b = cce(t, t);
const c = objectives.categoricalCrossentropy(t, t, {});
const d = p.categoricalCrossentropy(t, t,);
const e = p['categoricalCrossentropy'](t, t, undefined);
const f = categoricalCrossentropy(
  flatten(t), // a comment stays
  t
);
const g = categoricalCrossentropy(t, t, { epsilon: 1e-7 });
const h = categoricalCrossentropy((t), (t as typeof t));
const i = aggregate(categoricalCrossentropy(flatten(t), pad(t)), { mode: 'sum' });
const j = new GlorotUniform;
const k = [new GlorotUniform(), new p.initializers.GlorotUniform(), new initializers.GlorotUniform({ gain: 2 })];
const l = new DenseLayer(net, { numUnits: 3 });
const m = new DenseLayer(net, {
  numUnits: 3, // three
  name: 'wide',
});
const n = new WideLayer(net, { name: 'w', numUnits: 3, });
const o = batchNorm(net);
const q = new BatchNormLayer(net, { alpha: 0.5 });
const r = batchNorm(new DenseLayer(net, { numUnits: 3, numLeadingAxes: undefined }), { epsilon: void 0 });
const { categoricalCrossentropy: own, ...others } = { categoricalCrossentropy: (x: unknown) => x, other: 1 };
const s = own(t);
function shadow(categoricalCrossentropy: (x: unknown) => unknown) {
  return categoricalCrossentropy(t);
}
const renamed = categoricalCrossentropy;
const u = renamed(t, t);
const v: CategoricalCrossentropyOptions = {};
const w = input('w', [1], 'float64');
class Mine extends DenseLayer {
  constructor(incoming: typeof net) {
    super(incoming, { numUnits: 1 });
  }
}
export { a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, shadow, u, v, w, others, Mine };
