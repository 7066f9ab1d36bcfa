import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { driverEnvironment } from '../webgpu/driver.ts';
import { entriesOf, packages, root } from '../workspace.ts';
import { environment, outerNode, run, type Outcome } from './command.ts';
import { countLast, countNodeTest, countVitest, failuresOf, type Counts } from './counts.ts';

/** One part of `npm test`. */
export interface Check {
  readonly name: string;
  /** The line that runs it alone. */
  readonly alone: string;
  readonly run: () => Promise<Result>;
}

interface Result extends Outcome {
  readonly counts: Counts;
  /** What has failed, a line each, where that is known. */
  readonly failures?: readonly string[];
}

/** A command that passes or fails as a whole. */
function simple(name: string, alone: string, command: string, args: readonly string[]): Check {
  return {
    name,
    alone,
    run: async () => {
      const outcome = await run(command, args);
      return { ...outcome, counts: { passed: outcome.ok ? 1 : 0, failed: outcome.ok ? 0 : 1 } };
    },
  };
}

/** A command whose last line is `N passed, N failed`. */
function counted(name: string, alone: string, command: string, args: readonly string[]): Check {
  return {
    name,
    alone,
    run: async () => {
      const outcome = await run(command, args);
      const counts = countLast(outcome.output);
      return { ...outcome, counts: outcome.ok || counts.failed > 0 ? counts : { ...counts, failed: 1 } };
    },
  };
}

function vitestIn(name: string, alone: string, env: () => NodeJS.ProcessEnv, options: readonly string[]): Check {
  return {
    name,
    alone,
    run: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'pastina-vitest-')), file = join(folder, 'report.json');
      let prepared: NodeJS.ProcessEnv;
      try {
        prepared = env();
      } catch (error) {
        return { ok: false, output: String(error), seconds: 0, counts: { passed: 0, failed: 1 } };
      }
      const outcome = await run('vitest', ['run', ...options, '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`], { env: prepared });
      const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof countVitest>[0]) : undefined;
      const counts = report === undefined ? { passed: 0, failed: 1 } : countVitest(report);
      rmSync(folder, { recursive: true });
      return { ...outcome, output: outcome.output.replaceAll(driverNoise, ''), counts: outcome.ok || counts.failed > 0 ? counts : { ...counts, failed: 1 }, failures: report === undefined ? [] : failuresOf(report, root) };
    },
  };
}

/** What WebGPU's implementation in Node says of every device, with the dots before it. */
const driverNoise = /^·*Warning: maxDynamic.*\n/gm;

const vitest = (name: string, ...options: readonly string[]): Check => vitestIn(name, ['npx vitest run', ...options].join(' '), () => environment, options);

/** The built packages, run by plain `node --test`: no bundler, no TypeScript between them and the engine. */
function smoke(name: string, node: string | undefined): Check {
  return {
    name,
    alone: `${node ?? 'node'} --test tools/smoke/dist.test.mjs`,
    run: async () => {
      if (node === undefined) return { ok: false, output: 'no Node was found on PATH outside of node_modules', seconds: 0, counts: { passed: 0, failed: 1 } };
      const outcome = await run(node, ['--test', '--test-reporter=tap', 'tools/smoke/dist.test.mjs'], { env: { ...environment, PASTINA_ENTRIES: JSON.stringify(packages.flatMap((folder) => entriesOf(folder).map((entry) => [folder, entry]))) } });
      const counts = countNodeTest(outcome.output);
      return { ...outcome, counts: outcome.ok || counts.failed > 0 ? counts : { ...counts, failed: 1 } };
    },
  };
}

/** In stages: all checks of a stage run beside each other. The first three are those of `npm run quick`. */
export const stages: readonly (readonly Check[])[] = [
  [simple('build', 'npx turbo run build', 'turbo', ['run', 'build', '--output-logs=errors-only'])],
  [
    // For the tests in the browser, while there is little to do.
    simple('Chromium, installed where it is missing', 'node tools/browser/install.ts', 'node', ['tools/browser/install.ts']),
    simple('types of tests, tools and examples', 'npm run types', 'tsc', ['-p', 'tsconfig.checks.json']),
    simple('lint', 'npm run lint', 'oxlint', ['--deny-warnings']),
  ],
  [vitest('unit tests')],
  [vitest('the same on WebAssembly', '--config', 'vitest.wasm.config.ts')],
  [
    ...packages.map((folder) => simple(`API report of ${folder}`, `node tools/api/run.ts ${folder}`, 'node', ['tools/api/run.ts', folder])),
    ...packages.map((folder) => simple(`behavior report of ${folder}`, `node tools/behavior/run.ts ${folder}`, 'node', ['tools/behavior/run.ts', folder])),
  ],
  // Executed by a driver in software, which is unpacked first where it is missing.
  [vitestIn('the same on WebGPU', 'npm run webgpu', () => ({ ...environment, ...driverEnvironment() }), ['--config', 'vitest.webgpu.config.ts'])],
  [
    counted('built packages and tests in Chromium', 'npm run browser', 'node', ['tools/browser/run.ts']),
    counted('the same on WebGPU in Chromium', 'npm run browser:webgpu', 'node', ['--disable-warning=ExperimentalWarning', 'tools/browser/webgpu.ts']),
    counted("tests on the machine's Node", 'npm run outer', 'node', ['--disable-warning=ExperimentalWarning', 'tools/outer/run.ts']),
  ],
  [
    smoke("built packages on the machine's Node", outerNode()),
    smoke('built packages on the pinned Node', process.execPath),
    simple('the digits on WebGPU', 'npm run examples -- --backend software digits', 'node', ['examples/run.ts', '--backend', 'software', 'digits']),
    simple('page of defaults', 'node tools/docs/defaultsPage.ts --write', 'node', ['tools/docs/defaultsPage.ts']),
    simple("Lasagne's names", 'node tools/docs/lasagne/page.ts --write', 'node', ['tools/docs/lasagne/page.ts']),
    simple('changesets cover what has changed', 'npm run release:check', 'node', ['tools/release/check.ts', '--quiet']),
    simple('size of what users ship', 'npm run size', 'size-limit', []),
    simple('samples in the docs', 'node tools/docs/run.ts', 'node', ['tools/docs/run.ts']),
  ],
];
