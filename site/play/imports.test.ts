import { describe, expect, it } from 'vitest';
import { show } from './format.ts';
import { fileOf, resolveImports } from './imports.ts';

const at = (code: string): string => resolveImports(code, 'http://h/m/');

describe('imports of the reader', () => {
  it('get addresses, in all their forms', () => {
    expect(at("import { a } from 'pastina';")).toBe("import { a } from 'http://h/m/pastina.js';");
    expect(at('import * as c from "@pastina/core"')).toBe('import * as c from "http://h/m/pastina_core.js"');
    expect(at("import {\n  a,\n  b,\n} from '@pastina/layers/init';")).toBe("import {\n  a,\n  b,\n} from 'http://h/m/pastina_layers_init.js';");
    expect(at("import 'pastina';")).toBe("import 'http://h/m/pastina.js';");
    expect(at("const p = await import('pastina');")).toBe("const p = await import('http://h/m/pastina.js');");
    expect(at("import 'pastina'; import x from 'pastina'; f(import('pastina'), import('pastina'));").match(/http/g)?.length).toBe(4);
    expect(at("export { a } from 'pastina';")).toBe("export { a } from 'http://h/m/pastina.js';");
  });

  it('leave texts and addresses alone', () => {
    for (const code of ["const from = 'pastina';", "console.log('pastina');", "import x from 'https://h/x.js';", "import x from './x.js';", "export const name = 1;\nconst s = 'left-pad';", "f(`import of 'x'`)", '']) expect(at(code)).toBe(code);
  });

  it('of what the page does not have are errors that say what it has', () => {
    expect(() => at("import x from 'left-pad';")).toThrow("this page has no 'left-pad'; import from 'pastina', '@pastina/core',");
    expect(() => at("await import('@pastina/training/terminal')")).toThrow("this page has no '@pastina/training/terminal'");
  });

  it('have files of their own', () => {
    expect([fileOf('pastina'), fileOf('@pastina/layers/init')]).toEqual(['pastina.js', 'pastina_layers_init.js']);
  });
});

describe('a value as a line', () => {
  it('reads like one of a console', () => {
    expect(['a', 1, -0, NaN, null, undefined, true, 5n, [1, 'a', [2]], { a: 1, b: { c: 'x' } }, new Map([['k', 1]]), new Set([1])].map((value) => show(value))).toEqual([
      'a', '1', '-0', 'NaN', 'null', 'undefined', 'true', '5', "[1, 'a', [2]]", "{ a: 1, b: { c: 'x' } }", "Map {'k' => 1}", 'Set [1]',
    ]);
    expect(show(Float32Array.of(1, 2.5))).toBe('Float32Array [1, 2.5]');
    expect(show(new TypeError('no'))).toBe('TypeError: no');
    expect(show(function f() { /* nothing */ })).toBe('[function f]');
  });

  it('ends, however long or deep the value is', () => {
    expect(show(Array.from({ length: 1000 }, (_, i) => i)).endsWith('98, 99, … 900 more]')).toBe(true);
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(show(loop)).toBe('{ self: { self: { self: { self: … } } } }');
    expect(show([])).toBe('[]');
  });
});
