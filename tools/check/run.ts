// `npm test`: everything that must hold, with one last line `N passed, N failed`. `npm run quick` (`--quick`): build, types,
// lint and unit tests alone.
import { stages, type Check } from './checks.ts';

/** How many checks run at once; more would only wait for each other. */
const lanes = 2;
let passed = 0;
let failed = 0;
const failures: string[] = [];

async function runCheck({ name, alone, run }: Check): Promise<void> {
  const { output, counts, seconds, failures: lines = [] } = await run();
  passed += counts.passed;
  failed += counts.failed;
  const ok = counts.failed === 0 && counts.passed > 0;
  if (counts.failed + counts.passed === 0) failed += 1;
  if (!ok) failures.push(...(lines.length > 0 ? lines : [name]).map((line) => `FAILED ${line}`));
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}: ${counts.passed} passed${counts.failed > 0 ? `, ${counts.failed} failed` : ''} (${seconds.toFixed(1)} s)`);
  if (!ok) console.log(`${output.trimEnd()}\n       alone: ${alone}`);
}

for (const stage of process.argv.includes('--quick') ? stages.slice(0, 3) : stages) {
  const waiting = [...stage];
  const lane = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) await runCheck(check);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  // Without a build nothing after it means anything.
  if (stage === stages[0] && failed > 0) break;
}
// Once more where a log that is cut short still shows it.
failures.forEach((line) => console.log(line));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
