/** Sizes that `npm run size` checks, minified and gzipped, all dependencies included. */
const asModule = (config) => ({ ...config, format: 'esm' });

export default [
  // A program of tfjs-layers and tfjs-backend-wasm 4.22.0 takes 160 kB (`npm run bench -- size`).
  { name: 'a training program: core, layers, objectives, updates, backend-wasm', path: 'tools/size/training.mjs', limit: '110 kB', gzip: true, modifyEsbuildConfig: asModule },
  // Every layer, objective and update rule, both backends, the bundled digits.
  { name: 'all of pastina', path: 'tools/size/everything.mjs', limit: '200 kB', gzip: true, modifyEsbuildConfig: asModule },
];
