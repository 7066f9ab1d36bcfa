// What the examples share: the time in their lines, and the claim at their end.
import { type Tensor } from '@pastina/core';

/** Seconds since the program began, such as ' 12.3 s'. */
export function clockOf(): string {
  return `${(performance.now() / 1000).toFixed(1).padStart(5)} s`;
}

/** Prints a claim and whether it holds; one that does not makes the program fail. NaN holds nothing. */
export function check(what: string, found: number, relation: 'at least' | 'at most', bound: number): void {
  const holds = relation === 'at least' ? found >= bound : found <= bound;
  console.log(`${holds ? 'ok' : 'FAILED'}: ${what} is ${found.toPrecision(4)}, expected ${relation} ${bound} (${clockOf().trim()})`);
  if (!holds) process.exitCode = 1;
}

/** The only element of a result; awaited, so that it may come from a GPU. */
export async function valueOf(result: Tensor): Promise<number> {
  await result.data();
  return result.item();
}
