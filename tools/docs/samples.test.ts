import { expect, test } from 'vitest';
import { samplesInMarkdown, samplesInSource } from './samples.ts';

test('blocks of Markdown, with their lines', () => {
  const text = '# A\n\n```ts\nconst a = 1;\nconst b = 2;\n```\n\n```ts no-run\nawait fetch("x");\n```\n\n```js\nx\n```\n';
  expect(samplesInMarkdown(text, 'A.md')).toEqual([
    { place: 'A.md:3', code: 'const a = 1;\nconst b = 2;', run: true, output: undefined },
    { place: 'A.md:8', code: 'await fetch("x");', run: false, output: undefined },
  ]);
});

test('blocks of docstrings', () => {
  const text = '/**\n * Adds.\n *\n * @example\n * ```ts\n * const a = 1;\n * ```\n */\nexport const x = 1;\n';
  expect(samplesInSource(text, 'a.ts')).toEqual([{ place: 'a.ts:5', code: 'const a = 1;', run: true, output: undefined }]);
});

test('what a sample prints may stand behind it', () => {
  const [first, second] = samplesInMarkdown('```ts\na\n```\nprints\n```text output\n1\n2\n```\n```ts\nb\n```\n```text\nno\n```\n', 'A.md');
  expect([first?.output, second?.output]).toEqual(['1\n2', undefined]);
});
