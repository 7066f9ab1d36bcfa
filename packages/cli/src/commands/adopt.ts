import { CommandError } from '../errors.js';
import type { Source } from '../project/files.js';
import { changesOf, levelsOf } from '../project/levels.js';
import type { Project } from '../project/project.js';
import { codePattern, recordName, recordText } from '../project/recorded.js';
import { placeOf } from '../source/parse.js';
import { isValue, remove } from '../source/remove.js';
import { edited, scan, type Choosing } from '../source/scan.js';
import { lineOf, literal, shortName, type Change } from '../tables.js';
import type { Choice } from '../source/choices.js';
import { at, count, lookYourself, type Outcome } from './outcome.js';

/** Options of the sub-command. */
export interface AdoptOptions {
  readonly codes: readonly string[];
  /** Whether no files were named: then the levels follow. */
  readonly everywhere: boolean;
  readonly dryRun?: boolean | undefined;
}

type Said = Extract<Choice, { readonly kind: 'said' }>;

/**
 * Takes options out of calls. Without codes, those that say what is in force anyway: no bit moves, and the levels become
 * those of what is installed. With codes, also those that hold the old value of these changes: then bits do move.
 */
export function adopt(project: Project, sources: readonly Source[], { codes, everywhere, dryRun }: AdoptOptions): Outcome {
  const levels = levelsOf(project, {});
  const changes = changesOf(project.tables, levels, { adopted: [] });
  const adopted = codes.map((code) => known(code, project, changes));
  const { calls, unclear, unplaced } = scan(project, sources, codes.length === 0 ? changes : changes.filter(({ code }) => adopted.includes(code)));
  const taken = ({ choices }: Choosing): readonly Said[] => choices.filter((choice): choice is Said => choice.kind === 'said' && goes(choice, adopted));
  const edits = calls.flatMap((one) => taken(one).map(({ slot, value }) => ({
    file: one.source.path, ...placeOf(one.call.node), name: one.call.name, option: slot.option, package: slot.change.package, code: slot.change.code,
    text: `${slot.option}: ${one.source.text.slice(value.start ?? 0, value.end ?? 0)}`, now: slot.change.now,
  })));
  const texts = edited(calls, (edit, one) => {
    if (taken(one).length > 0) remove(edit, one.source.text, one.call, taken(one));
  });
  const moved = codes.length === 0 && everywhere ? Object.fromEntries(project.tables.map((table) => [shortName(table.package), lineOf(table.release)])) : levels;
  const record = recordText({ levels: { ...project.recorded.levels, ...moved }, adopted: [...project.recorded.adopted, ...adopted] });
  return {
    code: unclear.length + unplaced.length > 0 ? 2 : 0,
    lines: [
      ...edits.map((edit) => `${at(edit)}  ${edit.name}: ${edit.text} (${edit.code}; the default is ${literal(edit.now, "'")})`),
      ...lookYourself(unclear, unplaced),
      `${count(edits.length, 'option')} ${dryRun === true ? 'would be taken' : 'taken'} out of ${count(Object.keys(texts).length, 'file')}; levels ${Object.entries(moved).map(([name, level]) => `${name} ${level}`).join(', ')} in ${recordName}`,
    ],
    json: { levels: moved, adopted, edits, unclear, unplaced },
    ...(dryRun === true ? {} : { writes: { ...texts, [recordName]: record } }),
  };
}

function goes({ slot: { change }, value }: Said, adopted: readonly string[]): boolean {
  return isValue(value, change.now) || (adopted.includes(change.code) && isValue(value, change.old));
}

function known(code: string, project: Project, changes: readonly Change[]): string {
  const bare = code.replace(/^PASTINA_/, '');
  if (changes.some((change) => change.code === bare)) return bare;
  const declared = project.tables.flatMap(({ entries }) => Object.entries(entries)).find(([, entry]) => entry.code === bare);
  if (declared !== undefined) throw new CommandError('CODE', `adopt: ${bare} (${declared[0]}) has not changed since the recorded level, and no change is announced; nothing is to be adopted`);
  throw new CommandError('CODE', `adopt: there is no default ${bare} in the installed packages; pastina list names all`);
}

/** Whether an argument is a code rather than a file. */
export function isCode(argument: string): boolean {
  return codePattern.test(argument.replace(/^PASTINA_/, ''));
}
