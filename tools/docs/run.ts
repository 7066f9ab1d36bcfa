// `node tools/docs/run.ts`: type-checks and runs the code samples of the docs and docstrings against the
// built packages. A line that ends in `// value` behind console.log must print that value, and a block
// ```text output behind a sample must be what it prints (the sample's own lines are cited as model.ts).
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { run } from '../check/command.ts';
import { root } from '../workspace.ts';
import { samplesInMarkdown, samplesInSource, type Sample } from './samples.ts';

const markdown = ['README.md', 'docs/**/*.md', 'packages/*/README.md', 'site/content/*.md'].flatMap((pattern) => globSync(pattern, { cwd: root }));
const sources = globSync('packages/*/src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'));
const samples: readonly Sample[] = [
  ...markdown.flatMap((file) => samplesInMarkdown(readFileSync(root + file, 'utf8'), file)),
  ...sources.flatMap((file) => samplesInSource(readFileSync(root + file, 'utf8'), file)),
];

const folder = `${root}temp/samples`;
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ extends: '../../tsconfig.checks.json', compilerOptions: { noUnusedLocals: false, noUnusedParameters: false }, include: ['*.ts'] }));
samples.forEach(({ code }, i) => writeFileSync(`${folder}/${i}.ts`, `${code}\nexport {};\n`));

const problems: string[] = [];
const place = (text: string): string => text.replace(/(?:temp\/samples\/)?\b(\d+)\.ts\((\d+),/g, (_, i: string, line: string) => `${samples[Number(i)]?.place} line ${line} (`);
const types = await run('tsc', ['-p', `${folder}/tsconfig.json`]);
if (!types.ok) problems.push(place(types.output));

await Promise.all([0, 1].map(async (lane) => {
  for (const [i, sample] of samples.entries()) {
    if (i % 2 !== lane || !sample.run) continue;
    const { ok, output } = await run('node', [`${folder}/${i}.ts`]);
    if (!ok) problems.push(`${sample.place} fails:\n${output}`);
    const promised = [...sample.code.matchAll(/^\s*console\.log\(.*\);\s*\/\/ (.+)$/gm)].map((match) => match[1] as string);
    const printed = output.replaceAll(`temp/samples/${i}.ts`, 'model.ts');
    if (ok && sample.output !== undefined && printed.trimEnd() !== sample.output) problems.push(`${sample.place} prints\n${printed}`);
    if (ok && promised.length > 0 && squeeze(output) !== squeeze(promised.join('\n'))) problems.push(`${sample.place} prints\n${output}but promises\n${promised.join('\n')}`);
  }
}));

/** Without the white space that console.log chooses by width. */
function squeeze(text: string): string {
  return text.replace(/\s+/g, '');
}

console.log(`${samples.length} samples in ${markdown.length} documents and ${sources.length} sources, ${problems.length} problems`);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 && samples.length > 0 ? 0 : 1;
