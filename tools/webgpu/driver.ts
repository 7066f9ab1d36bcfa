// A Vulkan driver in software for Node, so that WGSL runs for real without a GPU. Debian's packages are unpacked into
// .cache/webgpu of the workspace: no root, nothing of the system changes. Where the system has the driver, that one is taken.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { root } from '../workspace.ts';

const cache = `${root}.cache/webgpu`;
const unpacked = `${cache}/root`;
const description = `${cache}/lvp_icd.json`;

/** The libraries that the driver needs besides those of every Debian; some may be there already. */
const needs = ['libvulkan1', 'libdrm2', 'libelf1', 'libexpat1', 'libllvm15', 'libedit2', 'libbsd0', 'libmd0', 'libtinfo6', 'libxml2', 'libz3-4', 'libwayland-client0', 'libffi8', 'libx11-xcb1', 'libxcb-dri3-0', 'libxcb-present0', 'libxcb-randr0', 'libxcb-shm0', 'libxcb-sync1', 'libxcb-xfixes0', 'libxcb1', 'libxau6', 'libxdmcp6', 'libxshmfence1', 'libzstd1', 'zlib1g', 'libicu72'];

/** What a process needs in its environment to find the driver, which is installed first where it is missing. */
export function driverEnvironment(): Readonly<Record<string, string>> {
  const quiet = { XDG_RUNTIME_DIR: cache, MESA_SHADER_CACHE_DIR: `${cache}/shaders` };
  mkdirSync(quiet.MESA_SHADER_CACHE_DIR, { recursive: true });
  const own = process.env['VK_DRIVER_FILES'];
  if (own !== undefined) return { ...quiet, VK_DRIVER_FILES: own };
  if (!existsSync(description)) install();
  return { ...quiet, VK_DRIVER_FILES: description, LD_LIBRARY_PATH: [librariesIn(unpacked), process.env['LD_LIBRARY_PATH']].filter((path) => path !== undefined).join(':') };
}

function librariesIn(folder: string): string {
  const name = readdirSync(`${folder}/usr/lib`).find((entry) => existsSync(`${folder}/usr/lib/${entry}/libvulkan_lvp.so`));
  if (name === undefined) throw new Error(`webgpu: no libvulkan_lvp.so below ${folder}; remove .cache/webgpu and run again`);
  return `${folder}/usr/lib/${name}`;
}

function install(): void {
  console.log('webgpu: unpacking a Vulkan driver in software into .cache/webgpu (once) …');
  for (const folder of ['parts', 'lists/partial', 'archives/partial', 'debs', 'root']) mkdirSync(`${cache}/${folder}`, { recursive: true });
  writeFileSync(`${cache}/parts/driver.sources`, sources());
  const options = ['Dir::Etc::sourcelist=/dev/null', `Dir::Etc::sourceparts=${cache}/parts`, `Dir::State::lists=${cache}/lists`, `Dir::Cache=${cache}`, `APT::Sandbox::User=${userInfo().username}`, 'Acquire::Retries=3'].flatMap((option) => ['-o', option]);
  const apt = (...args: readonly string[]): unknown => execFileSync('apt-get', [...options, '-qq', ...args], { cwd: `${cache}/debs`, stdio: 'inherit' });
  apt('update');
  apt('download', 'mesa-vulkan-drivers/bookworm-backports', ...needs);
  for (const file of readdirSync(`${cache}/debs`)) execFileSync('dpkg', ['-x', file, unpacked], { cwd: `${cache}/debs` });
  const library = `${librariesIn(unpacked)}/libvulkan_lvp.so`;
  writeFileSync(description, JSON.stringify({ ICD: { api_version: '1.4.305', library_path: library }, file_format_version: '1.0.0' }));
}

/** The system's own Debian, and its backports. */
function sources(): string {
  const file = '/etc/apt/sources.list.d/debian.sources';
  if (!existsSync(file)) throw new Error(`webgpu: a driver is unpacked on Debian only, and ${file} is not there; install Mesa's Vulkan driver 25 or later and set VK_DRIVER_FILES to its lvp_icd.json`);
  const stanzas = readFileSync(file, 'utf8').split(/\n\n+/).filter((stanza) => /^URIs:/m.test(stanza) && !stanza.includes('security'));
  return stanzas.flatMap((stanza) => [stanza, stanza.replace(/^Suites:.*/m, 'Suites: bookworm-backports')]).join('\n\n');
}
