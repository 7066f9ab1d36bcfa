export const defaults = {
  package: '@pastina/objectives',
  release: '1.0.0',
  'categoricalCrossentropy.epsilon': { code: 'D0001', since: { '0.1.0': 0, '1.0.0': 1e-7 } },
  'aggregate.mode': { code: 'D0002', since: { '0.1.0': 'mean' } },
};
