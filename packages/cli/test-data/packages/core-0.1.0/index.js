export const defaults = {
  package: '@pastina/core',
  release: '0.1.0',
  'softmax.axis': { code: 'D0902', since: { '0.1.0': -1 } },
};
