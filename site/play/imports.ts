// Workers know no import maps: the names that code imports are pointed at the site's own modules before it runs.

/** What the page offers to import, each as a module of that name with `/` as `_` and without `@`. */
export const modules: readonly string[] = [
  'pastina', '@pastina/core', '@pastina/objectives', '@pastina/updates', '@pastina/layers', '@pastina/layers/init', '@pastina/layers/nonlinearities', '@pastina/layers/regularization',
  '@pastina/training', '@pastina/training/datasets', '@pastina/backend-wasm', '@pastina/backend-webgpu',
];

export const fileOf = (name: string): string => `${name.replace('@', '').replaceAll('/', '_')}.js`;

/**
 * The code with addresses for names.
 *
 * @param base - the address of the modules, with a slash at its end
 * @throws Error that names an import which the page does not have
 */
export function resolveImports(code: string, base: string): string {
  return code.replace(/((?:^|;)[ \t]*(?:import|export)\b[^'"`;]*?|\bimport\s*\(\s*)(['"])([^'"\n]+)\2/gm, (all, before: string, quote: string, name: string) => {
    if (modules.includes(name)) return `${before}${quote}${base}${fileOf(name)}${quote}`;
    if (/^[a-z]+:|^\.{0,2}\//.test(name)) return all;
    throw new Error(`this page has no '${name}'; import from ${modules.map((one) => `'${one}'`).join(', ')}`);
  });
}
