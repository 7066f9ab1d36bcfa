export const defaults = {
  package: '@pastina/layers',
  release: '0.3.0',
  'DenseLayer.numLeadingAxes': { code: 'D0106', since: { '0.1.0': 1 }, next: { value: 2, in: '1.0.0' } },
  'BatchNormLayer.epsilon': { code: 'D0611', since: { '0.1.0': 1e-4 }, next: { value: 1e-5, in: '1.0.0' } },
  'BatchNormLayer.alpha': { code: 'D0612', since: { '0.1.0': 0.1 }, next: { value: 0.01, in: '1.0.0' } },
  'GlorotUniform.gain': { code: 'D0126', since: { '0.1.0': 1 }, next: { value: Math.SQRT2, in: '1.0.0' } },
  'DenseLayer.W': { code: 'D0103', since: { '0.1.0': 'GlorotUniform' }, next: { value: 'HeUniform', in: '1.0.0' } },
  'addParam.trainable': { code: 'D0101', since: { '0.1.0': true }, next: { value: false, in: '1.0.0' } },
  'dropout.p': { code: 'D0603', since: { '0.1.0': 0.5 }, next: { value: 0.2, in: '1.0.0' } },
  'noise.sigma': { code: 'D0605', since: { '0.1.0': 0.1 }, next: { value: 0.2, in: '1.0.0' } },
  'turn.axis': { code: 'D0606', since: { '0.1.0': 1 }, next: { value: 2, in: '1.0.0' } },
  'spatialDropout.p': { code: 'D0604', since: { '0.1.0': 0.5 } },
};
