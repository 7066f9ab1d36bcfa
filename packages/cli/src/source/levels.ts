import type * as t from '@babel/types';
import { isOurs } from '../project/packages.js';
import type { Source } from '../project/files.js';
import { nameOf } from '../declarations/syntax.js';
import { bare, parseSource, placeOf, type Place } from './parse.js';
import { traverse } from './traverse.js';

/** A level that a program sets. */
export interface LevelSet {
  readonly name: string;
  readonly level: string;
  readonly place: Place;
}

const setters = ['configure', 'withBehaviors'];

/** The levels that stand in calls of `configure` and `withBehaviors`, where they are written out. */
export function levelsSet({ path, text }: Source): readonly LevelSet[] {
  if (!text.includes('pastina') || !setters.some((name) => text.includes(name))) return [];
  const ast = parseSource(path, text);
  if ('message' in ast) return [];
  const found: LevelSet[] = [];
  traverse(ast, {
    ImportDeclaration: ({ node, scope }) => {
      if (!isOurs(node.source.value)) return;
      for (const one of node.specifiers) {
        const imported = one.type === 'ImportSpecifier' ? nameOf(one.imported) : '';
        for (const { parentPath, key } of scope.getBinding(one.local.name)?.referencePaths ?? []) {
          const member = one.type === 'ImportNamespaceSpecifier' && parentPath?.isMemberExpression() === true ? nameOf(parentPath.node.property) : imported;
          const call = one.type === 'ImportNamespaceSpecifier' ? parentPath?.parentPath : key === 'callee' ? parentPath : undefined;
          if (setters.includes(member) && call?.isCallExpression() === true) found.push(...levelsIn(member, call.node));
        }
      }
    },
  });
  return found;
}

function levelsIn(setter: string, { arguments: [first] }: t.CallExpression): readonly LevelSet[] {
  const options = first === undefined ? undefined : bare(first);
  const levels = setter === 'configure' ? entries(options).find(([key]) => key === 'behaviors')?.[1] : options;
  return entries(levels).flatMap(([name, value]) => (value.type === 'StringLiteral' ? [{ name, level: value.value, place: placeOf(value) }] : []));
}

function entries(node: t.Node | undefined): readonly (readonly [string, t.Node])[] {
  return node?.type !== 'ObjectExpression' ? [] : node.properties.flatMap((one) => (one.type === 'ObjectProperty' ? [[nameOf(one.key), bare(one.value)] as const] : []));
}
