/** Files that have no business in a published package. */
export function unwantedFiles(files: readonly string[]): readonly string[] {
  const wanted = /^package\/(package\.json|README\.md|LICENSE|CHANGELOG\.md|DATASETS\.md|dist\/.*\.(js|d\.ts|js\.map))$/;
  return files.filter((file) => !wanted.test(file) || /\.test\.|testing\./.test(file));
}
