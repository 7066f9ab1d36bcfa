import { InputError } from '@pastina/core';
import { Layer } from '../layer.js';
import { linear, type Nonlinearity } from '../nonlinearities.js';

// The functions that put a layer behind another change that one in place, as in Lasagne: its nonlinearity moves behind.

/** The layer's nonlinearity, which becomes the identity; null where it has none. */
export function takeNonlinearity(layer: Layer): Nonlinearity | null {
  if (!(layer instanceof Layer)) throw new InputError('NOT_A_LAYER', `expected a layer as the first argument, got ${layer === null ? 'null' : typeof layer}`);
  const holder = layer as { nonlinearity?: unknown };
  if (typeof holder.nonlinearity !== 'function') return null;
  const taken = holder.nonlinearity as Nonlinearity;
  holder.nonlinearity = linear;
  return taken === linear ? null : taken;
}

/** Removes the layer's bias, where it has one. */
export function dropBias(layer: Layer): void {
  const holder = layer as { b?: unknown };
  if (typeof holder.b !== 'object' || holder.b === null) return;
  layer.params.delete(holder.b as never);
  holder.b = null;
}
