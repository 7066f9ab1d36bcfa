/** What was done and is held, counted since the backend was made. */
export interface Counts {
  readonly submissions: number;
  readonly dispatches: number;
  readonly bytesUploaded: number;
  readonly bytesReadBack: number;
  /** Buffers that live now, and their bytes. */
  readonly buffers: number;
  readonly bufferBytes: number;
  readonly pipelines: number;
}
