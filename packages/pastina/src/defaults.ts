/** Every default of this package. A change here is a change of behavior: see docs/compatibility.md. */
export const defaults = {
  package: 'pastina',
  release: '0.1.0',
  'init.backend': { code: 'D0400', since: { '0.1.0': 'wasm' } },
} as const;
