/** Order of releases `major.minor.patch`; what is left out is 0. */
export function compareReleases(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < 3; i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Major and minor number. */
export function lineOf(release: string): readonly [number, number] {
  const [major, minor] = release.split('.').map(Number);
  return [major ?? 0, minor ?? 0];
}

/** `0.4` stands for its last patch, so that a level names a minor release whole. */
export function lastOf(level: string): string {
  return level.split('.').length < 3 ? `${level}.${Number.MAX_SAFE_INTEGER}` : level;
}
