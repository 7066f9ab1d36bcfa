export { type Curves, drawCurves, type DrawCurvesOptions } from './plot/drawCurves.js';
export { lossCurve, type LossCurveOptions } from './plot/lossCurve.js';
export { svgCurves, type SvgCurvesOptions } from './plot/svgCurves.js';
export { type EndEvent, type EpochEvent, type FitEvent, type Metrics, type StartEvent, type StepEvent, type ValidationEvent } from './events.js';
export { type DataOrder, type Progress } from './progress.js';
