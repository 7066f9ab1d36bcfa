// `node tools/api/run.ts [--write] [--root folder] [package …]`: writes the API reports, or compares them
// with the built declarations.
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Extractor, ExtractorConfig, type IConfigFile } from '@microsoft/api-extractor';
import { entriesOf, packages, root } from '../workspace.ts';

const { values: flags, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean' }, root: { type: 'string' } } });
const base = flags.root === undefined ? root : `${flags.root}/`;

/** One report per entry point: `core.api.md`, `layers.init.api.md`. */
function configOf(folder: string, entry: string): IConfigFile {
  const projectFolder = `${base}packages/${folder}`;
  return {
    projectFolder,
    mainEntryPointFilePath: `<projectFolder>/dist/${entry}.d.ts`,
    compiler: { tsconfigFilePath: '<projectFolder>/tsconfig.json' },
    apiReport: { enabled: true, reportFolder: '<projectFolder>/etc/', reportTempFolder: '<projectFolder>/temp/', reportFileName: entry === 'index' ? `${folder}.api.md` : `${folder}.${entry}.api.md` },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    newlineKind: 'lf',
    messages: {
      extractorMessageReporting: { default: { logLevel: 'error' as never, addToApiReportFile: true }, 'ae-missing-release-tag': { logLevel: 'none' as never }, 'ae-undocumented': { logLevel: 'none' as never }, 'ae-forgotten-export': { logLevel: 'error' as never } },
      tsdocMessageReporting: { default: { logLevel: 'none' as never } },
    },
  };
}

let failed = 0;
for (const folder of positionals.length > 0 ? positionals : packages) {
  mkdirSync(`${base}packages/${folder}/etc`, { recursive: true });
  for (const entry of entriesOf(folder, base)) {
    const config = ExtractorConfig.prepare({ configObject: configOf(folder, entry), configObjectFullPath: undefined, packageJsonFullPath: `${base}packages/${folder}/package.json` });
    const { succeeded, apiReportChanged } = Extractor.invoke(config, {
      localBuild: flags.write === true,
      printApiReportDiff: true,
      messageCallback: (message) => {
        // Everything but what is wrong is noise.
        if (message.logLevel !== 'error' && message.logLevel !== 'warning') message.handled = true;
      },
    });
    if (succeeded && (flags.write === true || !apiReportChanged)) continue;
    failed += 1;
    console.error(`packages/${folder}: the API report of '${entry}' ${apiReportChanged ? 'differs from the declarations. If the change is meant: npm run api, and a changeset (docs/compatibility.md says which).' : 'could not be made.'}`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
