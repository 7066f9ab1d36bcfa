/** Every default of this package. A change here is a change of behavior: see docs/compatibility.md. */
export const defaults = {
  package: '@pastina/objectives',
  release: '0.1.0',
  'categoricalCrossentropy.epsilon': { code: 'D0001', since: { '0.1.0': 0 } },
  'aggregate.mode': { code: 'D0002', since: { '0.1.0': 'mean' } },
  'categoricalAccuracy.topK': { code: 'D0003', since: { '0.1.0': 1 } },
} as const;
