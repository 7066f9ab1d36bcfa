import { type Expression } from '@pastina/core';
import { InputLayer } from '../inputLayer.js';
import { type LayerShape } from '../shape.js';
import { getAllLayers, listOf, type Layers } from './allLayers.js';

/** What a summary says of one layer. */
export interface SummaryRow {
  /** "DenseLayer 'hidden'" */
  readonly label: string;
  readonly outputShape: LayerShape;
  /** Elements in the parameters that no layer above has, and in those that one has. */
  readonly own: number;
  readonly shared: number;
  readonly trainable: number;
  readonly bytes: number;
  /** Places of the layers that feed it; a shape that was given in a layer's stead is null. */
  readonly from: readonly (number | null)[];
}

const bytesOf = { float64: 8, float32: 4, float16: 2, int32: 4, uint32: 4, bool: 1 } as const;

/** One row a layer, in the order of `getAllLayers`. */
export function summaryRows(layerOrLayers: Layers): SummaryRow[] {
  listOf(layerOrLayers, 'summary');
  const layers = getAllLayers(layerOrLayers);
  const places = new Map(layers.map((layer, place) => [layer, place]));
  const seen = new Set<Expression>();
  return layers.map((layer) => {
    const all = layer.getParams(), own = all.filter((param) => !seen.has(param)), trainable = new Set(layer.getParams({ trainable: true }));
    own.forEach((param) => seen.add(param));
    const elements = (params: typeof all): number => params.reduce((count, { shape }) => count + shape.reduce((a, b) => a * b, 1), 0);
    return {
      label: layer.label,
      outputShape: layer.outputShape,
      own: elements(own),
      shared: elements(all) - elements(own),
      trainable: elements(own.filter((param) => trainable.has(param))),
      bytes: own.reduce((bytes, param) => bytes + elements([param]) * bytesOf[param.dtype], 0),
      from: layer instanceof InputLayer ? [] : layer.inputLayers.map((below) => (below === null ? null : (places.get(below) ?? null))),
    };
  });
}

/** 814090 as "814,090": the same on every machine. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}
