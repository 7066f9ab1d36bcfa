/** A value that a behavior report prints in decimal and in exact bits. */
export type ProbeValue = number | string | boolean | Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** One thing that must not change unseen: what a user writes, and what he gets. */
export interface Probe {
  readonly name: string;
  /** The line as a user would write it. */
  readonly code: string;
  readonly values: () => Readonly<Record<string, ProbeValue>>;
}
