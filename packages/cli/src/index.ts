export { run, type RunContext, type RunResult } from './run.js';
export { version } from './version.js';
