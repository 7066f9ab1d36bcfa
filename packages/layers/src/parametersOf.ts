import { isParameter, type Expression, type Parameter } from '@pastina/core';

/** An expression, seen as the node that core makes of it. */
interface Reaching {
  readonly inputs: readonly Expression[];
}

/** The parameters that expressions are made of, in order of first use (Lasagne's `collect_shared_vars`). */
export function parametersOf(expressions: readonly Expression[]): readonly Parameter[] {
  const found = new Set<Parameter>();
  const seen = new Set<Expression>();
  const open = [...expressions].reverse();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (isParameter(node)) found.add(node);
    else open.push(...[...((node as Expression & Partial<Reaching>).inputs ?? [])].reverse());
  }
  return [...found];
}
