import type * as t from '@babel/types';
import type { Declaration, DeclarationGraph } from './graph.js';
import { membersOf, type Member } from './members.js';
import { overloadsOf, type DeclarationFile } from './syntax.js';

/** A parameter of a function or constructor: its options, if it is a bag of them. */
export interface Parameter {
  readonly at: number;
  readonly name: string;
  readonly optional: boolean;
  readonly members: ReadonlyMap<string, Member>;
  readonly file: DeclarationFile;
  readonly type: t.Node | undefined;
}

/** A function or class: its name, those of the classes it extends, and its parameters in all overloads. */
export interface Callable {
  readonly place: string;
  readonly names: readonly string[];
  readonly parameters: readonly Parameter[];
}

/** A declaration as something to be called; undefined, if it is none. */
export function callableOf(graph: DeclarationGraph, declaration: Declaration): Callable | undefined {
  const { file, name, node } = declaration;
  if (node.type === 'ClassDeclaration') return classOf(graph, declaration);
  const place = `${file.path}#${name}`;
  const make = (signatures: readonly Signature[]): Callable => ({ place, names: [name], parameters: signatures.flatMap((one) => parametersOf(graph, file, one, place)) });
  const functions = overloadsOf(node);
  if (functions.length > 0) return make(functions.map(({ params }) => params));
  const type = node.type === 'Identifier' ? unwrapped(node.typeAnnotation) : undefined;
  if (type?.type === 'TSFunctionType') return make([type.parameters]);
  if (type?.type === 'TSTypeQuery' && type.exprName.type === 'Identifier') {
    const same = graph.local(file, type.exprName.name);
    return same?.kind === 'declaration' ? callableOf(graph, same) : undefined;
  }
  return undefined;
}

type Signature = readonly t.Node[];

function classOf(graph: DeclarationGraph, { file, name, node }: Declaration): Callable | undefined {
  if (node.type !== 'ClassDeclaration') return undefined;
  const place = `${file.path}#${name}`;
  const above = node.superClass?.type === 'Identifier' ? graph.local(file, node.superClass.name) : undefined;
  const base = above?.kind === 'declaration' ? classOf(graph, above) : undefined;
  const own = node.body.body.flatMap((member) => (member.type === 'TSDeclareMethod' && member.kind === 'constructor' ? [member.params] : []));
  const parameters = own.length > 0 ? own.flatMap((params) => parametersOf(graph, file, params, place)) : (base?.parameters ?? []);
  return { place, names: [name, ...(base?.names ?? [])], parameters };
}

function parametersOf(graph: DeclarationGraph, file: DeclarationFile, params: Signature, place: string): readonly Parameter[] {
  return params.flatMap((param, at): readonly Parameter[] => {
    // A bag may be taken apart in the signature itself.
    if (param.type !== 'Identifier' && param.type !== 'ObjectPattern') return [];
    const [name, type] = [param.type === 'Identifier' ? param.name : '', param.typeAnnotation ?? undefined];
    return [{ at, name, optional: 'optional' in param && param.optional === true, members: membersOf(graph, file, type, `${place}(${at})`), file, type }];
  });
}

function unwrapped(type: t.Node | null | undefined): t.Node | undefined {
  if (type?.type === 'TSTypeAnnotation' || type?.type === 'TSParenthesizedType') return unwrapped(type.typeAnnotation);
  return type ?? undefined;
}
