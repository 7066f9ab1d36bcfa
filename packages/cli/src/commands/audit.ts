import type { Source } from '../project/files.js';
import { changesOf, levelsOf } from '../project/levels.js';
import type { Project } from '../project/project.js';
import { placeOf } from '../source/parse.js';
import { scan } from '../source/scan.js';
import { changeText } from '../tables.js';
import { at, count, lookYourself, pageOf, type Outcome } from './outcome.js';

/** Reports the calls that rely on defaults which have changed since the recorded level, or will change. */
export function audit(project: Project, sources: readonly Source[]): Outcome {
  const levels = levelsOf(project, {});
  const { calls, unclear, unplaced } = scan(project, sources, changesOf(project.tables, levels, project.recorded));
  const findings = calls.flatMap(({ source, call, choices }) => choices.flatMap((choice) => {
    if (choice.kind !== 'left out') return [];
    const { change } = choice.slot;
    return [{ file: source.path, ...placeOf(call.node), name: call.name, option: choice.slot.option, change, page: pageOf(change.code) }];
  }));
  return {
    code: findings.length > 0 ? 1 : unclear.length + unplaced.length > 0 ? 2 : 0,
    lines: [
      ...findings.map((one) => `${at(one)}  ${one.name} relies on the default of '${one.option}': ${changeText(one.change)} (${one.change.code}, ${one.page})`),
      ...lookYourself(unclear, unplaced),
      ...(findings.length > 0 ? ["'pastina pin' writes the old values down; 'pastina adopt CODE' takes the new ones"] : []),
      `${count(findings.length, 'call')} rely on defaults that change`.replace('1 call rely', '1 call relies'),
    ],
    json: { levels, findings, unclear, unplaced },
  };
}
