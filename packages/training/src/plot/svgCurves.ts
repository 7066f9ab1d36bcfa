import { checkOptions, defaultOf, type Defaulted } from '@pastina/core';
import { checkWhole } from '../batches.js';
import { defaults } from '../defaults.js';
import { loadPeer } from '../peer.js';
import { type Curves, finiteCurves } from './drawCurves.js';

/** Options of {@link svgCurves}. */
export interface SvgCurvesOptions {
  readonly title?: string;
  /** Pixels. */
  readonly width?: Defaulted<number, 720>;
  readonly height?: Defaulted<number, 405>;
  /** `true`: the axis of values is logarithmic; values that are not positive are left out. */
  readonly logarithmic?: Defaulted<boolean, false>;
}

/**
 * Curves as an SVG picture, drawn by Apache ECharts, an optional peer that is loaded when this is called. The same
 * curves give the same text.
 *
 * @throws UnsupportedError PEER_MISSING where echarts is not installed
 * @throws InputError for what are no curves, or a size that is too small
 *
 * @example
 * ```ts
 * import { svgCurves } from '@pastina/training/plot';
 * const svg = await svgCurves({ loss: [[1, 3], [2, 2], [3, 1]] }, { title: 'digits' });
 * console.log(svg.startsWith('<svg'), svg.includes('digits')); // true true
 * ```
 */
export async function svgCurves(curves: Curves, options: SvgCurvesOptions = {}): Promise<string> {
  checkOptions('svgCurves', options, ['title', 'width', 'height', 'logarithmic']);
  const width = options.width ?? defaultOf(defaults, 'svgCurves.width');
  const height = options.height ?? defaultOf(defaults, 'svgCurves.height');
  checkWhole('svgCurves: width', width, 50, 100000);
  checkWhole('svgCurves: height', height, 50, 100000);
  const logarithmic = options.logarithmic ?? defaultOf(defaults, 'svgCurves.logarithmic');
  const shown = finiteCurves('svgCurves', curves).map(([name, points]) => [name, logarithmic ? points.filter(([, value]) => value > 0) : points] as const);
  const [core, charts, components, renderers] = await loadPeer('svgCurves', 'echarts@^6.1.0', () => Promise.all([import('echarts/core'), import('echarts/charts'), import('echarts/components'), import('echarts/renderers')]));
  core.use([charts.LineChart, components.GridComponent, components.LegendComponent, components.TitleComponent, renderers.SVGRenderer]);
  const chart = core.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false, backgroundColor: '#ffffff',
      ...(options.title === undefined ? {} : { title: { text: options.title, left: 'center' } }),
      legend: { bottom: 0 },
      xAxis: { type: 'value', name: 'step', min: 'dataMin', max: 'dataMax' },
      yAxis: { type: logarithmic ? 'log' : 'value', scale: true },
      // a single point makes no line
      series: shown.map(([name, points]) => ({ name, type: 'line', showSymbol: points.length === 1, data: points })),
    });
    // Styles for the mouse, and names that count all drawings of the process, are no part of a picture.
    return chart.renderToSVGString().replace(/<style ?>[^]*?<\/style>\n?/, '').replaceAll(/ class="zr\d+-cls-\d+"/g, '').replaceAll(/\bzr\d+-/g, 'pastina-');
  } finally {
    chart.dispose();
  }
}
