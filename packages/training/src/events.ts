/** Scalars by name: those that a step returned, or their means over an epoch. */
export type Metrics<Names extends string> = { readonly [Name in Names]: number };

/** Before the first step. */
export interface StartEvent {
  readonly type: 'start';
  readonly epochs: number;
  /** Items in one epoch. */
  readonly items: number;
  readonly batchesPerEpoch: number;
  /** Steps in all. */
  readonly steps: number;
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
}

/** After an epoch: means over its items. */
export interface EpochEvent<Names extends string> {
  readonly type: 'epoch';
  readonly epoch: number;
  readonly step: number;
  readonly metrics: Metrics<Names>;
}

/** After an epoch, on the data held out: means over their items. */
export interface ValidationEvent<Names extends string> {
  readonly type: 'validation';
  readonly epoch: number;
  readonly step: number;
  readonly metrics: Metrics<Names>;
}

/** Last of all. */
export interface EndEvent {
  readonly type: 'end';
  readonly reason: 'finished' | 'aborted';
  readonly epoch: number;
  readonly step: number;
}

/** What `fit` tells. */
export type FitEvent<Names extends string = string, Held extends string = string> = StartEvent | StepEvent<Names> | EpochEvent<Names> | ValidationEvent<Held> | EndEvent;
