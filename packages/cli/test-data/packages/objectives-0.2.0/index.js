export const defaults = {
  package: '@pastina/objectives',
  release: '0.2.0',
  'categoricalCrossentropy.epsilon': { code: 'D0001', since: { '0.1.0': 0 }, next: { value: 1e-7, in: '1.0.0' } },
  'aggregate.mode': { code: 'D0002', since: { '0.1.0': 'mean' } },
};
