/** Every default of this package. A change here is a change of behavior: see docs/compatibility.md. */
export const defaults = {
  package: '@pastina/training',
  release: '0.1.0',
  'digits.testFraction': { code: 'D0300', since: { '0.1.0': 0.2 } },
  'digits.seed': { code: 'D0301', since: { '0.1.0': 0 } },
  'batches.shuffle': { code: 'D0310', since: { '0.1.0': false } },
  'batches.seed': { code: 'D0311', since: { '0.1.0': 0 } },
  'batches.epoch': { code: 'D0313', since: { '0.1.0': 0 } },
  'batches.dropLast': { code: 'D0312', since: { '0.1.0': false } },
  'fit.shuffle': { code: 'D0320', since: { '0.1.0': true } },
  'fit.seed': { code: 'D0321', since: { '0.1.0': 0 } },
  'fit.dropLast': { code: 'D0322', since: { '0.1.0': false } },
  'fit.yieldEvery': { code: 'D0323', since: { '0.1.0': 20 } },
  'terminalProgress.mode': { code: 'D0330', since: { '0.1.0': 'auto' } },
  'terminalProgress.title': { code: 'D0331', since: { '0.1.0': 'training' } },
  'restoreParams.allowExtra': { code: 'D0970', since: { '0.1.0': false } },
} as const;
