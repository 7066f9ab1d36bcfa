import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { behaviors } from './behaviors.js';
import { configure, withBehaviors } from './configure.js';
import { defaultOf, type DefaultsTable } from './defaults.js';
import { behaviorState, type Notice } from './state.js';

/** A package through its releases: announced in 0.2, changed in 1.0, gone beyond what 2.0 offers. */
const entry = { code: 'D7001', since: { '0.1.0': 0 } };
const at01 = { package: '@pastina/objectives', release: '0.1.0', 'loss.epsilon': entry } as const;
const at02 = { package: '@pastina/objectives', release: '0.2.0', 'loss.epsilon': { ...entry, next: { value: 1e-7, in: '1.0.0' } }, 'loss.mode': { code: 'D7002', since: { '0.2.0': 'mean' } } } as const;
const flipped = { code: 'D7001', since: { '0.1.0': 0, '1.0.0': 1e-7 } } as const;
const at10 = { package: '@pastina/objectives', release: '1.0.0', 'loss.epsilon': flipped } as const;
const at20 = { package: '@pastina/objectives', release: '2.0.0', 'loss.epsilon': flipped } as const;

let kept: ReturnType<typeof behaviorState>;
beforeEach(() => {
  kept = { ...behaviorState() };
});
afterEach(() => {
  Object.assign(behaviorState(), kept);
  behaviorState().told.clear();
  vi.restoreAllMocks();
});

describe('a default', () => {
  test('is that of the release, and of a level', () => {
    configure({ notices: 'silent' });
    expect([at01, at02, at10].map((table) => defaultOf<DefaultsTable, 'loss.epsilon'>(table, 'loss.epsilon'))).toEqual([0, 0, 1e-7]);
    expect(withBehaviors({ objectives: '0.2' }, () => defaultOf(at10, 'loss.epsilon'))).toBe(0);
    expect(withBehaviors({ '@pastina/objectives': '0.1.0' }, () => defaultOf(at10, 'loss.epsilon'))).toBe(0);
    expect(withBehaviors({ objectives: 'next' }, () => [defaultOf(at02, 'loss.epsilon'), defaultOf(at10, 'loss.epsilon')])).toEqual([1e-7, 1e-7]);
    expect(withBehaviors({ layers: 'next' }, () => defaultOf(at02, 'loss.epsilon'))).toBe(0);
    // What came later than the level has its first value.
    expect(withBehaviors({ objectives: '0.1' }, () => defaultOf(at02, 'loss.mode'))).toBe('mean');
  });

  test('can be adopted or held back by its code, which counts more than a level', () => {
    configure({ future: ['D7001'], behaviors: { objectives: '0.1' } });
    expect(defaultOf(at02, 'loss.epsilon')).toBe(1e-7);
    configure({ future: [], legacy: ['PASTINA_D7001'], behaviors: { objectives: 'next' } });
    expect([defaultOf(at02, 'loss.epsilon'), defaultOf(at10, 'loss.epsilon')]).toEqual([0, 0]);
  });

  test('of more than a major release ago is an error, never ignored', () => {
    configure({ legacy: ['D7001'] });
    expect(() => defaultOf(at20, 'loss.epsilon')).toThrowErrorMatchingInlineSnapshot(`[CompatibilityError: legacy: D7001 ('loss.epsilon' of @pastina/objectives) changed in 1.0.0 and cannot be held back in 2.0.0; write epsilon: 0 where it is meant [LEGACY_TOO_OLD]]`);
    configure({ legacy: [] });
    expect(() => withBehaviors({ objectives: '0.2' }, () => defaultOf(at20, 'loss.epsilon'))).toThrowErrorMatchingInlineSnapshot(`[CompatibilityError: behaviors: level 0.2 of @pastina/objectives, which is at 2.0.0 and offers levels from 1.0 on; run 'pastina pin --to 0.2' to write the old values down, or stay with 1.x [LEVEL_TOO_OLD]]`);
    expect(withBehaviors({ objectives: '1.0' }, () => defaultOf(at20, 'loss.epsilon'))).toBe(1e-7);
    expect(() => withBehaviors({ objectives: '0.3' }, () => defaultOf(at02, 'loss.epsilon'))).toThrowErrorMatchingInlineSnapshot(`[CompatibilityError: behaviors: level 0.3 of @pastina/objectives, which is at 0.2.0; install a later release, or use 'next' for what is announced [LEVEL_UNKNOWN]]`);
  });

  test('that is not declared is an error', () => {
    expect(() => defaultOf(at01 as DefaultsTable, 'loss.delta')).toThrowErrorMatchingInlineSnapshot(`[InputError: the default 'loss.delta' is not declared; add it to the package's defaults.ts [DEFAULT_UNDECLARED]]`);
  });
});

