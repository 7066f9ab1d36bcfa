// Measuring side by side: contestants take turns in one process, so that a busy machine is busy for all of
// them, and what counts are ratios of medians.

/** One way to do the work; returns, or resolves, when it is done. */
export interface Contestant {
  readonly name: string;
  readonly run: () => unknown;
  /** How many things one run makes, to be told per second. */
  readonly items?: { readonly what: string; readonly count: number };
}

/** The median of a contestant in milliseconds, by its name or the beginning of it. */
export type TimeOf = (name: string) => number;

/** What a number should come to. */
export interface Target {
  readonly what: string;
  readonly of: (time: TimeOf) => number;
  readonly bound: 'at most' | 'at least';
  readonly limit: number;
  readonly unit?: 'ms' | 'µs' | '%';
}

/** A piece of work, and who does it; the first is ours. */
export interface Case {
  readonly name: string;
  /** What one run is, in words. */
  readonly work: string;
  readonly targets?: readonly Target[];
  readonly contestants: () => readonly [Contestant, ...Contestant[]] | Promise<readonly [Contestant, ...Contestant[]]>;
}

/** What was measured. */
export interface Row {
  readonly contestant: string;
  readonly milliseconds: number;
  /** Half the distance between the quartiles, relative to the median. */
  readonly spread: number;
  /** Our median over this one's. */
  readonly ratio: number;
  /** `23,000 instructions/s` */
  readonly rate: string;
}

/** The middle of the sorted values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (low === undefined || high === undefined) throw new Error('quantile: no values');
  return low + (high - low) * (place - Math.floor(place));
}

/** Runs the contestants by turns: a few rounds to warm up, then as many as fit into the time. */
export async function measure({ contestants }: Case, seconds: number): Promise<readonly Row[]> {
  const all = await contestants();
  const times = all.map((): number[] => []);
  for (let i = 0; i < 3; i += 1) for (const { run } of all) await run();
  const end = performance.now() + seconds * 1000;
  for (let round = 0; round < 5 || performance.now() < end; round += 1) {
    for (const [i, { run }] of all.entries()) {
      const start = performance.now();
      const done = run();
      if (done instanceof Promise) await done;
      times[i]?.push(performance.now() - start);
    }
  }
  const medians = times.map(median);
  return all.map(({ name, items }, i) => {
    const [own, mine] = [times[i] as number[], medians[i] as number];
    return { contestant: name, milliseconds: mine, spread: (quantile(own, 0.75) - quantile(own, 0.25)) / (2 * mine), ratio: (medians[0] as number) / mine, rate: items === undefined ? '' : `${Math.round((items.count / mine) * 1000).toLocaleString('en')} ${items.what}/s` };
  });
}

/** A table of Markdown. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ contestant, milliseconds, spread, ratio, rate }) => `| ${contestant} | ${milliseconds.toPrecision(3)} ms | ± ${(100 * spread).toFixed(0)} % | ${ratio.toPrecision(3)} | ${rate} |`);
  return ['| who | median | spread | ours / theirs | rate |', '|---|---|---|---|---|', ...lines].join('\n');
}

/** What came of a target. */
export interface Verdict {
  readonly work: string;
  readonly target: Target;
  readonly found: number;
  readonly met: boolean;
}

/** The targets of a case against what was measured. */
export function judge({ name, targets = [] }: Case, rows: readonly Row[]): readonly Verdict[] {
  const time: TimeOf = (contestant) => {
    const row = rows.find((one) => one.contestant.startsWith(contestant));
    if (row === undefined) throw new Error(`${name}: no contestant's name begins with '${contestant}'; there are: ${rows.map((one) => one.contestant).join(', ')}`);
    return row.milliseconds;
  };
  return targets.map((target) => {
    const found = target.of(time);
    return { work: name, target, found, met: target.bound === 'at most' ? found <= target.limit : found >= target.limit };
  });
}

/** All targets as a table of Markdown. */
export function targetTable(verdicts: readonly Verdict[]): string {
  const text = (value: number, unit: Target['unit']): string => `${value >= 1000 ? Math.round(value) : Number(value.toPrecision(3))}${unit === undefined ? '' : ` ${unit}`}`;
  const lines = verdicts.map(({ work, target: { what, bound, limit, unit }, found, met }) => `| ${work} | ${what} | ${bound} ${text(limit, unit)} | ${text(found, unit)} | ${met ? 'met' : 'MISSED'} |`);
  return ['| case | what | target | measured | |', '|---|---|---|---|---|', ...lines].join('\n');
}
