/** Every default of this package. A change here is a change of behavior: see docs/compatibility.md. */
export const defaults = {
  'compile.check': { code: 'D0900', since: { '0.1.0': 'none' } },
  'input.dtype': { code: 'D0901', since: { '0.1.0': 'float32' } },
  'softmax.axis': { code: 'D0902', since: { '0.1.0': -1 } },
  'logSoftmax.axis': { code: 'D0903', since: { '0.1.0': -1 } },
  'flatten.outdim': { code: 'D0904', since: { '0.1.0': 2 } },
  'gather.axis': { code: 'D0905', since: { '0.1.0': 0 } },
  'gather.batchAxes': { code: 'D0906', since: { '0.1.0': 0 } },
  'oneHot.dtype': { code: 'D0907', since: { '0.1.0': 'float32' } },
  'arange.dtype': { code: 'D0908', since: { '0.1.0': 'float32' } },
  'variance.ddof': { code: 'D0909', since: { '0.1.0': 0 } },
  'pad.value': { code: 'D0910', since: { '0.1.0': 0 } },
  'scan.reverse': { code: 'D0911', since: { '0.1.0': false } },
  'scan.unroll': { code: 'D0912', since: { '0.1.0': false } },
} as const;
