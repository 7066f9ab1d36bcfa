import { describe, expect, test } from 'vitest';
import { changelogEntry, withEntry } from './changelog.ts';
import { apiChanges, behaviorChanges, bumpFor } from './changes.ts';
import { lacking, parseChangeset } from './changesets.ts';

const behavior = (rows: readonly string[], probes: Readonly<Record<string, string>> = {}): string => `# Behavior\n\n| code | default | value | announced |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n\n${Object.entries(probes).map(([name, text]) => `## ${name}\n\n    ${text}\n`).join('\n')}`;
const epsilon = '| D0001 | `f.epsilon` | 0 since 0.1.0 |  |';
const announced = '| D0001 | `f.epsilon` | 0 since 0.1.0 | 1e-7 in 1.0.0 |';
const flipped = '| D0001 | `f.epsilon` | 0 since 0.1.0, then 1e-7 since 1.0.0 |  |';
const told = (before: string, after: string): readonly string[] => behaviorChanges(before, after).map(({ section, code, text }) => `${section} ${code ?? '-'} ${text}`);

describe('behavior reports', () => {
  test('tell what was announced, flipped, added, removed', () => {
    expect(told(behavior([epsilon]), behavior([epsilon]))).toEqual([]);
    expect(told(behavior([epsilon]), behavior([announced]))).toEqual(['Announced D0001 f.epsilon: 0 → 1e-7 in 1.0.0']);
    expect(told(behavior([announced]), behavior([epsilon]))).toEqual(['Announced D0001 f.epsilon: no longer 1e-7 in 1.0.0']);
    expect(told(behavior([]), behavior([epsilon]))).toEqual(['Added D0001 f.epsilon: 0']);
    expect(told(behavior([epsilon]), behavior([]))).toEqual(['Removed D0001 f.epsilon']);
    expect(told(behavior([epsilon]), behavior([epsilon.replace('f.', 'g.')]))).toEqual(['Removed D0001 f.epsilon, whose code now belongs to g.epsilon']);
  });

  test('tell numbers that move with a default from numbers that move alone', () => {
    expect(told(behavior([announced], { f: '1 = 3f800000' }), behavior([flipped], { f: '2 = 40000000' }))).toEqual(['Defaults changed D0001 f.epsilon: 0 → 1e-7', 'Defaults changed - probe ‘f’']);
    expect(told(behavior([epsilon], { f: '1 = 3f800000', g: '1' }), behavior([epsilon], { f: '1 = 3f800001' }))).toEqual(['Numerics - probe ‘f’', 'Removed - probe ‘g’']);
    expect(told(behavior([epsilon], {}), behavior([epsilon], { f: '1' }))).toEqual([]);
  });
});

describe('API reports', () => {
  const api = (...declarations: readonly string[]): string => `\`\`\`ts\n${declarations.map((text) => `// @public\n${text}\n`).join('\n')}\`\`\``;
  const options = 'export interface Options {\n    readonly axis?: number;\n}';
  const sections = (before: string, after: string): readonly string[] => apiChanges(before, after).map(({ section, text }) => `${section} ${text}`);

  test('tell what was added from what may break a program', () => {
    expect(sections(api(options), api(options, 'export function f(): void;'))).toEqual(['Added f']);
    expect(sections(api(options, 'export function f(): void;'), api(options))).toEqual(['Removed f']);
    expect(sections(api(options), api(options.replace('}', '    readonly seed?: number;\n}')))).toEqual(['Added Options has another signature']);
    expect(sections(api(options), api(options.replace('}', '    readonly seed: number;\n}')))).toEqual(['Removed Options has another signature']);
    expect(sections(api(options), api(options.replace('number', 'number | string')))).toEqual(['Removed Options has another signature']);
    expect(sections(api(options), api(options.replace('axis', 'axes')))).toEqual(['Removed Options has another signature']);
  });

  test('leave defaults to the behavior report', () => {
    const defaulted = (value: string): string => api(`export interface Options {\n    readonly epsilon?: Defaulted<number | 'auto', ${value}>;\n}`, `export const defaults: {\n    readonly 'f.epsilon': ${value};\n};`);
    expect(sections(defaulted('0'), defaulted('1e-7'))).toEqual([]);
  });
});

describe('changesets', () => {
  const change = { section: 'Defaults changed', code: 'D0001', text: 'f.epsilon: 0 → 1e-7', rows: [] } as const;
  const written = (bump: string, text: string): readonly [ReturnType<typeof parseChangeset>] => [parseChangeset('a.md', `---\n"@pastina/objectives": ${bump}\n---\n\n${text}\n`)];

  test('cover a change by its bump, its section and its code', () => {
    expect(lacking('@pastina/objectives', '1.0.0', change, [])).toMatchInlineSnapshot(`"@pastina/objectives needs a changeset that bumps it by major or more. Defaults changed: f.epsilon: 0 → 1e-7 (D0001)"`);
    expect(lacking('@pastina/objectives', '1.0.0', change, written('patch', 'Defaults changed: D0001'))).toMatchInlineSnapshot(`"@pastina/objectives needs a changeset that bumps it by major or more. Defaults changed: f.epsilon: 0 → 1e-7 (D0001)"`);
    expect(lacking('@pastina/objectives', '1.0.0', change, written('major', 'Fixed: it'))).toMatchInlineSnapshot(`"@pastina/objectives needs a changeset with a paragraph that begins with 'Defaults changed:'. Defaults changed: f.epsilon: 0 → 1e-7 (D0001)"`);
    expect(lacking('@pastina/objectives', '1.0.0', change, written('major', 'Defaults changed: epsilon'))).toMatchInlineSnapshot(`"@pastina/objectives needs the code D0001 in the changeset's paragraph 'Defaults changed:'. Defaults changed: f.epsilon: 0 → 1e-7 (D0001)"`);
    expect(lacking('@pastina/objectives', '1.0.0', change, written('major', '**Defaults changed.** D0001'))).toBeUndefined();
    expect(lacking('@pastina/objectives', '0.3.0', change, written('minor', 'Defaults changed: D0001'))).toBeUndefined();
    expect(['Fixed', 'Added', 'Numerics'].map((section) => [bumpFor(section as 'Fixed', '0.1.0'), bumpFor(section as 'Fixed', '1.2.0')])).toEqual([['patch', 'patch'], ['minor', 'minor'], ['minor', 'major']]);
    expect(() => parseChangeset('b.md', 'Added: no head')).toThrow(/expected a head/);
  });

  test('become a changelog by sections, with what was and what is', () => {
    const entry = withEntry('# log\n\n## 1.0.0\n\n### Major Changes\n\n- abc: text\n- Updated dependencies\n  - @pastina/core@1.0.0\n\n## 0.9.0\n\nold\n', '1.0.0', (rest) => changelogEntry('@pastina/objectives', '1.0.0', written('major', 'Fixed: a crash.\n\nDefaults changed: D0001, as announced\nin 0.2.'), [change], rest));
    expect(entry).toMatchInlineSnapshot(`
      "# log

      ## 1.0.0

      ### Defaults changed

      D0001, as announced
      in 0.2.

      - \`D0001\` f.epsilon: 0 → 1e-7

      ### Fixed

      a crash.

      ### Dependencies

      - Updated dependencies
        - @pastina/core@1.0.0

      ## 0.9.0

      old
      "
    `);
  });
});
