export const defaults = {
  package: '@pastina/layers',
  release: '0.2.0',
  'DenseLayer.numLeadingAxes': { code: 'D0106', since: { '0.1.0': 1 }, next: { value: 2, in: '1.0.0' } },
  'BatchNormLayer.epsilon': { code: 'D0611', since: { '0.1.0': 1e-4 }, next: { value: 1e-5, in: '1.0.0' } },
  'BatchNormLayer.alpha': { code: 'D0612', since: { '0.1.0': 0.1 }, next: { value: 0.01, in: '1.0.0' } },
  'GlorotUniform.gain': { code: 'D0126', since: { '0.1.0': 1 }, next: { value: Math.SQRT2, in: '1.0.0' } },
};
