/** A piece of code in a document. */
export interface Sample {
  /** `README.md:12`, or `packages/core/src/ops/softmax.ts:70`. */
  readonly place: string;
  readonly code: string;
  /** `no-run`: only type-checked, since it needs what a sample cannot have. */
  readonly run: boolean;
  /** What the ```text output block behind it says that it prints. */
  readonly output: string | undefined;
}

/** The ```ts blocks of a Markdown text. */
export function samplesInMarkdown(text: string, file: string): readonly Sample[] {
  const samples: Sample[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i += 1) {
    const open = /^```ts(?: (.*))?$/.exec(lines[i] ?? '');
    if (open === null) continue;
    const start = i + 1;
    for (i = start; i < lines.length && lines[i] !== '```'; i += 1);
    samples.push({ place: `${file}:${start}`, code: lines.slice(start, i).join('\n'), run: open[1] !== 'no-run', output: outputBehind(lines, i + 1) });
  }
  return samples;
}

/** The first block behind a line, if it is a ```text output block. */
function outputBehind(lines: readonly string[], from: number): string | undefined {
  const start = lines.findIndex((line, i) => i >= from && line.startsWith('```'));
  if (lines[start] !== '```text output') return undefined;
  return lines.slice(start + 1, lines.indexOf('```', start + 1)).join('\n');
}

/** The ```ts blocks in the docstrings of a source file. */
export function samplesInSource(text: string, file: string): readonly Sample[] {
  // A docstring's lines begin with ` * `; everything else becomes an empty line, so that numbers stay right.
  const markdown = text.split('\n').map((line) => /^\s*\* ?(.*)$/.exec(line)?.[1] ?? '').join('\n');
  return samplesInMarkdown(markdown, file);
}
