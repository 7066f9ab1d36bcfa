import { type Progress } from './progress.js';

/** Scalars by name: those that a step returned, or their means over an epoch. */
export type Metrics<Names extends string> = { readonly [Name in Names]: number };

/** Before the first step. */
export interface StartEvent {
  readonly type: 'start';
  readonly epochs: number;
  /** Items in one epoch; undefined where a stream of data does not tell. */
  readonly items: number | undefined;
  readonly batchesPerEpoch: number | undefined;
  /** Steps in all. */
  readonly steps: number | undefined;
  /** Steps done before: 0, or those of the run that this one goes on with. */
  readonly step: number;
  readonly progress: Progress;
}

/** After a step. Epochs, batches and steps are counted from 1. */
export interface StepEvent<Names extends string> {
  readonly type: 'step';
  readonly epoch: number;
  readonly batch: number;
  readonly step: number;
  /** Items in this batch. */
  readonly items: number;
  readonly metrics: Metrics<Names>;
  /** Goes into a checkpoint; `fit({ from })` goes on behind this event. */
  readonly progress: Progress;
}

/** After an epoch: means over its items. */
export interface EpochEvent<Names extends string> {
  readonly type: 'epoch';
  readonly epoch: number;
  readonly step: number;
  readonly metrics: Metrics<Names>;
  /** Goes into a checkpoint; `fit({ from })` goes on behind this event. */
  readonly progress: Progress;
}

/** After an epoch, on the data held out: means over their items. */
export interface ValidationEvent<Names extends string> {
  readonly type: 'validation';
  readonly epoch: number;
  readonly step: number;
  readonly metrics: Metrics<Names>;
  /** Goes into a checkpoint; `fit({ from })` goes on behind this event. */
  readonly progress: Progress;
}

/** Last of all. */
export interface EndEvent {
  readonly type: 'end';
  /** `'stopped'` is what `earlyStopping` says. */
  readonly reason: 'finished' | 'aborted' | 'stopped';
  readonly epoch: number;
  readonly step: number;
  readonly progress: Progress;
}

/** What `fit` tells. */
export type FitEvent<Names extends string = string, Held extends string = string> = StartEvent | StepEvent<Names> | EpochEvent<Names> | ValidationEvent<Held> | EndEvent;
