import type { NodePath, Scope } from '@babel/traverse';
import type * as t from '@babel/types';
import type { Declaration, DeclarationGraph } from '../declarations/graph.js';
import { nameOf } from '../declarations/syntax.js';
import type { Slot } from '../declarations/slots.js';
import { traverse } from './traverse.js';

/** A call of something that has changed defaults. */
export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly node: t.CallExpression | t.NewExpression | t.OptionalCallExpression;
  readonly slots: readonly Slot[];
}

/** A use from which it cannot be told what options it comes to. */
export interface Riddle {
  readonly kind: 'riddle';
  readonly node: t.Node;
  readonly reason: string;
  readonly slots: readonly Slot[];
}

export type Use = Call | Riddle;

/** What the search needs to know of the packages. */
export interface Known {
  readonly graph: DeclarationGraph;
  /** The declaration file of a module, as the project imports it. */
  readonly module: (specifier: string) => string | undefined;
  readonly slots: (declaration: Declaration) => readonly Slot[];
  /** All slots of a module, for uses that do not say which name they mean. */
  readonly all: (path: string) => readonly Slot[];
}

/** Finds all uses in a program, through imports, renamings and namespaces. */
export function usesIn(ast: t.File, known: Known): readonly Use[] {
  const search = new Search(known);
  traverse(ast, {
    ImportDeclaration: (path) => search.imports(path),
    ExportNamedDeclaration: (path) => search.exports(path),
    ExportAllDeclaration: ({ node }) => search.all(node, node.source.value, 'exports all of a module on'),
    CallExpression: (path) => search.required(path),
    TSImportEqualsDeclaration: (path) => search.importEquals(path),
  });
  const places = search.found.map(({ kind, node }) => `${kind} ${node.start}`);
  return search.found.filter((_, i) => places.indexOf(places[i] ?? '') === i).sort((a, b) => (a.node.start ?? 0) - (b.node.start ?? 0));
}

const wrappers = ['ParenthesizedExpression', 'TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression', 'TSTypeAssertion', 'TSInstantiationExpression', 'AwaitExpression'];

class Search {
  readonly found: Use[] = [];
  readonly #known: Known;

  constructor(known: Known) {
    this.#known = known;
  }

  imports({ node, scope }: NodePath<t.ImportDeclaration>): void {
    const module = node.importKind === 'type' ? undefined : this.#known.module(node.source.value);
    if (module === undefined) return;
    for (const one of node.specifiers) {
      if (one.type === 'ImportSpecifier' && one.importKind !== 'type') this.#export(module, nameOf(one.imported), (target) => this.#binding(scope, one.local.name, target));
      if (one.type === 'ImportNamespaceSpecifier') this.#binding(scope, one.local.name, module);
    }
  }

  importEquals({ node, scope }: NodePath<t.TSImportEqualsDeclaration>): void {
    const module = node.moduleReference.type === 'TSExternalModuleReference' ? this.#known.module(nameOf(node.moduleReference.expression)) : undefined;
    if (module !== undefined) this.#binding(scope, node.id.name, module);
  }

  /** `export { f } from '…'`: who imports it from here is not seen. */
  exports({ node }: NodePath<t.ExportNamedDeclaration>): void {
    const module = node.source == null || node.exportKind === 'type' ? undefined : this.#known.module(node.source.value);
    if (module === undefined) return;
    for (const one of node.specifiers) {
      if (one.type === 'ExportSpecifier') this.#export(module, nameOf(one.local), (target) => this.#riddle(one, target, `exports '${nameOf(one.local)}' on: calls through this module are not seen`));
      else this.#riddle(one, module, 'exports a module on: calls through it are not seen');
    }
  }

  all(node: t.Node, specifier: string, what: string): void {
    const module = this.#known.module(specifier);
    if (module !== undefined) this.#riddle(node, module, `${what}: calls through it are not seen`);
  }

  /** `require('…')` and `import('…')`, whose value is the module. */
  required(path: NodePath<t.CallExpression>): void {
    const { callee, arguments: [first] } = path.node;
    // Also a `require` that createRequire has made.
    const loads = callee.type === 'Import' || (callee.type === 'Identifier' && callee.name === 'require');
    const module = loads && first?.type === 'StringLiteral' ? this.#known.module(first.value) : undefined;
    if (module === undefined) return;
    if (callee.type === 'Import' && !path.parentPath.isAwaitExpression()) this.#riddle(path.node, module, 'hands a promise of a module on: calls through it are not seen');
    else this.#follow(path, module);
  }

