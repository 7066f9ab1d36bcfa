import { declaredWith, leftOutArguments, mapped, renamedArguments } from './mapping.ts';

/** A line of names.txt. */
interface LasagneName {
  readonly name: string;
  readonly isClass: boolean;
  /** Keywords with their defaults as Python writes them; null where there is none. */
  readonly args: readonly (readonly [string, string | null])[];
}

/** What is compared: the names that pastina exports, by package entry, and its declared defaults. */
export interface Surface {
  readonly exports: Readonly<Record<string, ReadonlySet<string>>>;
  readonly defaults: Readonly<Record<string, unknown>>;
}

const camelCase = (name: string): string => name.replaceAll(/_([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function parseLine(line: string): LasagneName {
  const [, classWord, name = '', args] = /^(class )?(\w+)(?:\((.*)\))?/.exec(line) ?? [];
  // Commas inside brackets do not part arguments.
  const parts = (line.includes(' = ') ? '' : (args ?? '')).match(/(?:[^,([{]|\([^)]*\)|\[[^\]]*\]|\{[^}]*\})+/g) ?? [];
  return { name, isClass: classWord !== undefined, args: parts.map((part) => part.trim()).filter((part) => part !== '' && !part.startsWith('*')).map((part) => [part.split('=')[0] ?? '', part.includes('=') ? part.slice(part.indexOf('=') + 1) : null]) };
}

/** A default of Lasagne as pastina declares it; undefined where it has no such form ("none", an expression). */
export function declaredForm(python: string): string | number | boolean | undefined {
  if (python === 'True' || python === 'False') return python === 'True';
  if (/^-?[\d.]+(e-?\d+)?$/.test(python)) return Number(python);
  const constant = /^Constant\((.*)\)$/.exec(python)?.[1];
  if (constant !== undefined) return Number(constant);
  const tuple = /^\(([^()]*)\)$/.exec(python)?.[1]?.split(',').map((part) => part.trim());
  if (tuple !== undefined) return tuple.length > 1 && new Set(tuple).size === 1 ? Number(tuple[0]) : undefined;
  const list = /^\[(.*)\]$/.exec(python)?.[1];
  if (list !== undefined) return list.replaceAll(' ', '');
  if (/^(?:None|Gate\(.*|\{.*)$/.test(python)) return undefined;
  return python.replace(/\(\)$/, '').replaceAll("'", '').replace(/^T\./, '');
}

/** The declared default of an argument, its own or that of the classes it shares it with. */
function findDefault(defaults: Surface['defaults'], owner: string, option: string): { readonly key: string; readonly value: unknown } | undefined {
  for (let at: string | undefined = owner; at !== undefined; at = declaredWith[at]) {
    const entry = defaults[`${at}.${option}`] as { readonly since: Readonly<Record<string, unknown>> } | undefined;
    if (entry !== undefined) return { key: `${at}.${option}`, value: Object.values(entry.since).at(-1) };
  }
  return undefined;
}

/** The table of all names, and what is wrong: a name that pastina lacks, a default that differs. */
export function compare(list: string, { exports, defaults }: Surface): { readonly lines: readonly string[]; readonly problems: readonly string[]; readonly defaultsCompared: number } {
  const lines: string[] = [], problems: string[] = [];
  let defaultsCompared = 0;
  for (const line of list.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      lines.push('', `### ${line.slice(1, -1)}`, '', '| Lasagne | pastina | from | status |', '|---|---|---|---|');
      continue;
    }
    const { name, isClass, args } = parseLine(line);
    const known = mapped[name];
    const names = known?.names ?? [isClass ? name : camelCase(name)];
    const owner = isClass ? name : camelCase(name);
    const places = names.map((own) => Object.keys(exports).find((entry) => exports[entry]?.has(own) === true));
    names.forEach((own, i) => {
      if (places[i] === undefined) problems.push(`${name}: no package exports '${own}'`);
    });
    if (known === undefined || known.same === true) {
      for (const [argument, python] of args) {
        const left = leftOutArguments[`${name}.${argument}`] ?? leftOutArguments[`*.${argument}`];
        const expected = python === null || left !== undefined ? undefined : declaredForm(python);
        if (expected === undefined) continue;
        const found = findDefault(defaults, owner, renamedArguments[`${name}.${argument}`] ?? camelCase(argument));
        defaultsCompared += 1;
        if (found === undefined) problems.push(`${name}: no declared default for '${argument}', which is ${python} in Lasagne`);
        else if (found.value !== expected) problems.push(`${name}: ${found.key} is ${JSON.stringify(found.value)}, but ${python} in Lasagne`);
      }
    }
    const missing = args.map(([argument]) => [argument, leftOutArguments[`${name}.${argument}`] ?? leftOutArguments[`*.${argument}`]] as const).filter(([, reason]) => reason !== undefined).map(([argument, reason]) => `without \`${argument}\`: ${reason}`);
    const remark = [known?.remark, ...missing].filter((part) => part !== undefined).join('; ');
    const status = names.length === 0 ? 'left out' : known !== undefined && known.same !== true ? 'replaced' : 'there';
    lines.push(`| \`${name}\` | ${names.map((own) => `\`${own}\``).join(', ')} | ${places[0] === undefined ? '' : `\`${places[0]}\``} | ${status}${remark === '' ? '' : `: ${remark}`} |`);
  }
  return { lines, problems, defaultsCompared };
}
