import { describe } from './describe.js';
import { InputError } from '@pastina/core';

/** What the order of the data depends on: a run that goes on must have the same. */
export interface DataOrder {
  readonly batchSize: number | undefined;
  readonly shuffle: boolean;
  readonly shuffleBuffer: number | undefined;
  readonly seed: number;
  readonly dropLast: boolean;
  /** Items in an epoch, where that is known beforehand. */
  readonly items: number | undefined;
}

/** How far a run has come, as plain data: `fit({ from })` goes on there. Every event has it. */
export interface Progress {
  /** The epoch that comes next, or is not at its end, from 1. */
  readonly epoch: number;
  readonly phase: 'training' | 'validation';
  /** Batches of this phase that are done, the items in them, and the sums of their metrics, weighted by items. */
  readonly batch: number;
  readonly items: number;
  readonly sums: Readonly<Record<string, number>>;
  /** Steps done since the first. */
  readonly step: number;
  readonly order: DataOrder;
  /** What listeners keep of their own, such as `earlyStopping`. */
  readonly listeners: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Progress with a listener's numbers. */
export function withListener(progress: Progress, listener: string, numbers: Readonly<Record<string, number>>): Progress {
  return { ...progress, listeners: { ...progress.listeners, [listener]: numbers } };
}

/** @throws InputError naming the option that is another than it was */
export function checkSameOrder(from: Progress, order: DataOrder): void {
  for (const name of ['items', 'batchSize', 'shuffle', 'shuffleBuffer', 'seed', 'dropLast'] as const) {
    if (from.order[name] === order[name]) continue;
    throw new InputError('RESUME', `fit: the run that \`from\` tells of had ${name === 'items' ? `${String(from.order.items)} items` : `${name} ${String(from.order[name])}`}, this one has ${String(order[name])}; its batches would be others. Give the same, or leave \`from\` out`, { option: name, expected: from.order[name], found: order[name] });
  }
}

const named: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 };

/** Progress as JSON; numbers that JSON has not are texts. {@link parseProgress} gives the same progress again. */
export function stringifyProgress(progress: Progress): string {
  return JSON.stringify(progress, (_, value: unknown) => (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)) ? (Object.is(value, -0) ? '-0' : String(value)) : value));
}

/**
 * The progress that {@link stringifyProgress} wrote.
 *
 * @throws InputError PROGRESS naming the field that is wrong
 *
 * @example
 * ```ts
 * import { tensor } from '@pastina/core';
 * import { fit, parseProgress, stringifyProgress } from '@pastina/training';
 * const options = { step: () => ({ loss: tensor(1) }), data: { x: [1, 2, 3, 4] }, batchSize: 1, epochs: 1 };
 * for await (const event of fit(options)) {
 *   if (event.type !== 'step' || event.step !== 2) continue;
 *   const from = parseProgress(stringifyProgress(event.progress));
 *   const steps: number[] = [];
 *   for await (const rest of fit({ ...options, from })) if (rest.type === 'step') steps.push(rest.step);
 *   console.log(steps); // [3, 4]
 * }
 * ```
 */
export function parseProgress(text: string): Progress {
  let found: unknown;
  try {
    found = JSON.parse(text, (key, value: unknown) => (typeof value === 'string' && key !== 'phase' && Object.hasOwn(named, value) ? named[value] : value));
  } catch (error) {
    throw new InputError('PROGRESS', `parseProgress: expected what stringifyProgress writes; ${(error as Error).message}`);
  }
  return checkProgress('parseProgress', found);
}

/** @throws InputError PROGRESS naming the field that is wrong */
export function checkProgress(where: string, found: unknown): Progress {
  const progress = recordOf(where, 'progress', found);
  whole(where, 'epoch', progress.epoch, 1);
  for (const field of ['batch', 'items', 'step']) whole(where, field, progress[field], 0);
  if (progress.phase !== 'training' && progress.phase !== 'validation') throw wrong(where, 'phase', progress.phase, "'training' or 'validation'");
  numbers(where, 'sums', progress.sums);
  const order = recordOf(where, 'order', progress.order);
  for (const field of ['batchSize', 'shuffleBuffer', 'items', 'seed']) if (order[field] !== undefined || field === 'seed') whole(where, `order.${field}`, order[field], 0);
  for (const field of ['shuffle', 'dropLast']) if (typeof order[field] !== 'boolean') throw wrong(where, `order.${field}`, order[field], 'true or false');
  for (const [name, own] of Object.entries(recordOf(where, 'listeners', progress.listeners))) numbers(where, `listeners.${name}`, own);
  return progress as unknown as Progress;
}

function recordOf(where: string, field: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw wrong(where, field, value, 'an object');
}

function numbers(where: string, field: string, value: unknown): void {
  for (const [name, number] of Object.entries(recordOf(where, field, value))) if (typeof number !== 'number') throw wrong(where, `${field}.${name}`, number, 'a number');
}

function whole(where: string, field: string, value: unknown, low: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < low) throw wrong(where, field, value, `a whole number from ${low} up`);
}

function wrong(where: string, field: string, value: unknown, expected: string): InputError {
  return new InputError('PROGRESS', `${where}: ${field} is ${describe(value)}; expected ${expected}, as \`progress\` of an event has it`, { field, value });
}
