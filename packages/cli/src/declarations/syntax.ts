import { parse } from '@babel/parser';
import type * as t from '@babel/types';

/** A parsed declaration file: what it declares, what it imports, and what it exports. */
export interface DeclarationFile {
  readonly path: string;
  readonly declared: ReadonlyMap<string, t.Node>;
  /** Local name → where it comes from; `imported` is `'*'` for a namespace. */
  readonly imports: ReadonlyMap<string, { readonly from: string; readonly imported: string }>;
  /** Exported name → a local one, or one of another file. */
  readonly exports: ReadonlyMap<string, { readonly local: string } | { readonly from: string; readonly imported: string }>;
  /** Files all of whose names are exported. */
  readonly stars: readonly string[];
}

export function nameOf(node: t.Node): string {
  return node.type === 'Identifier' ? node.name : node.type === 'StringLiteral' ? node.value : '';
}

/** Reads the top level of a `.d.ts` file. */
export function readDeclarations(path: string, text: string): DeclarationFile {
  const declared = new Map<string, t.Node>();
  const imports = new Map<string, { from: string; imported: string }>();
  const exported = new Map<string, { local: string } | { from: string; imported: string }>();
  const stars: string[] = [];
  for (const node of parse(text, { sourceType: 'module', plugins: [['typescript', { dts: true }]] }).program.body) {
    if (node.type === 'ImportDeclaration') {
      for (const one of node.specifiers) imports.set(one.local.name, { from: node.source.value, imported: one.type === 'ImportSpecifier' ? nameOf(one.imported) : one.type === 'ImportNamespaceSpecifier' ? '*' : 'default' });
    } else if (node.type === 'ExportAllDeclaration') stars.push(node.source.value);
    else if (node.type === 'ExportNamedDeclaration') {
      for (const name of declare(node.declaration, declared)) exported.set(name, { local: name });
      for (const one of node.specifiers) {
        const to = nameOf(one.exported);
        if (one.type === 'ExportNamespaceSpecifier') exported.set(to, { from: node.source?.value ?? '', imported: '*' });
        else if (one.type === 'ExportSpecifier') exported.set(to, node.source == null ? { local: one.local.name } : { from: node.source.value, imported: nameOf(one.local) });
      }
    } else declare(node, declared);
  }
  return { path, declared, imports, exports: exported, stars };
}

function declare(node: t.Node | null | undefined, declared: Map<string, t.Node>): readonly string[] {
  if (node == null) return [];
  if (node.type === 'VariableDeclaration') {
    return node.declarations.flatMap(({ id }) => {
      if (id.type !== 'Identifier') return [];
      declared.set(id.name, id);
      return [id.name];
    });
  }
  const id = 'id' in node && node.id != null && typeof node.id === 'object' && 'type' in node.id ? node.id : undefined;
  if (id?.type !== 'Identifier') return [];
  const before = declared.get(id.name);
  declared.set(id.name, before !== undefined && node.type === 'TSDeclareFunction' ? joined(before, node) : node);
  return [id.name];
}

const overloads = new WeakMap<t.Node, readonly t.TSDeclareFunction[]>();

function joined(before: t.Node, node: t.TSDeclareFunction): t.Node {
  overloads.set(node, [...overloadsOf(before), node]);
  return node;
}

/** All signatures of a declared function. */
export function overloadsOf(node: t.Node): readonly t.TSDeclareFunction[] {
  return overloads.get(node) ?? (node.type === 'TSDeclareFunction' ? [node] : []);
}
