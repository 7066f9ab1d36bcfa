import { PastinaError } from '@pastina/core';
import { type Layer } from '../layer.js';

/**
 * Runs what a layer does, and puts the layer's name before any error that comes out of it. The kind and
 * the code of the error stay, so that both can be matched on.
 */
export function inLayer<T>(layer: Layer, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof PastinaError && error.details.layer === undefined) {
      const suffix = ` [${error.code}]`;
      const text = error.message.endsWith(suffix) ? error.message.slice(0, -suffix.length) : error.message;
      const Kind = error.constructor as new (code: string, message: string, details: PastinaError['details']) => PastinaError;
      throw new Kind(error.code, `${layer.label}: ${text}`, { ...error.details, layer: layer.name ?? layer.label });
    }
    throw error;
  }
}
