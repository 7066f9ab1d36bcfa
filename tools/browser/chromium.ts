import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment, run } from '../check/command.ts';
import { serve, type Imports } from './server.ts';

/** How often an installation is tried: mirrors have bad moments. */
const tries = 3;

/**
 * The version of the Chromium that there is; root installs Debian's where there is none. No browser is an error.
 *
 * @param pause - milliseconds before another try
 */
export async function ensureChromium(env: NodeJS.ProcessEnv = environment, root: boolean = process.getuid?.() === 0, pause = 10_000): Promise<string> {
  const browser = env['CHROMIUM'] ?? 'chromium';
  const version = async (): Promise<string | undefined> => {
    const { ok, output } = await run(browser, ['--version'], { env });
    return ok ? output.trim().split('\n').pop() : undefined;
  };
  const there = await version();
  if (there !== undefined) return there;
  const cure = 'install it (Debian: apt-get install chromium) or set CHROMIUM to its path';
  if (env['CHROMIUM'] !== undefined || !root) throw new Error(`'${browser}' could not be run${root ? '' : ', and only root can install it'}; ${cure}`);
  let said = '';
  for (let i = 0; i < tries; i += 1) {
    if (i > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    for (const args of [['update'], ['install', '--yes', '--no-install-recommends', 'chromium']]) {
      const { ok, output } = await run('apt-get', ['-o', 'Acquire::Retries=3', '-o', 'DPkg::Lock::Timeout=120', ...args], { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } });
      if (!ok) said = output;
    }
    const installed = await version();
    if (installed !== undefined) return installed;
  }
  throw new Error(`chromium could not be installed in ${tries} tries; ${cure}\n${said}`);
}

/** Shows a page in a headless Chromium, `chromium` from PATH or what CHROMIUM names: what the page tells. */
export async function tell(page: string, headers: Readonly<Record<string, string>>, seconds: number, { flags = ['--disable-gpu'], imports = {} }: { readonly flags?: readonly string[]; readonly imports?: Imports } = {}): Promise<string> {
  const { address, told, close } = await serve(page, headers, imports);
  const profile = mkdtempSync(join(tmpdir(), 'pastina-chromium-'));
  const browser = process.env['CHROMIUM'] ?? 'chromium';
  const child = spawn(browser, ['--headless', '--no-sandbox', '--disable-dev-shm-usage', `--user-data-dir=${profile}`, ...flags, '--remote-debugging-port=0', address], { stdio: 'ignore', detached: true });
  let timer: NodeJS.Timeout | undefined;
  const failed = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(`'${browser}' could not be run (${error.message}); install it (Debian: apt-get install chromium) or set CHROMIUM to its path`));
    child.on('exit', (code) => resolve(`'${browser}' ended with ${String(code)} before the page said anything`));
    timer = setTimeout(() => resolve(`the page said nothing within ${seconds} seconds`), seconds * 1000);
  });
  const text = await Promise.race([told, failed]);
  clearTimeout(timer);
  if (child.pid !== undefined && child.exitCode === null) {
    const ended = new Promise((resolve) => child.on('exit', resolve));
    process.kill(-child.pid);
    await ended;
  }
  close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  return text;
}
