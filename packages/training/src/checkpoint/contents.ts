import { InputError, type RandomState, type Tensor, version } from '@pastina/core';
import { describe } from '../describe.js';
import { parseStrictJson } from '../formats/json.js';

/** What the tensors of a checkpoint are. */
export interface Contents {
  readonly params: readonly string[];
  readonly state: readonly string[];
  readonly functions: ReadonlyMap<string, RandomState>;
}

/** Goes into the header of a file. */
export function contentsText({ params, state, functions }: { readonly params: readonly string[]; readonly state: readonly string[]; readonly functions: Readonly<Record<string, RandomState>> }): Readonly<Record<string, string>> {
  return { 'pastina.checkpoint': JSON.stringify({ format: 1, core: version.version, params, state, functions }) };
}

/** @throws InputError for a name that is taken */
export function ownMetadata(where: string, metadata: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  const taken = Object.keys(metadata ?? {}).find((name) => name.startsWith('pastina.'));
  if (taken !== undefined) throw new InputError('CHECKPOINT_METADATA', `${where}: metadata '${taken}'; names that begin with 'pastina.' are taken, choose another`, { name: taken });
  return metadata ?? {};
}

/** What the user wrote into a header. */
export function userMetadata(metadata: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries([...metadata].filter(([name]) => !name.startsWith('pastina.')));
}

/** What the tensors of a file are. */
export function contentsOf(where: string, text: string | undefined, tensors: ReadonlyMap<string, Tensor>): Contents {
  if (text === undefined) return { params: [...tensors.keys()], state: [], functions: new Map() };
  const corrupt = (what: string): InputError => new InputError('CHECKPOINT_CONTENTS', `${where}: 'pastina.checkpoint' in the header: ${what}. The file is corrupt, or of a later release`);
  let found: ReadonlyMap<string, unknown>;
  try {
    found = parseStrictJson(text) as unknown as ReadonlyMap<string, unknown>;
  } catch (error) {
    throw corrupt((error as Error).message);
  }
  if (!(found instanceof Map) || found.get('format') !== 1) throw corrupt('expected an object of format 1');
  const names = (field: string): readonly string[] => {
    const list: unknown = found.get(field);
    const odd = Array.isArray(list) ? (list as readonly unknown[]).find((name) => typeof name !== 'string' || !tensors.has(name)) : field;
    if (odd === undefined) return list as readonly string[];
    throw corrupt(`${field} names ${describe(odd)}, which is no tensor of the file`);
  };
  const functions = found.get('functions');
  if (!(functions instanceof Map)) throw corrupt('functions is no object');
  const states = [...functions].map(([name, state]: [string, unknown]) => {
    const [seed, call] = state instanceof Map ? [state.get('seed'), state.get('call')] : [];
    if (!isWord(seed, 4294967295) || !isWord(call, Number.MAX_SAFE_INTEGER)) throw corrupt(`function '${name}' has no random state`);
    return [name, { seed, call }] as const;
  });
  return { params: names('params'), state: names('state'), functions: new Map(states) };
}

function isWord(value: unknown, limit: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= limit;
}
