/** How many passed and failed. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** What of vitest's JSON report is used. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly { readonly name: string; readonly status: string; readonly message: string; readonly assertionResults: readonly Assertion[] }[];
}

interface Assertion {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages?: readonly string[] | undefined;
}

/** Tests of a vitest run; a file that could not even be loaded counts as one failure, and so does a skipped test. */
export function countVitest(report: VitestReport): Counts {
  const broken = report.testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + report.numPendingTests + broken };
}

/** A line for each test of a vitest run that has not passed: its file, its name, the first line of what was wrong. */
export function failuresOf({ testResults }: VitestReport, folder: string): readonly string[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = name.startsWith(folder) ? name.slice(folder.length) : name;
    if (status === 'failed' && assertionResults.length === 0) return [`${file}: ${firstLine(message)}`];
    return assertionResults.filter((test) => test.status !== 'passed').map((test) => `${file} > ${test.fullName}: ${firstLine(test.failureMessages?.[0] ?? test.status)}`);
  });
}

const firstLine = (text: string): string => text.split('\n', 1)[0] as string;

/** Tests of a `node --test` run, from its closing lines. */
export function countNodeTest(output: string): Counts {
  const read = (name: string): number => Number(new RegExp(`^[#ℹ] ${name} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  return { passed: read('pass'), failed: read('fail') + read('cancelled') + read('skipped') + read('todo') };
}

/** What a last line `N passed, N failed` says; nothing passed where there is none. */
export function countLast(output: string): Counts {
  const [, passed, failed] = /^(\d+) passed, (\d+) failed\s*$/m.exec(output.trimEnd().split('\n').pop() ?? '') ?? [];
  return { passed: Number(passed ?? 0), failed: Number(failed ?? 0) };
}
