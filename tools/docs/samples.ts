/** A piece of code in a document. */
export interface Sample {
  /** `README.md:12`, or `packages/core/src/ops/softmax.ts:70`. */
  readonly place: string;
  readonly code: string;
  /** `no-run`: only type-checked, since it needs what a sample cannot have. */
  readonly run: boolean;
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
    samples.push({ place: `${file}:${start}`, code: lines.slice(start, i).join('\n'), run: open[1] !== 'no-run' });
  }
  return samples;
}

/** The ```ts blocks in the docstrings of a source file. */
export function samplesInSource(text: string, file: string): readonly Sample[] {
  // A docstring's lines begin with ` * `; everything else becomes an empty line, so that numbers stay right.
  const markdown = text.split('\n').map((line) => /^\s*\* ?(.*)$/.exec(line)?.[1] ?? '').join('\n');
  return samplesInMarkdown(markdown, file);
}
