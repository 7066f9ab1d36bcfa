import MagicString from 'magic-string';
import { Slots } from '../declarations/slots.js';
import { isOurs } from '../project/packages.js';
import type { Source } from '../project/files.js';
import { resolveDeclaration, type Project } from '../project/project.js';
import type { Change } from '../tables.js';
import { choicesOf, type Choice } from './choices.js';
import { parseSource, placeOf, type Place } from './parse.js';
import { usesIn, type Call, type Known } from './uses.js';

/** A place at which it cannot be told whether a default counts. */
export interface Unclear extends Place {
  readonly file: string;
  readonly codes: readonly string[];
  readonly reason: string;
}

/** A call with what it says of each changed default. */
export interface Choosing {
  readonly source: Source;
  readonly call: Call;
  readonly choices: readonly Choice[];
}

/** What the sources of a project say of changed defaults. */
export interface Scan {
  readonly calls: readonly Choosing[];
  readonly unclear: readonly Unclear[];
  /** Changes for which there are no calls to look for. */
  readonly unplaced: readonly Change[];
}

export function scan(project: Project, sources: readonly Source[], changes: readonly Change[]): Scan {
  const calls: Choosing[] = [];
  const unclear: Unclear[] = [];
  const slots = new Slots(project.graph, project.surfaces, changes);
  const unplaced = slots.unplaced();
  for (const source of sources) {
    // Most files of most projects have nothing to do with us.
    if (changes.length === 0 || !source.text.includes('pastina')) continue;
    const ast = parseSource(source.path, source.text);
    if ('message' in ast) {
      unclear.push({ file: source.path, ...ast.place, codes: [], reason: `cannot be read: ${ast.message}` });
      continue;
    }
    for (const use of usesIn(ast, knownOf(project, slots, source))) {
      const place = { file: source.path, ...placeOf(use.node) };
      if (use.kind === 'riddle') {
        unclear.push({ ...place, codes: [...new Set(use.slots.map(({ change }) => change.code))].sort(), reason: use.reason });
        continue;
      }
      const choices = choicesOf(use);
      calls.push({ source, call: use, choices });
      for (const choice of choices) if (choice.kind === 'unclear') unclear.push({ ...place, codes: [choice.slot.change.code], reason: `${use.name}: ${choice.reason}` });
    }
  }
  const lines = new Map(sources.map(({ path, text }) => [path, text.split('\n')]));
  return { calls, unclear: unclear.filter(({ file, line, codes }) => !isSeen(lines.get(file) ?? [], line, codes)), unplaced };
}

/** `// pastina-seen D0001`, at the end of a line or alone above it: somebody has looked at it. */
function isSeen(lines: readonly string[], line: number, codes: readonly string[]): boolean {
  const above = lines[line - 2] ?? '';
  const seen = [lines[line - 1] ?? '', /^\s*\/\//.test(above) ? above : ''].flatMap((text) => /\/\/ pastina-seen((?: [A-Z]\d{4})+)/.exec(text)?.[1]?.trim().split(' ') ?? []);
  return codes.length > 0 && codes.every((code) => seen.includes(code));
}

function knownOf(project: Project, slots: Slots, source: Source): Known {
  const all = new Map<string, ReturnType<Known['all']>>();
  return {
    graph: project.graph,
    module: (specifier) => (isOurs(specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')) ? resolveDeclaration(specifier, `${project.cwd}/${source.path}`) : undefined),
    slots: (declaration) => slots.of(declaration),
    all: (path) => {
      const known = all.get(path) ?? everySlot(project, slots, path);
      all.set(path, known);
      return known;
    },
  };
}

function everySlot(project: Project, slots: Slots, path: string): ReturnType<Known['all']> {
  return project.graph.names(path).flatMap((name) => {
    const found = project.graph.exported(path, name);
    return found?.kind === 'declaration' ? slots.of(found) : found?.kind === 'namespace' ? everySlot(project, slots, found.path) : [];
  });
}

/** The texts of files after edits of their calls. */
export function edited(calls: readonly Choosing[], edit: (edits: MagicString, choosing: Choosing) => void): Readonly<Record<string, string>> {
  const files = new Map<string, MagicString>();
  // Inner calls first: where both end at one place, what is written behind the inner one stands first.
  for (const choosing of [...calls].reverse()) {
    const { path, text } = choosing.source;
    const edits = files.get(path) ?? new MagicString(text);
    files.set(path, edits);
    edit(edits, choosing);
  }
  return Object.fromEntries([...files].filter(([, edits]) => edits.hasChanged()).map(([path, edits]) => [path, edits.toString()]));
}
