// `npm run webgpu:examples [-- digits vae]`: the examples as they are, with WebGPU, executed by the driver in software,
// wherever they ask for WASM. Takes long: a driver in software is no GPU.
import { spawnSync } from 'node:child_process';
import { environment } from '../check/command.ts';
import { root } from '../workspace.ts';
import { driverEnvironment } from './driver.ts';

const asked = process.argv.slice(2);
const trained = ['digits', 'mnist', 'addingProblem', 'charLstm', 'vae', 'spatialTransformer'];
const { status } = spawnSync(process.execPath, ['examples/run.ts', ...(asked.length > 0 ? asked : trained)], { cwd: root, stdio: 'inherit', env: { ...environment, ...driverEnvironment(), NODE_OPTIONS: `--import ${new URL('./insteadOfWasm.ts', import.meta.url).href}` } });
process.exitCode = status ?? 1;
