import type { Source } from '../project/files.js';
import { changesOf, levelsOf, type AskedLevels } from '../project/levels.js';
import type { Project } from '../project/project.js';
import { recordName, recordText } from '../project/recorded.js';
import { insert, quoteOf } from '../source/insert.js';
import { placeOf } from '../source/parse.js';
import { edited, scan } from '../source/scan.js';
import { literal } from '../tables.js';
import { at, count, lookYourself, type Outcome } from './outcome.js';

/** Options of the sub-command. */
export interface PinOptions extends AskedLevels {
  readonly dryRun?: boolean | undefined;
}

/** Writes the old value of every default that has changed since a level, or will, into the calls that leave it out. */
export function pin(project: Project, sources: readonly Source[], options: PinOptions): Outcome {
  const levels = levelsOf(project, options);
  const { calls, unclear, unplaced } = scan(project, sources, changesOf(project.tables, levels, project.recorded));
  const edits = calls.flatMap(({ source, call, choices }) => choices.flatMap((choice) => (choice.kind === 'left out' ? [{
    file: source.path, ...placeOf(call.node), name: call.name, option: choice.slot.option, value: choice.slot.change.old,
    text: `${choice.slot.option}: ${literal(choice.slot.change.old, quoteOf(source.text))}`, package: choice.slot.change.package, code: choice.slot.change.code,
  }] : [])));
  const texts = edited(calls, (edit, { source, call, choices }) => {
    const leftOut = choices.filter((choice) => choice.kind === 'left out');
    if (leftOut.length > 0) insert(edit, source.text, call, leftOut);
  });
  const record = recordText({ levels: { ...project.recorded.levels, ...levels }, adopted: project.recorded.adopted });
  const [done, files] = [options.dryRun === true ? 'would be written' : 'written', count(Object.keys(texts).length, 'file')];
  return {
    code: unclear.length + unplaced.length > 0 ? 2 : 0,
    lines: [
      ...edits.map((edit) => `${at(edit)}  ${edit.name}: ${edit.text} (${edit.code})`),
      ...lookYourself(unclear, unplaced),
      `${count(edits.length, 'option')} ${done} in ${files}; levels ${Object.entries(levels).map(([name, level]) => `${name} ${level}`).join(', ')} in ${recordName}`,
    ],
    json: { levels, edits, unclear, unplaced },
    ...(options.dryRun === true ? {} : { writes: { ...texts, [recordName]: record } }),
  };
}
