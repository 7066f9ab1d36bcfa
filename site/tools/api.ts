// The pages of the API: TypeDoc reads the declarations that users get, and writes Markdown.
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Application, type Reflection } from 'typedoc';
import { entriesOf, manifestOf, packages, root } from '../../tools/workspace.ts';

/** Packages with an API: `cli` is a command. Names that `pastina` gives again are found where they come from. */
const documented = packages.filter((folder) => folder !== 'cli');

/**
 * Writes the pages of all public names into a folder.
 *
 * @param folder - an absolute path; what it held is lost
 * @throws Error for a declaration that TypeDoc cannot read
 */
export async function writeApiPages(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const config = `${folder}/../../tsconfig.api.json`;
  const compilerOptions = { target: 'ES2022', module: 'NodeNext', moduleResolution: 'NodeNext', lib: ['ES2023', 'DOM'], types: ['node'], typeRoots: [`${root}node_modules/@types`], strict: true, skipLibCheck: true, noEmit: true };
  const entryPoints = documented.flatMap((name) => entriesOf(name).map((entry) => `${root}packages/${name}/dist/${entry}.d.ts`));
  writeFileSync(config, JSON.stringify({ compilerOptions, files: entryPoints }));
  const options = {
    name: 'API', indexFormat: 'table', entryPoints, tsconfig: config, plugin: ['typedoc-plugin-markdown'], out: folder, readme: 'none', disableGit: true, disableSources: true, excludePrivate: true, excludeInternal: true, githubPages: false,
    logLevel: 'Error', alwaysCreateEntryPointModule: true, sort: ['alphabetical'],
    outputFileStrategy: 'members', entryFileName: 'index', hidePageHeader: true, hideBreadcrumbs: false, useCodeBlocks: true, parametersFormat: 'table', interfacePropertiesFormat: 'list', expandObjects: false, sanitizeComments: true,
  };
  const app = await Application.bootstrapWithPlugins(options as Parameters<typeof Application.bootstrapWithPlugins>[0]);
  const project = await app.convert();
  if (project === undefined || app.logger.hasErrors()) throw new Error('TypeDoc could not read the declarations; build the packages first: npx turbo run build');
  for (const module of project.children ?? []) module.name = publicName(module);
  await app.generateOutputs(project);
  writeFileSync(`${folder}/index.md`, overview());
  // Each option and release is a heading there, and would be found before the function it belongs to.
  for (const page of globSync('**/variables/defaults.md', { cwd: folder })) writeFileSync(`${folder}/${page}`, `---\nsearch: false\noutline: 2\n---\n\n${readFileSync(`${folder}/${page}`, 'utf8')}`);
}

/** The first page: the packages, with what they are for, and their entries. */
function overview(): string {
  const lines = ['pastina', ...documented.filter((name) => name !== 'pastina')].flatMap((folder) => {
    const { name, description } = JSON.parse(readFileSync(`${root}packages/${folder}/package.json`, 'utf8')) as { readonly name: string; readonly description: string };
    const entries = entriesOf(folder).filter((entry) => entry !== 'index');
    return [`- [${name}](./${name}/index.md): ${description}`, ...entries.map((entry) => `  - [${name}/${entry}](./${name}/${entry}/index.md)`)];
  });
  return `# API\n\nEvery public name, from the declarations that the packages ship. \`pastina\` brings most of them under one name.\n\n${lines.join('\n')}\n`;
}

/** `@pastina/layers/init` for what TypeDoc calls by the file it read. */
function publicName(module: Reflection): string {
  const found = /([\w-]+)\/dist(?:\/([\w-]+))?$/.exec(module.name);
  if (found === null) throw new Error(`the API page of '${module.name}' has no name; expected <package>/dist/<entry>`);
  const [, folder = '', entry = 'index'] = found;
  return `${manifestOf(folder).name}${entry === 'index' ? '' : `/${entry}`}`;
}
