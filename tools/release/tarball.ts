/** Files that have no business in a published package. */
export function unwantedFiles(files: readonly string[]): readonly string[] {
  const wanted = /^package\/(package\.json|README\.md|LICENSE|CHANGELOG\.md|DATASETS\.md|dist\/.*\.(js|d\.ts|js\.map))$/;
  return files.filter((file) => !wanted.test(file) || /\.test\.|testing\./.test(file));
}

/** Papers that every published package must hold. */
export function missingFiles(files: readonly string[]): readonly string[] {
  return ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'dist/index.js', 'dist/index.d.ts'].filter((file) => !files.includes(`package/${file}`));
}
