/** The lines that differ, as `- before` and `+ after`, in order; enough for reports, where rows are unique. */
export function changedRows(before: string, after: string): readonly string[] {
  const [old, young] = [before.split('\n'), after.split('\n')];
  const kept = longestCommon(old, young);
  const rows: string[] = [];
  let [i, j] = [0, 0];
  for (const [atOld, atYoung] of [...kept, [old.length, young.length] as const]) {
    for (; i < atOld; i += 1) rows.push(`- ${old[i]}`);
    for (; j < atYoung; j += 1) rows.push(`+ ${young[j]}`);
    i = atOld + 1;
    j = atYoung + 1;
  }
  return rows;
}

/** Positions of a longest common subsequence. */
function longestCommon(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  const at = (i: number, j: number): number => table[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const row = table[i] as Uint32Array;
    for (let j = b.length - 1; j >= 0; j -= 1) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}
