import type { Command, Flag } from './arguments.js';

const common: Readonly<Record<string, Flag>> = {
  json: { type: 'boolean', text: 'print JSON, for programs' },
  cwd: { type: 'string', value: 'folder', text: "the project's folder; the current one, if it is left out" },
  help: { type: 'boolean', text: 'print this' },
};
const dryRun: Flag = { type: 'boolean', text: 'say what would be written, and write nothing' };
const files = 'Without files: all .js and .ts of the project, but for node_modules, dist, build, out, coverage and hidden folders.';

/** What the command knows when no sub-command is named. */
export const outer: Pick<Command, 'flags'> = { flags: { ...common, version: { type: 'boolean', text: 'print the version' } } };

/** The sub-commands. */
export const commands: Readonly<Record<'list' | 'pin' | 'adopt' | 'audit' | 'doctor', Command>> = {
  list: {
    summary: 'every default of the installed packages, and what is announced',
    text: 'Prints code, option, value and release of every default, from the tables that the installed packages carry.\nWith releases: what has changed from one to the other, or to the installed ones: defaults from the tables, numerics,\ndeprecations and removals from the changelogs.',
    rest: '[from [to]]',
    flags: common,
    examples: ['pastina list', 'pastina list --json', 'pastina list 0.2 1.0'],
  },
  pin: {
    summary: 'write old values into the calls that leave an option out, so that bits stay',
    text: `Where a call leaves out an option whose default has changed since the project's level, or is announced to change,\nwrites the value of that level into the call, and the levels into pastina.json. Nothing else of a file moves.\nA level is what pastina.json says, or else the installed release.\n${files}`,
    rest: '[files…]',
    flags: {
      to: { type: 'string', value: '0.2', text: 'the release whose defaults are meant, for all packages' },
      package: { type: 'string', multiple: true, value: 'objectives=0.2', text: 'the same for one package; may be repeated' },
      'dry-run': dryRun, ...common,
    },
    examples: ['pastina pin --dry-run', 'pastina pin --to 0.2', 'pastina pin --package objectives=0.2 src/train.ts'],
  },
  adopt: {
    summary: 'the reverse: take out options that say what is in force anyway, or adopt a change by its code',
    text: `Without codes: takes out the options that pin would write and that equal the default now in force. No bit moves; the\nlevels in pastina.json become those of the installed releases, unless files are named.\nWith codes: also those that hold the old value of these changes, and the codes are noted in pastina.json as adopted.\n${files}`,
    rest: '[codes…] [files…]',
    flags: { 'dry-run': dryRun, ...common },
    examples: ['pastina adopt --dry-run', 'pastina adopt D0001'],
  },
  audit: {
    summary: 'report the calls that rely on defaults which change, for CI',
    text: `Prints every call that leaves out an option whose default has changed since the level in pastina.json, or is announced\nto change.\n${files}\nWith --run: runs a program twice on the reference interpreter, with the defaults of two levels, and prints the first\nvalue whose bits differ, and the line that made it.`,
    rest: '[files…]',
    flags: {
      run: { type: 'string', value: 'script.mjs', text: 'the program to run' },
      from: { type: 'string', value: '0.2', text: 'with --run: the level of the first run; that of pastina.json, if it is left out' },
      to: { type: 'string', value: 'next', text: 'with --run: that of the second, or next; the installed releases, if it is left out' },
      ...common,
    },
    examples: ['pastina audit', 'pastina audit --json src', 'pastina audit --run train.mjs --to next'],
  },
  doctor: {
    summary: 'check the installation: copies, versions, levels, Node, WebAssembly',
    text: 'Checks that every package is there once, that ranges of peers are met, that levels in pastina.json and in calls of\nconfigure and withBehaviors are known, that Node is young enough, and that WebAssembly has SIMD. Each finding has a cure.',
    flags: common,
    examples: ['pastina doctor'],
  },
};

const exits = ['Exit codes: 0 fine; 1 findings; 2 something to look at yourself, or wrong use.'];

function options(flags: Readonly<Record<string, Flag>>): readonly string[] {
  const names = Object.entries(flags).map(([name, { value }]) => `--${name}${value === undefined ? '' : ` ${value}`}`);
  const width = Math.max(...names.map(({ length }) => length));
  return Object.values(flags).map(({ text }, i) => `  ${(names[i] ?? '').padEnd(width)}  ${text}`);
}

/** The help of the command, or of a sub-command. */
export function help(name?: keyof typeof commands): string {
  if (name === undefined) {
    const width = Math.max(...Object.keys(commands).map(({ length }) => length));
    return ['pastina <command> [options]', '', 'Lists, pins, adopts and checks the defaults that a project of pastina relies on.', '', ...Object.entries(commands).map(([one, { summary }]) => `  ${one.padEnd(width)}  ${summary}`), '', ...options(outer.flags), '', "'pastina <command> --help' says more.", ...exits].join('\n');
  }
  const { rest, text, flags, examples } = commands[name];
  return [`pastina ${name} [options]${rest === undefined ? '' : ` ${rest}`}`, '', text, '', ...options(flags), '', ...examples.map((one) => `  ${one}`), '', ...exits].join('\n');
}