describe('a notice', () => {
  test('comes once in a process, where nothing was chosen, by the means of Node', () => {
    const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    configure({ notices: 'warn' });
    for (let i = 0; i < 3; i += 1) defaultOf(at02, 'loss.epsilon');
    defaultOf(at02, 'loss.mode');
    expect(emit.mock.calls).toMatchInlineSnapshot(`
      [
        [
          "loss of @pastina/objectives: the default of 'epsilon' changes from 0 to 1e-7 in 1.0.0. Write { epsilon: 0 } to keep it, { epsilon: 1e-7 } or configure({ future: ['D7001'] }) to adopt it now, or configure({ behaviors: { 'objectives': '0.2' } }) to pin all of the package. See docs/notices/D7001.md",
          {
            "code": "PASTINA_D7001",
            "type": "DeprecationWarning",
          },
        ],
      ]
    `);
  });

  test('does not come where a level or a code was chosen', () => {
    const told: Notice[] = [];
    configure({ notices: (notice) => told.push(notice) });
    for (const levels of [{ objectives: '0.2' }, { objectives: 'next' }, { objectives: '0.1' }]) withBehaviors(levels, () => defaultOf(at02, 'loss.epsilon'));
    configure({ legacy: ['D7001'] });
    defaultOf(at02, 'loss.epsilon');
    configure({ legacy: [], future: ['D7001'] });
    defaultOf(at02, 'loss.epsilon');
    expect(told).toEqual([]);
    configure({ future: [] });
    defaultOf(at02, 'loss.epsilon');
    expect(told.map(({ code, id }) => [code, id])).toEqual([['PASTINA_D7001', 'loss.epsilon']]);
  });

  test('is an error at every place under throw, and nothing under silent', () => {
    configure({ notices: 'throw' });
    for (let i = 0; i < 2; i += 1) expect(() => defaultOf(at02, 'loss.epsilon')).toThrow(expect.objectContaining({ code: 'PASTINA_D7001' }));
    configure({ notices: 'silent' });
    expect(defaultOf(at02, 'loss.epsilon')).toBe(0);
  });

  test('goes to the console where there is no Node', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    vi.stubGlobal('process', undefined);
    configure({ notices: 'warn' });
    defaultOf(at02, 'loss.epsilon');
    vi.unstubAllGlobals();
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toMatch(/^\[PASTINA_D7001\] loss of @pastina\/objectives/);
  });
});

describe('settings', () => {
  test.each<[string, () => unknown]>([
    ['an unknown package', () => configure({ behaviors: { objektives: '0.1' } })],
    ['no release', () => configure({ behaviors: { objectives: 'latest' } })],
    ['levels that are none', () => withBehaviors('0.1' as never, () => 1)],
    ['codes that are none', () => configure({ future: ['epsilon'] })],
    ['codes as a word', () => configure({ legacy: 'D0001' as never })],
    ['one code twice', () => configure({ future: ['D0001'], legacy: ['D0001'] })],
    ['a mode that is none', () => configure({ notices: 'loud' as never })],
    ['an option that is none', () => configure({ behavior: {} } as never)],
    ['nothing to build', () => withBehaviors({ core: '0.1' }, undefined as never)],
    ['a promise', () => withBehaviors({ core: '0.1' }, () => Promise.resolve(1))],
  ])('refuse %s, and change nothing', (_, act) => {
    const before = { ...behaviorState() };
    expect(act).toThrowErrorMatchingSnapshot();
    expect(behaviorState()).toEqual(before);
  });

  test('are back after a build, also one that throws or lies in another', () => {
    configure({ behaviors: { layers: '0.1' } });
    withBehaviors({ objectives: '0.1' }, () => withBehaviors({ objectives: 'next' }, () => expect(behaviorState().behaviors).toEqual({ layers: '0.1', objectives: 'next' })));
    expect(() => withBehaviors({ objectives: '0.1' }, () => { throw new RangeError('mine'); })).toThrow('mine');
    expect(behaviorState().behaviors).toEqual({ layers: '0.1' });
  });

  test('show in the list of behaviors', () => {
    expect(withBehaviors({ objectives: 'next' }, () => behaviors([at02]))).toEqual([
      { package: '@pastina/objectives', id: 'loss.epsilon', code: 'D7001', value: 1e-7, since: { '0.1.0': 0 }, next: { value: 1e-7, in: '1.0.0' } },
      { package: '@pastina/objectives', id: 'loss.mode', code: 'D7002', value: 'mean', since: { '0.2.0': 'mean' } },
    ]);
    expect(behaviors().every(({ package: name }) => name === '@pastina/core')).toBe(true);
  });
});
