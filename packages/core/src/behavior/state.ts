import { type Backend } from '../program/backend.js';

/** What a notice tells: a default that will change, and what to write to keep it or to adopt the new one. */
export interface Notice {
  /** `PASTINA_D0001` */
  readonly code: string;
  readonly package: string;
  /** `'function.option'` */
  readonly id: string;
  readonly message: string;
}

/** What is done with notices. */
export type NoticeMode = 'warn' | 'silent' | 'throw' | ((notice: Notice) => void);

/** What is in force in this process: settings that were made, none by importing. */
export interface BehaviorState {
  /** Package → level. */
  behaviors: Readonly<Record<string, string>>;
  future: readonly string[];
  legacy: readonly string[];
  notices: NoticeMode;
  /** Codes that were told. */
  readonly told: Set<string>;
  /** Set by tools that look into a program: what all functions are compiled for, whatever they ask for. */
  backend?: Backend;
}

const key = Symbol.for('pastina.behavior');

/** The one state of the process: two copies of the library must agree on it. */
export function behaviorState(): BehaviorState {
  const holder = globalThis as { [key]?: BehaviorState };
  holder[key] ??= { behaviors: {}, future: [], legacy: [], notices: 'warn', told: new Set() };
  return holder[key];
}
