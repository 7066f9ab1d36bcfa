import { resolve } from 'node:path';
import { readArguments, splitCommand, type Arguments } from './arguments.js';
import { adopt, isCode } from './commands/adopt.js';
import { audit } from './commands/audit.js';
import { auditRun } from './commands/auditRun.js';
import { between } from './commands/between.js';
import { doctor, type Machine } from './commands/doctor.js';
import { list } from './commands/list.js';
import type { Outcome } from './commands/outcome.js';
import { pin } from './commands/pin.js';
import { CommandError } from './errors.js';
import { commands, help, outer } from './help.js';
import { nearest } from './nearest.js';
import { sources } from './project/files.js';
import { readChangelog } from './project/packages.js';
import { readProject } from './project/project.js';
import { version } from './version.js';

/** What a call of the command comes to. Nothing is written yet: `writes` has the texts of files by their path. */
export interface RunResult {
  readonly exitCode: 0 | 1 | 2;
  readonly stdout: string;
  readonly stderr: string;
  /** The project's folder. */
  readonly cwd: string;
  readonly writes: Readonly<Record<string, string>>;
}

/** What the command knows of the machine that it runs on. */
export interface RunContext {
  readonly cwd: string;
  /** The version of Node. */
  readonly node: string;
  /** Whether WebAssembly has SIMD. */
  readonly simd: boolean;
}

/**
 * The `pastina` command as a function: reads the project, and says what is to be printed and written.
 *
 * @example
 * ```ts
 * import { run } from '@pastina/cli';
 * const { exitCode, stderr } = await run(['pim'], { cwd: '.', node: '24.0.0', simd: true });
 * console.log(exitCode); // 2
 * console.log(stderr.split('.')[0]); // pastina: there is no command 'pim'; did you mean 'pin'? Known: list, pin, adopt, audit, doctor
 * ```
 */
export async function run(args: readonly string[], context: RunContext): Promise<RunResult> {
  const json = args.includes('--json');
  const print = (exitCode: 0 | 1 | 2, stdout: string, stderr: string): RunResult => ({ exitCode, stdout, stderr, cwd: context.cwd, writes: {} });
  try {
    const { command, args: others } = splitCommand(args);
    if (command === undefined) {
      const { flags } = readArguments('pastina', outer, others);
      if (flags['version'] === true) return print(0, `${version.name} ${version.version} (${version.commit})\n`, '');
      return flags['help'] === true ? print(0, `${help()}\n`, '') : print(2, '', `${help()}\n`);
    }
    if (!isCommand(command)) {
      const meant = nearest(command, Object.keys(commands));
      throw new CommandError('COMMAND', `there is no command '${command}'${meant === undefined ? ';' : `; did you mean '${meant}'?`} Known: ${Object.keys(commands).join(', ')}. pastina --help says what they do`);
    }
    const parsed = readArguments(command, commands[command], others);
    if (parsed.flags['help'] === true) return print(0, `${help(command)}\n`, '');
    const cwd = resolve(context.cwd, (parsed.flags['cwd'] as string | undefined) ?? '');
    const { code, lines, json: data, writes } = await perform(command, parsed, cwd, context);
    return { exitCode: code, stdout: `${json ? JSON.stringify({ command, exitCode: code, ...(data as object) }, null, 2) : lines.join('\n')}\n`, stderr: '', cwd, writes: writes ?? {} };
  } catch (error) {
    // Anything else is a fault of our own, and keeps its stack.
    if (!(error instanceof CommandError)) throw error;
    return json ? print(2, `${JSON.stringify({ exitCode: 2, error: { code: error.code, message: error.message } }, null, 2)}\n`, '') : print(2, '', `pastina: ${error.message}\n`);
  }
}

async function perform(command: keyof typeof commands, { flags, rest }: Arguments, cwd: string, machine: Machine): Promise<Outcome> {
  const project = await readProject(cwd);
  if (command === 'doctor') return doctor(project, sources(cwd, []), machine);
  const [problem] = project.problems;
  if (problem !== undefined) throw problem;
  const dryRun = flags['dry-run'] === true;
  switch (command) {
    case 'list':
      if (rest.length > 2) throw new CommandError('ARGUMENT', `list takes two releases at most; got '${rest.join(' ')}'`);
      return rest[0] === undefined ? list(project) : between(project, rest[0], rest[1], readChangelog);
    case 'pin':
      return pin(project, sources(cwd, rest), { to: flags['to'] as string | undefined, packages: flags['package'] as readonly string[] | undefined, dryRun });
    case 'adopt': {
      const files = rest.filter((one) => !isCode(one));
      return adopt(project, sources(cwd, files), { codes: rest.filter(isCode), everywhere: files.length === 0, dryRun });
    }
    case 'audit': {
      const script = flags['run'] as string | undefined;
      const [from, to] = [flags['from'] as string | undefined, flags['to'] as string | undefined];
      if (script === undefined && (from ?? to) !== undefined) throw new CommandError('OPTION', 'audit: --from and --to go with --run script.mjs');
      if (script !== undefined && rest.length > 0) throw new CommandError('ARGUMENT', `audit: --run takes one program; got '${rest.join(' ')}' besides`);
      return script === undefined ? audit(project, sources(cwd, rest)) : auditRun(project, script, { from, to });
    }
  }
}

function isCommand(name: string): name is keyof typeof commands {
  return Object.hasOwn(commands, name);
}
