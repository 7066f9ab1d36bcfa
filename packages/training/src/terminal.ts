export { terminalProgress, type TerminalProgressOptions } from './terminal/progress.js';
