export { version } from './version.js';
export { type AdapterLike, type Counts, type DeviceLike, webgpuBackend, type WebgpuBackend, type WebgpuOptions } from './webgpuBackend.js';
