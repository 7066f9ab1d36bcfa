import { parse, type ParserPlugin } from '@babel/parser';
import type * as t from '@babel/types';

/** A place in a file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A file that is no program. */
export interface Unreadable {
  readonly place: Place;
  readonly message: string;
}

/** Parses a program in JavaScript or TypeScript, by the extension of its file. */
export function parseSource(path: string, text: string): t.File | Unreadable {
  const typescript = /\.[cm]?tsx?$/.test(path);
  const plugins: ParserPlugin[] = ['explicitResourceManagement', ...(typescript ? (['typescript'] as const) : []), ...(/\.[cm]?ts$/.test(path) ? [] : (['jsx'] as const))];
  // Parentheses are kept as nodes: edits go behind them.
  const read = (decorators: ParserPlugin): t.File => parse(text, { sourceType: 'unambiguous', createParenthesizedExpressions: true, allowReturnOutsideFunction: true, allowAwaitOutsideFunction: true, plugins: [...plugins, decorators] });
  try {
    return read('decorators');
  } catch (error) {
    try {
      // Decorators of parameters are in the older form alone.
      return read('decorators-legacy');
    } catch {
      // What is wrong with the program was said at first.
    }
    const { loc, message } = error as { readonly loc?: { readonly line: number; readonly column: number }; readonly message: string };
    return { place: { line: loc?.line ?? 1, column: (loc?.column ?? 0) + 1 }, message: message.replace(/ \(\d+:\d+\)$/, '') };
  }
}

export function placeOf(node: t.Node): Place {
  return { line: node.loc?.start.line ?? 1, column: (node.loc?.start.column ?? 0) + 1 };
}

/** The expression inside of parentheses and of what only types see. */
export function bare(node: t.Node): t.Node {
  switch (node.type) {
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
      return bare(node.expression);
    default:
      return node;
  }
}
