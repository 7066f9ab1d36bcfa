/** The page that messages about NaN and infinities lead to. */
const page = 'docs/nan-guide.md';

/** The op at which a NaN or an infinity appears, and the section of the page about its cause. */
const anchorOfOp: Readonly<Record<string, string>> = {
  log: 'log-of-zero', log1p: 'log-of-zero', log1mexp: 'log-of-zero', xlogy: 'log-of-zero',
  div: 'division-by-zero', reciprocal: 'division-by-zero', mod: 'division-by-zero',
  sqrt: 'root-of-a-negative-number', rsqrt: 'root-of-a-negative-number',
  exp: 'exponential-overflow', expm1: 'exponential-overflow', sinh: 'exponential-overflow', cosh: 'exponential-overflow',
  add: 'overflow', sub: 'overflow', mul: 'overflow', square: 'overflow', sum: 'overflow', mean: 'overflow', prod: 'overflow', cumSum: 'overflow', cumProd: 'overflow', matmul: 'overflow', conv: 'overflow', norm: 'overflow', scatterAdd: 'overflow', cast: 'overflow',
  pow: 'powers', asin: 'outside-the-domain', acos: 'outside-the-domain',
};

export function guide(anchor: string): string {
  return `${page}#${anchor}`;
}

/** Where the cause of what an op makes is explained: of an infinity that meets another, or NaN that arrives, elsewhere. */
export function anchorOf(op: string): string {
  return Object.hasOwn(anchorOfOp, op) ? (anchorOfOp[op] as string) : 'infinities-meet';
}

/** Ops whose value is a number where their slope is infinite. */
const steep: ReadonlySet<string> = new Set(['sqrt', 'pow', 'rsqrt', 'asin', 'acos', 'norm']);

/** Of what the gradient of `of` makes: 0 times an infinite slope is NaN where the value was not taken. */
export function anchorOfGradient(op: string, of: string, value: number, zero: boolean): string {
  if (value !== value && zero) return 'where-and-the-branch-not-taken';
  return steep.has(of) ? 'infinite-slope' : anchorOf(op);
}
