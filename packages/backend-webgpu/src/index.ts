export { version } from './version.js';
export { webgpuBackend, type Counts, type WebgpuBackend, type WebgpuOptions } from './webgpuBackend.js';
