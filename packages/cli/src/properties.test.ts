import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adopt } from './commands/adopt.js';
import { pin } from './commands/pin.js';
import { readProject, type Project } from './project/project.js';
import { TestProject } from './testing.js';

// Programs made by chance, in all sorts of spacing: of nested calls that say or leave out what is announced to change.
const header = `import { flatten, pad } from '@pastina/core';
import { categoricalCrossentropy as loss } from '@pastina/objectives';
import { BatchNormLayer, batchNorm } from '@pastina/layers';
import * as init from '@pastina/layers/init';
`;
/** What a program gives, under the defaults of the fixtures or under others. */
function evaluate(body: string, changed: boolean): string {
  const [crossentropy, outdim, epsilon, alpha, gain, value] = changed ? [-1, -2, -3, -4, -5, -6] : [0, 2, 1e-4, 0.1, 1, 0];
  const norm = (x: unknown, o: { readonly alpha?: number; readonly name?: string; readonly epsilon?: number } = {}): unknown => ['norm', x, o.alpha ?? alpha, o.epsilon ?? epsilon, o.name];
  const names = {
    flatten: (x: unknown, to?: number) => ['flatten', x, to ?? outdim],
    pad: (x: unknown, width?: unknown, by?: unknown) => ['pad', x, width, by ?? value],
    loss: (p: unknown, t: unknown, o: { readonly epsilon?: number } = {}) => ['loss', p, t, o.epsilon ?? crossentropy],
    batchNorm: norm,
    BatchNormLayer: class { readonly made: unknown; constructor(x: unknown, o: object) { this.made = norm(x, o); } },
    init: { GlorotUniform: class { readonly made: unknown; constructor(o: { readonly gain?: number } = {}) { this.made = o.gain ?? gain; } } },
    t: 't',
  };
  return JSON.stringify(new Function(...Object.keys(names), body)(...Object.values(names)));
}

const space = fc.constantFrom('', ' ', '\n  ', '\r\n\t', ' /* , { */ ', '\n// it’s (\n');
/** Options that say what is in force. */
const same = { loss: ['epsilon: 0', '"epsilon": 0.0'], norm: ['alpha: 0.1', '"epsilon": 1E-4'], gain: ['gain: (1)'] };
/** `plain` has no call whose form is lost when an option is taken out again: empty bags, and what is said to be left out. */
function programs(plain: boolean): fc.Arbitrary<string> {
  const bag = (...options: readonly string[]): fc.Arbitrary<string> => fc.record({ some: fc.subarray([...options], { minLength: plain ? 1 : 0 }), before: space, between: space, end: fc.constantFrom('', ',') })
    .map(({ some, before, between, end }) => `{${before}${some.join(`${between},${before}`)}${some.length === 0 ? '' : end}${between}}`);
  const { expression } = fc.letrec<{ expression: string; call: string }>((tie) => ({
    expression: fc.oneof({ maxDepth: 4, withCrossShrink: true }, fc.constantFrom('t', '1', '[t]', '(t)', ...(plain ? [] : ['new init.GlorotUniform', '(new init.GlorotUniform)', 'new (init.GlorotUniform)'])), tie('call')),
    call: fc.oneof(
      ...[
        { name: 'flatten', required: 1, last: plain ? fc.constantFrom('4', 't') : fc.constantFrom('4', 'undefined', 'void 0') },
        { name: 'loss', required: 2, last: bag('epsilon: 5', ...(plain ? [] : ['epsilon: undefined', ...same.loss])) },
        ...(plain ? [] : [{ name: 'pad', required: 1, last: fc.constantFrom('7', 'undefined', '7, 8', 'void 0, undefined') }]),
        { name: 'batchNorm', required: 1, last: bag("name: 'x'", ...(plain ? [] : same.norm), 'alpha: 3', '"epsilon": 5') },
        { name: 'new BatchNormLayer', required: 1, last: bag(...(plain ? [] : same.norm), 'name: "it\'s"', 'alpha: 3', ...(plain ? [] : ['epsilon: void 0'])) },
        { name: 'new init.GlorotUniform', required: 0, last: bag('gain: 3', ...(plain ? [] : same.gain)) },
      ].map(({ name, required, last }) => fc.record({ args: fc.array(tie('expression'), { minLength: required, maxLength: required }), last: fc.option(last, { nil: undefined }), s: fc.array(space, { minLength: 6, maxLength: 6 }), comma: fc.boolean() })
        .map(({ args, last: options, s, comma }) => {
          const all = options === undefined ? args : [...args, options];
          return `${name}${s[0]?.includes('\n') ? '' : s[0]}(${s[1]}${all.join(`${s[2]},${s[3]}`)}${s[4]}${comma && all.length > 0 ? ',' : ''}${s[5]})`;
        })),
    ),
  }));
  return fc.array(expression, { minLength: 1, maxLength: 4 }).map((all) => `return [${all.join(',\n')}];\n`);
}

let scratch: TestProject;
let project: Project;
beforeAll(async () => {
  scratch = new TestProject(['core-0.2.0', 'objectives-0.2.0', 'layers-0.2.0'], { 'package.json': '{ "dependencies": { "@pastina/core": "*", "@pastina/objectives": "*", "@pastina/layers": "*" } }' });
  // Of core an older level is meant: its change has come already.
  project = { ...(await readProject(scratch.folder)), recorded: { levels: { core: '0.1' }, adopted: [] } };
});
afterAll(() => scratch.remove());

function after(text: string, command: typeof pin | typeof adopt): string {
  const outcome = command(project, [{ path: 'a.mjs', text }], { codes: [], everywhere: true });
  expect(outcome.code).toBe(0);
  return outcome.writes?.['a.mjs'] ?? text;
}

describe('adopt', () => {
  test('keeps what a program gives with the defaults in force, and changes nothing the second time', () => {
    fc.assert(fc.property(programs(false), (body) => {
      const once = after(header + body, adopt);
      expect(evaluate(once.slice(header.length), false)).toBe(evaluate(body, false));
      expect(after(once, adopt)).toBe(once);
    }), { numRuns: 400 });
  });
});

/** Whether a text is another one with something put in between. */
function isWithin(text: string, longer: string): boolean {
  let i = 0;
  for (const letter of longer) if (letter === text[i]) i += 1;
  return i === text.length;
}

describe('pin', () => {
  test('keeps what a program gives when the defaults change', () => {
    fc.assert(fc.property(programs(false), (body) => {
      const pinned = after(header + body, pin).slice(header.length);
      expect(evaluate(pinned, true)).toBe(evaluate(body, false));
    }), { numRuns: 300 });
  });

  test('changes nothing the second time', () => {
    fc.assert(fc.property(programs(false), (body) => {
      const once = after(header + body, pin);
      expect(after(once, pin)).toBe(once);
    }), { numRuns: 200 });
  });

  test('only puts something in, and adopt takes just that out again', () => {
    fc.assert(fc.property(programs(true), (body) => {
      const pinned = after(header + body, pin);
      expect(isWithin(header + body, pinned)).toBe(true);
      expect(after(pinned, adopt)).toBe(header + body);
    }), { numRuns: 300 });
  });
});
