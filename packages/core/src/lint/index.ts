export { type Bounds } from './bounds.js';
export { type HazardKind } from './kinds.js';
export { lint, type LintOptions } from './lint.js';
export { type Hazard, type LintReport } from './report.js';
