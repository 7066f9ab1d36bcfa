/** What core uses of the engine it runs in, without the types of a browser or of Node: every entry may be missing. */
interface Host {
  readonly process?: { readonly cwd?: () => string };
  readonly performance?: { readonly now: () => number };
}

const host = globalThis as Host;

/** The folder that paths in messages are relative to; undefined in browsers. */
export function workingFolder(): string | undefined {
  return host.process?.cwd?.();
}

/** Milliseconds, for differences. */
export function now(): number {
  return host.performance?.now() ?? Date.now();
}
