// How threads tell each other what to do: a few numbers in the memory that they share.

/** Positions of the numbers, in multiples of four bytes. */
export const cells = {
  /** Changes with everything that there is to do; idle threads wait on it. */
  bell: 0,
  /** Which piece of work is on offer (high 24 bits) and which of its shares is the next (low 8 bits). */
  ticket: 1,
  shares: 2,
  /** How many shares are done. */
  done: 3,
  program: 4,
  step: 5,
  /** Where the addresses of the program's parameters are. */
  table: 6,
  parameters: 7,
  /** Counts deliveries: programs that are handed out, or taken back. */
  deliveries: 8,
  /** How many programs a delivery has. */
  delivered: 9,
  /** Where it lies: for each program its number, where its bytes are, and how many; none: it is taken back. */
  list: 10,
  /** How many threads have not taken the delivery yet. */
  outstanding: 12,
  /** Not 0 once a thread has failed. */
  failed: 13,
  /** How many shares workers have made. */
  helped: 14,
} as const;

/** Bytes that the numbers take. */
export const controlBytes = 64;

/** What a worker is told when it starts. */
export interface WorkerStart {
  readonly memory: WebAssembly.Memory;
  readonly control: number;
}

/** The functions of a program that threads call. */
export type Shared = Readonly<Record<string, ((index: number, count: number) => void) | WebAssembly.Global>>;
