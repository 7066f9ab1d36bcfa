import { describeValue, InputError } from '../errors.js';
import { checkOptions, nearest } from '../options.js';
import { shortName } from './levels.js';
import { behaviorState, type BehaviorState, type NoticeMode } from './state.js';

/** Package (`'objectives'`, or its full name) → the release whose defaults count, such as `'0.4'`, or `'next'`. */
export type BehaviorLevels = Readonly<Record<string, string>>;

/** Options of {@link configure}. What is left out stays as it is. */
export interface ConfigureOptions {
  readonly behaviors?: BehaviorLevels;
  /** Codes of announced changes to adopt now. */
  readonly future?: readonly string[];
  /** Codes of changes to hold back, for one major release. */
  readonly legacy?: readonly string[];
  /** What is done with notices of announced changes; `'warn'` until it is said. */
  readonly notices?: NoticeMode;
}

const packages = ['core', 'objectives', 'layers', 'updates', 'training', 'backend-wasm', 'backend-webgpu', 'cli', 'pastina'];

/**
 * Says which defaults count in this process, and what is done with notices. What was built before stays as it is.
 *
 * @throws InputError for an unknown option or package, a level that is no release, a code that is none
 *
 * @example
 * ```ts
 * import { behaviors, configure } from '@pastina/core';
 * configure({ behaviors: { core: '0.1' }, notices: 'silent' });
 * console.log(behaviors().find(({ id }) => id === 'softmax.axis')?.value); // -1
 * ```
 */
export function configure(options: ConfigureOptions): void {
  checkOptions('configure', options, ['behaviors', 'future', 'legacy', 'notices']);
  // Everything is checked before anything is set.
  const checked: Partial<BehaviorState> = {
    ...(options.behaviors === undefined ? {} : { behaviors: { ...behaviorState().behaviors, ...checkLevels('configure', options.behaviors) } }),
    ...(options.future === undefined ? {} : { future: checkCodes('future', options.future) }),
    ...(options.legacy === undefined ? {} : { legacy: checkCodes('legacy', options.legacy) }),
    ...(options.notices === undefined ? {} : { notices: checkMode(options.notices) }),
  };
  const { future, legacy } = { ...behaviorState(), ...checked };
  const both = future.find((code) => legacy.includes(code));
  if (both !== undefined) throw new InputError('CODE_TWICE', `configure: ${both} is in future and in legacy; expected it in one of them`, { code: both });
  Object.assign(behaviorState(), checked);
}

/**
 * What `build` makes, with other defaults for all that is built in it. Graphs keep them: they are written into nodes.
 *
 * @throws InputError for an unknown package or level, or where `build` gives a promise: what comes later would have the
 * defaults of then
 *
 * @example
 * ```ts
 * import { constant, softmax, withBehaviors } from '@pastina/core';
 * const p = withBehaviors({ core: '0.1' }, () => softmax(constant([1, 2])));
 * console.log(p.shape); // [2]
 * ```
 */
export function withBehaviors<T>(levels: BehaviorLevels, build: () => T): T {
  const checked = checkLevels('withBehaviors', levels);
  if (typeof build !== 'function') throw new InputError('BUILD', `withBehaviors: expected a function that builds, got ${describeValue(build)}`);
  const state = behaviorState();
  const before = state.behaviors;
  state.behaviors = { ...before, ...checked };
  try {
    const result = build();
    if (result instanceof Promise) throw new InputError('BUILD_ASYNC', 'withBehaviors: build gives a promise; await what it needs before, and build at once');
    return result;
  } finally {
    state.behaviors = before;
  }
}

function checkLevels(where: string, levels: BehaviorLevels): BehaviorLevels {
  if (typeof levels !== 'object' || levels === null || Array.isArray(levels)) throw new InputError('LEVELS', `${where}: expected levels as an object, such as { objectives: '0.4' }; got ${describeValue(levels)}`);
  return Object.fromEntries(Object.entries(levels).map(([name, level]) => {
    const short = shortName(name);
    // Packages of others have full names of their own.
    if (!packages.includes(short) && !/[@/]/.test(name)) {
      const meant = nearest(short, packages);
      throw new InputError('PACKAGE_UNKNOWN', `${where}: there is no package '${name}'${meant === undefined ? '' : `; did you mean '${meant}'?`} Known: ${packages.join(', ')}; others by their full name, such as '@scope/name'`, { package: name });
    }
    if (typeof level !== 'string' || !/^(\d+\.\d+(\.\d+)?|next)$/.test(level)) throw new InputError('LEVEL', `${where}: the level of '${name}' is ${describeValue(level)}; expected a release such as '0.4' or '0.4.2', or 'next'`, { package: name, level });
    return [short, level];
  }));
}

function checkCodes(option: string, codes: readonly string[]): readonly string[] {
  if (!Array.isArray(codes)) throw new InputError('CODES', `configure: ${option} is ${describeValue(codes)}; expected a list of codes such as ['D0001']`, { option });
  return codes.map((code: unknown) => {
    const bare = typeof code === 'string' ? code.replace(/^PASTINA_/, '') : '';
    if (!/^[A-Z]\d{4}$/.test(bare)) throw new InputError('CODE', `configure: ${option} has ${describeValue(code)}; expected codes such as 'D0001'`, { option, code });
    return bare;
  });
}

function checkMode(mode: NoticeMode): NoticeMode {
  if (typeof mode === 'function' || ['warn', 'silent', 'throw'].includes(mode)) return mode;
  throw new InputError('NOTICES', `configure: notices is ${describeValue(mode)}; expected 'warn', 'silent', 'throw', or a function that takes a notice`, { notices: mode });
}
