/** Every default of this package. A change here is a change of behavior: see docs/compatibility.md. */
export const defaults = {
  package: '@pastina/backend-wasm',
  release: '0.1.0',
  'wasmBackend.threads': { code: 'D0501', since: { '0.1.0': 1 } },
  'wasmBackend.relaxedSimd': { code: 'D0500', since: { '0.1.0': false } },
} as const;
