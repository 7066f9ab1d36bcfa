// `npm run release:check`: compares the reports of all packages with those recorded at the last release, says what has
// changed, and fails where no changeset asks for the bump, or tells of it in the section, that the change demands.
// `--record` records the reports as those of a release; `--root folder` looks at another tree.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { manifestOf, packages, root } from '../workspace.ts';
import { apiChanges, behaviorChanges } from './changes.ts';
import { lacking, readChangesets } from './changesets.ts';

const { values: flags } = parseArgs({ options: { record: { type: 'boolean' }, root: { type: 'string' }, quiet: { type: 'boolean' } } });
const base = flags.root === undefined ? root : `${flags.root}/`;
const recorded = `${base}compat/released`;
const present = packages.filter((folder) => existsSync(`${base}packages/${folder}`));

function reports(folder: string): ReadonlyMap<string, string> {
  return new Map(!existsSync(folder) ? [] : readdirSync(folder).filter((file) => file.endsWith('.md')).map((file) => [file, readFileSync(`${folder}/${file}`, 'utf8')]));
}

if (flags.record === true) {
  rmSync(recorded, { recursive: true, force: true });
  for (const folder of present) {
    mkdirSync(`${recorded}/${folder}`, { recursive: true });
    for (const [file, text] of reports(`${base}packages/${folder}/etc`)) writeFileSync(`${recorded}/${folder}/${file}`, text);
    writeFileSync(`${recorded}/${folder}/version`, `${manifestOf(folder, base).version}\n`);
  }
  console.log(`recorded the reports of ${present.length} packages in compat/released`);
} else {
  const changesets = readChangesets(base);
  const problems: string[] = [];
  let count = 0;
  for (const folder of present) {
    const { name } = manifestOf(folder, base);
    const [before, after] = [reports(`${recorded}/${folder}`), reports(`${base}packages/${folder}/etc`)];
    // A package that was never released has everything to add.
    const version = existsSync(`${recorded}/${folder}/version`) ? readFileSync(`${recorded}/${folder}/version`, 'utf8').trim() : '0.0.0';
    for (const file of new Set([...before.keys(), ...after.keys()])) {
      const [old, young] = [before.get(file) ?? '', after.get(file) ?? ''];
      for (const change of file.endsWith('.behavior.md') ? behaviorChanges(old, young) : apiChanges(old, young)) {
        count += 1;
        const problem = lacking(name, version, change, changesets);
        if (flags.quiet !== true && before.size > 0) console.log(`${name}: ${change.section}: ${change.text}\n${change.rows.map((row) => `    ${row}`).join('\n')}`);
        if (problem !== undefined) problems.push(problem);
      }
    }
  }
  for (const problem of new Set(problems)) console.error(problem);
  console.log(`${count} changes since the last release, ${new Set(problems).size} without the changeset that they need`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
