import { parseArgs } from 'node:util';
import { CommandError } from './errors.js';
import { nearest } from './nearest.js';

/** An option of the command line. */
export interface Flag {
  readonly type: 'boolean' | 'string';
  readonly multiple?: boolean;
  /** What stands for its value in the help. */
  readonly value?: string;
  readonly text: string;
}

/** A sub-command: what it takes, and what it says of itself. */
export interface Command {
  readonly summary: string;
  readonly text: string;
  /** What stands for its further arguments in the help; undefined, if it takes none. */
  readonly rest?: string;
  readonly flags: Readonly<Record<string, Flag>>;
  readonly examples: readonly string[];
}

/** The arguments of one call. */
export interface Arguments {
  readonly flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly rest: readonly string[];
}

/** Reads the arguments of a sub-command; what it does not know is refused by name. */
export function readArguments(name: string, command: Pick<Command, 'flags' | 'rest'>, args: readonly string[]): Arguments {
  const known = Object.keys(command.flags);
  const options = Object.fromEntries(Object.entries(command.flags).map(([key, { type }]) => [key, { type }]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const flags: Record<string, string | boolean | readonly string[]> = {};
  const rest: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') rest.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = Object.hasOwn(command.flags, token.name) ? command.flags[token.name] : undefined;
    if (flag === undefined || !token.rawName.startsWith('--')) {
      const meant = nearest(token.name, known);
      throw new CommandError('OPTION', `${name}: there is no option ${token.rawName}${meant === undefined ? ';' : `; did you mean --${meant}?`} Known: ${known.map((one) => `--${one}`).join(', ')}`);
    }
    if (flag.type === 'boolean' && token.value !== undefined) throw new CommandError('OPTION', `${name}: ${token.rawName} takes no value; got '${token.value}'`);
    if (flag.type === 'string' && (token.value === undefined || token.value === '')) throw new CommandError('OPTION', `${name}: ${token.rawName} needs a value, such as ${token.rawName} ${flag.value ?? ''}`);
    if (flag.multiple === true) flags[token.name] = [...((flags[token.name] as readonly string[] | undefined) ?? []), token.value ?? ''];
    else flags[token.name] = token.value ?? true;
  }
  if (command.rest === undefined && rest.length > 0) throw new CommandError('ARGUMENT', `${name} takes no further arguments; got '${rest.join(' ')}'`);
  return { flags, rest };
}

/** The arguments before and behind the sub-command's name; of the options before it `--cwd` alone has a value. */
export function splitCommand(args: readonly string[]): { readonly command: string | undefined; readonly args: readonly string[] } {
  for (let i = 0; i < args.length; i += 1) {
    const one = args[i] ?? '';
    if (one === '--cwd') i += 1;
    else if (!one.startsWith('-')) return { command: one, args: [...args.slice(0, i), ...args.slice(i + 1)] };
  }
  return { command: undefined, args };
}
