import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
export const quiet = (net) => require('@pastina/layers').noise(net, { sigma: 0.1 });
