// Brings the workspace up: installs what the lockfile says, builds what changed. Plain JavaScript that
// runs on a bare Node 20, before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const stamp = `${root}node_modules/.pastina-installed`;
const pnpm = JSON.parse(readFileSync(`${root}package.json`, 'utf8')).packageManager;

/** What decides whether the installed packages are the right ones. */
function fingerprint() {
  const hash = createHash('sha256').update(process.platform + process.arch);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']) hash.update(readFileSync(root + file));
  return hash.digest('hex');
}

function run(what, command, args) {
  const bin = `${root}node_modules/.bin`;
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', npm_config_loglevel: 'error' };
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, env, encoding: 'utf8', shell: process.platform === 'win32' });
  if (status === 0) return;
  console.error(`${what} failed: ${command} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`);
  process.exit(1);
}

const wanted = fingerprint();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.log(`pastina: installing the workspace with ${pnpm} (about half a minute, once) …`);
  run('the installation', 'npx', ['--yes', pnpm, 'install', '--frozen-lockfile']);
  writeFileSync(stamp, wanted);
}
console.log('pastina: building …');
run('the build', 'turbo', ['run', 'build', '--output-logs=errors-only']);
