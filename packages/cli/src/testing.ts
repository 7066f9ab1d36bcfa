import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, type RunResult } from './run.js';

/** Packages and projects that tests copy. */
export const testData: string = fileURLToPath(new URL('../test-data/', import.meta.url));

/** A project in a folder of its own, with packages of `test-data/packages` installed. */
export class TestProject {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'pastina-cli-'));

  constructor(install: readonly string[], files: Readonly<Record<string, string>> = {}) {
    for (const one of install) this.install(one, this.folder);
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  /** Installs a copy below a folder. */
  install(name: string, folder: string): void {
    const source = `${testData}packages/${name}`;
    const manifest = JSON.parse(readFileSync(`${source}/package.json`, 'utf8')) as { readonly name: string };
    cpSync(source, join(folder, 'node_modules', manifest.name), { recursive: true });
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** All files but those that are installed. */
  files(folder = ''): readonly string[] {
    return readdirSync(join(this.folder, folder)).flatMap((name) => {
      const path = folder === '' ? name : `${folder}/${name}`;
      return name === 'node_modules' ? [] : statSync(join(this.folder, path)).isDirectory() ? this.files(path) : [path];
    });
  }

  /** Runs the command, and writes what it says. */
  async run(args: readonly string[], machine: { readonly node?: string; readonly simd?: boolean } = {}): Promise<RunResult> {
    const result = await run(args, { cwd: this.folder, node: machine.node ?? '24.0.0', simd: machine.simd ?? true });
    for (const [path, text] of Object.entries(result.writes)) this.write(path, text);
    return { ...result, stdout: this.#known(result.stdout), stderr: this.#known(result.stderr) };
  }

  #known(text: string): string {
    return text.replaceAll(this.folder, '<project>');
  }

  remove(): void {
    if (existsSync(this.folder)) rmSync(this.folder, { recursive: true });
  }
}
