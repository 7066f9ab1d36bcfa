/**
 * Tests of numbers below 1.2e-38. WGSL lets devices take them for 0, and the driver in Chromium does: 1/1e-40 is Infinity
 * there. Each of them must fail on it; one that passes does not belong here.
 */
const needSubnormals: readonly string[] = [
  ...['exp', 'asin', 'atan', 'tanh', 'sqrt', 'sign', 'floor', 'ceil', 'reciprocal', 'rsqrt', 'neg', 'relu', 'sigmoid and softplus, against the textbook formula where that is exact'].map((name) => `packages/core/src/ops/values.test.ts > float32 is the float64 value rounded once, extremes included > ${name}`),
  'packages/core/src/ops/arrays.test.ts > norm > neither over- nor underflows, and NaN and infinities come through',
  'packages/core/src/ops/errorFunction.test.ts > erf and erfc > float32, within half an ulp and a little, down to where erfc underflows',
  'packages/core/src/ops/errorFunction.test.ts > erf and erfc > the extremes',
  ...[0, 1].map((row) => `packages/objectives/src/lasagne.test.ts > float32: as Lasagne has it > %s #${row}`),
  ...[0, 1, 2].map((row) => `packages/objectives/src/lasagneBinary.test.ts > float32: as Lasagne has it > %s #${row}`),
];

/** Failures on a driver that flushes: those that it may have are taken out, and those that it must have are put in. */
export function judgeFlushing(failures: readonly string[], names: readonly string[] = needSubnormals): { readonly expected: number; readonly failures: readonly string[] } {
  const failed = names.filter((name) => failures.some((text) => text.startsWith(`${name}: `)));
  return {
    expected: failed.length,
    failures: [
      ...failures.filter((text) => !failed.some((name) => text.startsWith(`${name}: `))),
      ...names.filter((name) => !failed.includes(name)).map((name) => `${name}: passes, or is gone; take it out of tools/browser/flushed.ts`),
    ],
  };
}
