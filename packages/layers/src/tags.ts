import { InputError, unknownOption } from '@pastina/core';

/**
 * Which parameters are meant: `true` asks for a tag, `false` refuses it. Usual tags are `trainable`,
 * `regularizable` and `batchNormStat`; any other word may be used.
 */
export type Tags = Readonly<Record<string, boolean>>;

const usual = ['trainable', 'regularizable', 'batchNormStat'];

/** Does a parameter with these tags pass? */
export function passes(own: ReadonlySet<string>, tags: Tags): boolean {
  return Object.entries(tags).every(([tag, wanted]) => own.has(tag) === wanted);
}

/** A tag that is nearly a usual one is a misspelling, and would silently select nothing (or everything). */
export function checkTags(where: string, tags: Tags): void {
  for (const [tag, wanted] of Object.entries(tags)) {
    if (typeof wanted !== 'boolean') throw new InputError('TAG_VALUE', `${where}: tag '${tag}' is ${typeof wanted}; expected true (must have it) or false (must not)`, { tag });
    if (usual.includes(tag)) continue;
    const { suggestion } = unknownOption(where, tag, usual).details;
    if (suggestion !== undefined) throw new InputError('UNKNOWN_TAG', `${where}: tag '${tag}'; did you mean '${String(suggestion)}'?`, { tag, suggestion });
  }
}
