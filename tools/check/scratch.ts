import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../workspace.ts';
import { environment, run, type Outcome } from './command.ts';

/** A copy of some packages and the tools, to try out what a change of them brings about. */
export class Scratch {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'pastina-scratch-'));
  readonly #packages: readonly string[];

  /** @param packages - folders, each after those it imports */
  constructor(packages: readonly string[]) {
    this.#packages = packages;
    for (const path of [...packages.map((name) => `packages/${name}`), 'tools', 'tsconfig.base.json', '.oxlintrc.json']) {
      cpSync(root + path, join(this.folder, path), { recursive: true, filter: (source) => !/[\\/](?:node_modules|temp)(?:[\\/]|$)/.test(source) });
    }
    symlinkSync(`${root}node_modules`, `${this.folder}/node_modules`);
    for (const name of packages) {
      mkdirSync(`${this.folder}/packages/${name}/node_modules/@pastina`, { recursive: true });
      for (const other of packages) if (other !== name) symlinkSync(`${this.folder}/packages/${other}`, `${this.folder}/packages/${name}/node_modules/@pastina/${other}`);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** Replaces what must stand there. */
  edit(path: string, before: string | RegExp, after: string): void {
    const text = this.read(path);
    const changed = text.replace(before, after);
    if (changed === text) throw new Error(`${path} has no ${String(before)}`);
    this.write(path, changed);
  }

  run(command: string, ...args: readonly string[]): Promise<Outcome> {
    return run(command, args, { cwd: this.folder, env: environment });
  }

  async build(): Promise<void> {
    const { ok, output } = await this.run('tsc', '-b', ...this.#packages.map((name) => `packages/${name}`));
    if (!ok) throw new Error(output);
  }

  /** What the report of a package complains about; undefined, if it is as it should be. */
  async complaint(tool: 'api' | 'behavior', name: string): Promise<string | undefined> {
    const { ok, output } = await this.run('node', `tools/${tool}/run.ts`, '--root', this.folder, name);
    return ok ? undefined : output;
  }

  /** Writes the reports of a package anew. */
  async accept(name: string): Promise<void> {
    for (const tool of ['api', 'behavior']) await this.run('node', `tools/${tool}/run.ts`, '--write', '--root', this.folder, name);
  }

  /** `npm run release:check`, with what it says. */
  releaseCheck(...flags: readonly string[]): Promise<Outcome> {
    if (!existsSync(`${this.folder}/.changeset`)) mkdirSync(`${this.folder}/.changeset`);
    return this.run('node', 'tools/release/check.ts', '--root', this.folder, ...flags);
  }
}
