export const defaults = {
  package: 'pastina',
  release: '0.2.0',
  'init.backend': { code: 'D0400', since: { '0.1.0': 'wasm' } },
};
