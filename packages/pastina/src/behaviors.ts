import { defaults as wasm } from '@pastina/backend-wasm';
import { behaviors as behaviorsOf, defaults as core, type Behavior, type DefaultsTable } from '@pastina/core';
import { defaults as layers } from '@pastina/layers';
import { defaults as objectives } from '@pastina/objectives';
import { defaults as training } from '@pastina/training';
import { defaults as updates } from '@pastina/updates';
import { defaults } from './defaults.js';

/**
 * All declared defaults of all packages of pastina, with what they are now: `behaviors` of `@pastina/core`, which knows
 * only its own.
 *
 * @param tables - those of other packages, instead
 * @throws CompatibilityError for a level that a package does not offer
 *
 * @example
 * ```ts
 * import { behaviors } from 'pastina';
 * console.log(behaviors().find(({ code }) => code === 'D0001')?.id); // categoricalCrossentropy.epsilon
 * ```
 */
export function behaviors(tables?: readonly DefaultsTable[]): readonly Behavior[] {
  return behaviorsOf(tables ?? [core, objectives, layers, updates, training, wasm, defaults]);
}
