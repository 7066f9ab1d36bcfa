/** Every default of this package. A change here is a change of behavior: see docs/compatibility.md. */
export const defaults = {
  package: '@pastina/objectives',
  release: '0.1.0',
  'categoricalCrossentropy.epsilon': { code: 'D0001', since: { '0.1.0': 0 } },
  'aggregate.mode': { code: 'D0002', since: { '0.1.0': 'mean' } },
  'categoricalAccuracy.topK': { code: 'D0003', since: { '0.1.0': 1 } },
  'binaryCrossentropy.epsilon': { code: 'D0004', since: { '0.1.0': 0 } },
  'huberLoss.delta': { code: 'D0005', since: { '0.1.0': 1 } },
  'binaryHingeLoss.delta': { code: 'D0006', since: { '0.1.0': 1 } },
  'binaryHingeLoss.binary': { code: 'D0007', since: { '0.1.0': true } },
  'multiclassHingeLoss.delta': { code: 'D0008', since: { '0.1.0': 1 } },
  'binaryAccuracy.threshold': { code: 'D0009', since: { '0.1.0': 0.5 } },
  'labelSmoothing.smoothing': { code: 'D0010', since: { '0.1.0': 0.1 } },
  'labelSmoothing.dtype': { code: 'D0011', since: { '0.1.0': 'float32' } },
  'binaryFocalLoss.gamma': { code: 'D0012', since: { '0.1.0': 2 } },
  'categoricalFocalLoss.gamma': { code: 'D0013', since: { '0.1.0': 2 } },
} as const;
