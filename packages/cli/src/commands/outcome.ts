import type { Unclear } from '../source/scan.js';
import { changeText, type Change } from '../tables.js';

/** What a command comes to. It has not written anything yet. */
export interface Outcome {
  /** 0: fine; 1: findings; 2: something that the command cannot decide, or that it was not asked for rightly. */
  readonly code: 0 | 1 | 2;
  readonly lines: readonly string[];
  readonly json: unknown;
  /** Files to write, by their path from the project's folder. */
  readonly writes?: Readonly<Record<string, string>>;
}

/** The page of a default, in the documentation of the packages. */
export function pageOf(code: string): string {
  return `docs/notices/${code}.md`;
}

export function at({ file, line, column }: { readonly file: string; readonly line: number; readonly column: number }): string {
  return `${file}:${line}:${column}`;
}

/** `1 call`, `2 calls` */
export function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** What is left to people, with what may help them. */
export function lookYourself(unclear: readonly Unclear[], unplaced: readonly Change[]): readonly string[] {
  return [
    ...(unclear.length + unplaced.length === 0 ? [] : ['Look at this yourself:']),
    ...unclear.map((one) => `  ${at(one)}  ${one.reason}${one.codes.length === 0 ? '' : ` (${one.codes.join(', ')})`}`),
    ...unplaced.map((change) => `  ${change.package}  ${change.id} ${changeText(change)}: no call takes it as an option (${change.code}, ${pageOf(change.code)})`),
  ];
}
