/** What this package uses of the engine it runs in, in Node and in browsers. */
const host = globalThis as {
  readonly performance?: { readonly now: () => number };
  readonly setTimeout: (run: () => void, milliseconds: number) => unknown;
};

/** Gives the event loop a turn whenever `milliseconds` of work have passed, so that timers, signals and pages live. */
export function breathing(milliseconds: number): () => Promise<void> {
  const now = (): number => host.performance?.now() ?? Date.now();
  let last = now();
  return async () => {
    if (now() - last < milliseconds) return;
    await new Promise<void>((resolve) => host.setTimeout(resolve, 0));
    last = now();
  };
}
