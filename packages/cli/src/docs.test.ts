import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { TestProject } from './testing.js';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
const page = read('../../../docs/command.md');
const several = `import { categoricalCrossentropy } from '@pastina/objectives';

const options = { epsilon: 0 };
export const losses = { main: categoricalCrossentropy };
export const other = (p: any, t: any) => categoricalCrossentropy(p, t, options);
`;

/** The consoles of a page: what was typed, and what came. */
function typed(text: string): readonly (readonly [string, string])[] {
  const consoles = [...text.matchAll(/^```console\n([^]*?)^```$/gm)].map((match) => match[1] ?? '');
  return consoles.flatMap((block) => block.split(/^\$ /m).slice(1).map((one) => [one.slice(0, one.indexOf('\n')), one.slice(one.indexOf('\n') + 1)] as const));
}

test.each([
  ['docs/command.md', page, 13],
  ['README.md', read('../README.md'), 2],
])('the samples of %s print what it says', async (_, text, least) => {
  const program = /^```ts no-run\n([^]*?)^```$/m.exec(page)?.[1] ?? '';
  let project = new TestProject(['core-0.1.0', 'objectives-0.2.0'], { 'package.json': '{ "dependencies": { "@pastina/core": "*", "@pastina/objectives": "*" } }', 'src/loss.ts': program });
  let code = 0;
  const answer = async (line: string): Promise<string> => {
    const [command, ...args] = line.split(' ');
    if (command === 'pastina') {
      const { exitCode, stdout, stderr } = await project.run(args);
      code = exitCode;
      return stdout + stderr;
    }
    if (line === 'echo $?') return `${code}\n`;
    if (command === 'cat') return project.read(args[0] ?? '');
    if (command === 'tail') return `${project.read(args[2] ?? '').trimEnd().split('\n').at(-1)}\n`;
    const [, name, version] = /^npm install @pastina\/(\w+)@(.*)$/.exec(line) ?? [];
    // A folder of its own: this process has the other version loaded.
    const before = project;
    project = new TestProject(['core-0.1.0', `${name}-${version}`], Object.fromEntries(before.files().map((path) => [path, before.read(path)])));
    before.remove();
    return '';
  };
  const lines = typed(text);
  expect(lines.length).toBeGreaterThanOrEqual(least);
  for (const [line, output] of lines) {
    // A step that the page leaves out: another file, and the record as it was before the change was adopted.
    if (line === 'cat src/several.ts') for (const [path, written] of [['src/several.ts', several], ['pastina.json', '{ "levels": { "objectives": "0.2" } }']] as const) project.write(path, written);
    expect(`$ ${line}\n${await answer(line)}`).toBe(`$ ${line}\n${output}`);
  }
  project.remove();
});