  /** Goes on with what a module exports, if anything of it has changed. */
  #export(module: string, name: string, go: (target: Declaration | string) => void): void {
    const found = this.#known.graph.exported(module, name);
    if (found?.kind === 'namespace') go(found.path);
    else if (found !== undefined && this.#known.slots(found).length > 0) go(found);
  }

  #binding(scope: Scope, name: string, target: Declaration | string): void {
    const binding = scope.getBinding(name);
    for (const reference of binding?.referencePaths ?? []) this.#follow(reference, target);
    for (const change of binding?.constantViolations ?? []) this.#riddle(change.node, target, `'${name}' is assigned anew`);
  }

  #riddle(node: t.Node, target: Declaration | string, reason: string): void {
    const slots = typeof target === 'string' ? this.#known.all(target) : this.#known.slots(target);
    if (slots.length > 0) this.found.push({ kind: 'riddle', node, reason, slots });
  }

  /** What becomes of an expression that stands for a function, a class, or (by its path) a module. */
  #follow(path: NodePath, target: Declaration | string): void {
    let self = path;
    while (self.parentPath !== null && wrappers.includes(self.parentPath.type)) self = self.parentPath;
    const parent = self.parentPath;
    if (parent === null || isHarmless(parent)) return;
    if (parent.isVariableDeclarator() && self.key === 'init') return this.#declared(parent, target);
    if (typeof target === 'string') {
      if ((parent.isMemberExpression() || parent.isOptionalMemberExpression()) && self.key === 'object') return this.#member(parent, target);
      return this.#riddle(self.node, target, 'hands a module on: calls through it are not seen');
    }
    if ((parent.isCallExpression() || parent.isNewExpression() || parent.isOptionalCallExpression()) && self.key === 'callee') {
      this.found.push({ kind: 'call', name: target.name, node: parent.node, slots: this.#known.slots(target) });
    } else if (parent.isClass() && self.key === 'superClass') this.#subclass(parent, target);
    else this.#riddle(self.node, target, `uses '${target.name}' as a value: its calls are not seen`);
  }

  #member(path: NodePath<t.MemberExpression> | NodePath<t.OptionalMemberExpression>, module: string): void {
    const { property, computed } = path.node;
    if (computed && property.type !== 'StringLiteral') this.#riddle(path.node, module, 'the name is known only when it runs');
    else this.#export(module, nameOf(property), (target) => this.#follow(path, target));
  }

  /** `const f = p.f`, `const { f } = p` */
  #declared(path: NodePath<t.VariableDeclarator>, target: Declaration | string): void {
    const { id } = path.node;
    if (id.type === 'Identifier') return this.#binding(path.scope, id.name, target);
    if (typeof target !== 'string' || id.type !== 'ObjectPattern') return this.#riddle(path.node, target, 'takes apart what is known only when it runs');
    for (const property of id.properties) {
      const local = property.type === 'ObjectProperty' ? property.value : undefined;
      if (property.type !== 'ObjectProperty' || (property.computed && property.key.type !== 'StringLiteral')) this.#riddle(property, target, 'the name is known only when it runs');
      else this.#export(target, nameOf(property.key), (found) => (local?.type === 'Identifier' ? this.#binding(path.scope, local.name, found) : this.#riddle(property, found, 'takes apart what is known only when it runs')));
    }
  }

  /** What a class hands to the one it extends. */
  #subclass(path: NodePath<t.Class>, target: Declaration): void {
    let calls = 0;
    path.traverse({
      Super: ({ parentPath }) => {
        if (!parentPath.isCallExpression()) return;
        calls += 1;
        this.found.push({ kind: 'call', name: target.name, node: parentPath.node, slots: this.#known.slots(target) });
      },
      Class: (inner) => inner.skip(),
    });
    if (calls === 0) this.#riddle(path.node.superClass ?? path.node, target, `extends '${target.name}' without a constructor: its calls are not seen`);
  }
}

/** Types, comparisons, `typeof`, and statements of nothing: no calls come of them. */
function isHarmless(parent: NodePath): boolean {
  if (parent.isExpressionStatement() || parent.isImportDeclaration()) return true;
  if (parent.type.startsWith('TS') && !wrappers.includes(parent.type)) return true;
  return parent.isBinaryExpression() || parent.isUnaryExpression();
}
