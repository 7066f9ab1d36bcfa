// `npm run bench:webgpu`, with the environment that the software driver needs; `-- --page` serves the page for a real GPU.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { environment } from '../../tools/check/command.ts';
import { driverEnvironment } from '../../tools/webgpu/driver.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const page = process.argv.includes('--page');
const [command, args] = page ? ['vite', [here]] : [process.execPath, [`${here}node.ts`]];
const { status, error } = spawnSync(command, args, { env: { ...environment, ...(page ? {} : driverEnvironment()) }, stdio: 'inherit' });
if (error !== undefined) console.error(error.message);
process.exitCode = status ?? 1;
