// `npm run webgpu [-- folders]`: the tests of everything that computes on WebGPU, executed on a Vulkan driver in software.
// A driver that is missing and cannot be unpacked is an error, not a reason to skip.
import { spawnSync } from 'node:child_process';
import { environment } from '../check/command.ts';
import { root } from '../workspace.ts';
import { driverEnvironment } from './driver.ts';

const { status, error } = spawnSync('vitest', ['run', '--config', 'vitest.webgpu.config.ts', ...process.argv.slice(2)], { cwd: root, env: { ...environment, ...driverEnvironment() }, stdio: 'inherit' });
if (error !== undefined) console.error(error.message);
process.exitCode = status ?? 1;
