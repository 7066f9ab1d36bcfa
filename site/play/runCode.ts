// Runs the reader's code as a module, with its console on the page.
import { show } from './format.ts';
import { resolveImports } from './imports.ts';
import { type Tell } from './protocol.ts';

/** A program may print for ever; the page shows this many lines of it. */
const mostLines = 500;

/**
 * @param code - a module
 * @param base - the address of the modules that it may import
 */
export async function runCode(code: string, base: string, tell: Tell): Promise<void> {
  // The name of the code in stacks, and so in what pastina says of the line that made a node.
  const name = `${base}your-code.js`;
  let lines = 0;
  const print = (error: boolean) => (...values: readonly unknown[]): void => {
    lines += 1;
    if (lines <= mostLines) tell({ type: 'line', text: values.map((value) => show(value)).join(' ').replaceAll(name, 'your code'), error });
    if (lines === mostLines) tell({ type: 'line', text: `… only the first ${mostLines} lines are shown`, error: false });
  };
  Object.assign(console, { log: print(false), info: print(false), debug: print(false), warn: print(true), error: print(true) });
  addEventListener('unhandledrejection', (event) => (event.preventDefault(), print(true)(event.reason)));
  addEventListener('error', (event) => (event.preventDefault(), print(true)(event.error ?? event.message)));
  const start = performance.now();
  let failed = false;
  try {
    const url = URL.createObjectURL(new Blob([`${resolveImports(code, base)}\n//# sourceURL=${name}`], { type: 'text/javascript' }));
    await import(/* @vite-ignore */ url);
  } catch (error) {
    failed = true;
    print(true)(withPlace(error, name));
  }
  tell({ type: 'ran', seconds: (performance.now() - start) / 1000, failed });
}

/** The error with the line of the reader's code that it comes from, where the stack has one. */
function withPlace(error: unknown, name: string): unknown {
  if (!(error instanceof Error)) return error;
  const at = (error.stack ?? '').split('\n').find((line) => line.includes(`${name}:`));
  const place = /:(\d+):(\d+)\)?$/.exec(at ?? '');
  return place === null ? error : `${show(error)}\n    at line ${place[1]}, column ${place[2]}`;
}
