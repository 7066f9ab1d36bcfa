import { CommandError } from '../errors.js';
import { shortName } from '../tables.js';

/** The file that says which defaults a project's sources mean. */
export const recordName = 'pastina.json';

/** What {@link recordName} says: levels as `configure({ behaviors })` takes them, and codes of changes that were adopted. */
export interface Recorded {
  readonly levels: Readonly<Record<string, string>>;
  readonly adopted: readonly string[];
}

/** Reads the text of {@link recordName}; a project without one has recorded nothing. */
export function readRecord(text: string | undefined): Recorded {
  if (text === undefined) return { levels: {}, adopted: [] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommandError('RECORD', `${recordName} is no JSON (${(error as Error).message}); mend it, or delete it and pin anew`);
  }
  const { levels, adopted, ...rest } = (typeof value === 'object' && value !== null ? value : {}) as { levels?: unknown; adopted?: unknown };
  const [other] = Object.keys(rest);
  if (other !== undefined) throw new CommandError('RECORD', `${recordName} has '${other}'; expected levels and adopted only`);
  const pairs = Object.entries(typeof levels === 'object' && levels !== null ? levels : {});
  for (const [name, level] of pairs) {
    if (typeof level !== 'string' || !/^\d+\.\d+(\.\d+)?$/.test(level)) throw new CommandError('RECORD', `${recordName}: the level of '${name}' is ${JSON.stringify(level)}; expected a release such as "0.4"`);
  }
  if (adopted !== undefined && !(Array.isArray(adopted) && adopted.every((code) => typeof code === 'string' && codePattern.test(code)))) throw new CommandError('RECORD', `${recordName}: adopted is ${JSON.stringify(adopted)}; expected codes such as ["D0001"]`);
  return { levels: Object.fromEntries(pairs.map(([name, level]) => [shortName(name), level as string])), adopted: (adopted ?? []) as readonly string[] };
}

export const codePattern: RegExp = /^[A-Z]\d{4}$/;

/** The text of {@link recordName}, in an order of its own: the same record is the same file. */
export function recordText({ levels, adopted }: Recorded): string {
  const sorted = Object.fromEntries(Object.entries(levels).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ levels: sorted, ...(adopted.length === 0 ? {} : { adopted: [...new Set(adopted)].sort() }) }, null, 2)}\n`;
}
