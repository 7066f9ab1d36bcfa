import { type Expression, InputError, isParameter, type Parameter } from '@pastina/core';
import { getAllParams, type Layers } from '@pastina/layers';
import { describe } from '../describe.js';

/** Which parameters: those of layers, a list, or an object or map with names of your choice. */
export interface ParamSelection {
  readonly layers?: Layers;
  readonly params?: Iterable<Parameter> | ReadonlyMap<string, Parameter> | Readonly<Record<string, Parameter>>;
}

/**
 * Parameters by the names that checkpoints know them by: their own, and 'W#1', 'W#2', … where an earlier one has it
 * already. The layers' come first, then `params`; each counts once.
 *
 * @throws InputError for what is no parameter
 */
export function namedParams(where: string, { layers, params }: ParamSelection): Map<string, Parameter> {
  const found = new Map<string, Parameter>();
  if (layers !== undefined) addAll(where, found, getAllParams(layers));
  if (params === undefined) return found;
  if (typeof params !== 'object' || params === null) throw notParams(where, params);
  if (Symbol.iterator in params && !(params instanceof Map)) addAll(where, found, params as Iterable<Parameter>);
  else {
    const own = params instanceof Map ? [...(params as ReadonlyMap<string, Parameter>)] : Object.entries(params as Readonly<Record<string, Parameter>>);
    for (const [name, param] of own) {
      check(where, name, param);
      if (found.has(name)) throw new InputError('PARAM_NAME', `${where}: two parameters are called '${name}'; give one of them another name in params`, { parameter: name });
      found.set(name, param);
    }
  }
  return found;
}

/** What update rules keep: the keys of the updates that are none of `params`. */
export function namedState(where: string, updates: ReadonlyMap<Parameter, Expression> | undefined, params: ReadonlyMap<string, Parameter>): Map<string, Parameter> {
  if (updates === undefined) return new Map();
  if (!(updates instanceof Map)) throw new InputError('UPDATES', `${where}: updates is ${describe(updates)}; expected the map that goes to compile, such as adam(loss, params) gives`);
  const all = new Map(params);
  addAll(where, all, (updates as ReadonlyMap<Parameter, Expression>).keys());
  return new Map([...all].filter(([name]) => !params.has(name)));
}

function addAll(where: string, named: Map<string, Parameter>, params: Iterable<Parameter>): void {
  const known = new Set(named.values());
  for (const param of params) {
    if (known.has(param)) continue;
    check(where, undefined, param);
    known.add(param);
    named.set(free(param.name ?? 'unnamed', named), param);
  }
}

function free(name: string, named: ReadonlyMap<string, unknown>): string {
  if (!named.has(name)) return name;
  let i = 1;
  while (named.has(`${name}#${i}`)) i += 1;
  return `${name}#${i}`;
}

function check(where: string, name: string | undefined, param: unknown): void {
  if (!isParameter(param)) throw new InputError('NOT_A_PARAMETER', `${where}: ${name === undefined ? 'params' : `params.${name}`} holds ${describe(param)}; expected parameters, such as getAllParams(net) gives`, { name });
}

function notParams(where: string, params: unknown): InputError {
  return new InputError('NOT_A_PARAMETER', `${where}: params is ${describe(params)}; expected a list of parameters, or an object from names to parameters`);
}
