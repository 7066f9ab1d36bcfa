import { describeValue, InputError } from './errors.js';

/**
 * Rejects options that nobody reads: a misspelled one would otherwise change nothing, silently.
 *
 * @param where - how the message calls the function: `'softmax'`, `"DenseLayer 'hidden'"`
 * @throws InputError with code UNKNOWN_OPTION and the name that was probably meant, or with code OPTIONS
 *   where something else stands in the place of the options
 *
 * @example
 * ```ts
 * import { checkOptions } from '@pastina/core';
 * checkOptions('softmax', { axis: 1 }, ['axis']);
 * ```
 */
export function checkOptions(where: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new InputError('OPTIONS', `${where}: expected options as an object, such as { ${known[0] ?? ''}: … }; got ${describeValue(options)}`, { options, known });
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw unknownOption(where, key, known);
  }
}

/** The error for an option that is not known, with the nearest one that is. */
export function unknownOption(where: string, option: string, known: readonly string[]): InputError {
  const near = nearest(option, known);
  const hint = near === undefined ? `known: ${known.join(', ')}` : `did you mean '${near}'?`;
  return new InputError('UNKNOWN_OPTION', `${where}: there is no option '${option}'; ${hint}`, { option, known, suggestion: near });
}

/** The known word that a misspelled one most likely stands for: at most a third of its letters differ. */
/** The known word that is nearest, if one is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d < least) [best, least] = [candidate, d];
  }
  return best;
}

/** Edit distance where exchanging two neighbours counts as one edit, as inserting, dropping and replacing do. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(at(i - 1, j - 1) + (same ? 0 : 1), at(i - 1, j) + 1, at(i, j - 1) + 1, swapped ? at(i - 2, j - 2) + 1 : Infinity));
    }
  }
  return at(a.length, b.length);
}
