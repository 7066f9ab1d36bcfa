import type * as t from '@babel/types';
import type { Value } from '../tables.js';
import type { Declaration, DeclarationGraph } from './graph.js';
import { nameOf, type DeclarationFile } from './syntax.js';

/** An option as a type declares it. */
export interface Member {
  /** The interface or function whose declaration has it: who shares this shares the option. */
  readonly owner: string;
  readonly file: DeclarationFile;
  readonly type: t.Node | undefined;
}

/** Types whose first argument has the members. */
const transparent = ['Readonly', 'Partial', 'Required', 'Omit', 'Pick', 'NoInfer'];

/** All options of a type, inherited ones too; by name. */
export function membersOf(graph: DeclarationGraph, file: DeclarationFile, type: t.Node | null | undefined, place: string, depth: number = limit): ReadonlyMap<string, Member> {
  if (type == null || depth === 0) return new Map();
  const inner = (node: t.Node | null | undefined): ReadonlyMap<string, Member> => membersOf(graph, file, node, place, depth - 1);
  switch (type.type) {
    case 'TSTypeAnnotation':
    case 'TSParenthesizedType':
      return inner(type.typeAnnotation);
    case 'TSTypeLiteral':
      return ownMembers(type.members, place, file);
    case 'TSIntersectionType':
    case 'TSUnionType':
      return merged(type.types.map(inner));
    case 'TSTypeReference':
      return reference(graph, file, type, place, depth);
    default:
      return new Map();
  }
}

/** No types nest as deep as this: it ends what refers to itself. */
const limit = 12;

function reference(graph: DeclarationGraph, file: DeclarationFile, type: t.TSTypeReference, place: string, depth: number): ReadonlyMap<string, Member> {
  const name = type.typeName.type === 'Identifier' ? type.typeName.name : '';
  const [first, second] = type.typeParameters?.params ?? [];
  if (transparent.includes(name) && first !== undefined) {
    const all = membersOf(graph, file, first, place, depth - 1);
    const named = second === undefined ? [] : literalNames(second);
    return new Map([...all].filter(([key]) => (name === 'Omit' ? !named.includes(key) : name === 'Pick' ? named.includes(key) : true)));
  }
  const found = graph.local(file, name);
  return found?.kind === 'declaration' ? declaredMembers(graph, found, depth - 1) : new Map();
}

/** The options that a named type declares or inherits. */
export function declaredMembers(graph: DeclarationGraph, { file, name, node }: Declaration, depth: number = limit): ReadonlyMap<string, Member> {
  const place = `${file.path}#${name}`;
  if (node.type === 'TSTypeAliasDeclaration') return membersOf(graph, file, node.typeAnnotation, place, depth);
  if (node.type !== 'TSInterfaceDeclaration' || depth === 0) return new Map();
  const inherited = (node.extends ?? []).map((one) => {
    // As a type reference it says the same.
    const type = { ...one, type: 'TSTypeReference', typeName: one.expression } as unknown as t.TSTypeReference;
    return membersOf(graph, file, type, place, depth - 1);
  });
  return merged([...inherited, ownMembers(node.body.body, place, file)]);
}

function ownMembers(members: readonly t.Node[], place: string, file: DeclarationFile): ReadonlyMap<string, Member> {
  // What has a default may be left out; other members are no options.
  return new Map(members.flatMap((member) => (member.type === 'TSPropertySignature' && !member.computed && member.optional === true ? [[nameOf(member.key), { owner: place, file, type: member.typeAnnotation ?? undefined }] as const] : [])));
}

function merged(maps: readonly ReadonlyMap<string, Member>[]): ReadonlyMap<string, Member> {
  return new Map(maps.flatMap((map) => [...map]));
}

function literalNames(type: t.Node): readonly string[] {
  if (type.type === 'TSUnionType') return type.types.flatMap(literalNames);
  return type.type === 'TSLiteralType' && type.literal.type === 'StringLiteral' ? [type.literal.value] : [];
}

/**
 * Whether an option's type takes a value as it stands in a table. Some tables name what is no plain value, such as an
 * initializer: that cannot be written into a call as it stands.
 */
export function accepts(graph: DeclarationGraph, file: DeclarationFile, type: t.Node | null | undefined, value: Value, depth: number = limit): boolean {
  if (type == null || depth === 0) return false;
  const inner = (node: t.Node | null | undefined): boolean => accepts(graph, file, node, value, depth - 1);
  switch (type.type) {
    case 'TSTypeAnnotation':
    case 'TSParenthesizedType':
      return inner(type.typeAnnotation);
    case 'TSNumberKeyword':
    case 'TSStringKeyword':
    case 'TSBooleanKeyword':
      return type.type === `TS${(typeof value).replace(/^./, (letter) => letter.toUpperCase())}Keyword`;
    case 'TSNullKeyword':
      return value === null;
    case 'TSLiteralType':
      return literalIs(type.literal, value);
    case 'TSUnionType':
    case 'TSIntersectionType':
      return type.types.some(inner);
    case 'TSTypeReference': {
      if ((type.typeParameters?.params ?? []).some(inner)) return true;
      const found = type.typeName.type === 'Identifier' ? graph.local(file, type.typeName.name) : undefined;
      return found?.kind === 'declaration' && found.node.type === 'TSTypeAliasDeclaration' && accepts(graph, found.file, found.node.typeAnnotation, value, depth - 1);
    }
    default:
      return false;
  }
}

function literalIs(node: t.Node, value: Value): boolean {
  if (node.type === 'UnaryExpression') return node.operator === '-' && node.argument.type === 'NumericLiteral' && -node.argument.value === value;
  return 'value' in node && node.value === value;
}
