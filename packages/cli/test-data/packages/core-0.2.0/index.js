export const defaults = {
  package: '@pastina/core',
  release: '0.2.0',
  'input.dtype': { code: 'D0901', since: { '0.1.0': 'float32' } },
  'flatten.outdim': { code: 'D0904', since: { '0.1.0': 2 }, next: { value: 3, in: '1.0.0' } },
  'pad.value': { code: 'D0910', since: { '0.1.0': 0, '0.2.0': 1 } },
  'softmax.axis': { code: 'D0902', since: { '0.1.0': -1 } },
};
