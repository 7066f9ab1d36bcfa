// All examples in turn, each in a process of its own: `npm run examples`, or `npm run examples -- mnist vae` for some;
// `--backend webgpu`, or `software` (the driver of `npm run webgpu`), for all but tfjs.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { driverEnvironment } from '../tools/webgpu/driver.ts';
import { splitBackend } from './backend.ts';

const all = ['digits', 'mnist', 'addingProblem', 'charLstm', 'vae', 'spatialTransformer', 'tfjs'];
const { backend, rest: asked } = splitBackend(process.argv.slice(2));
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`there is no example ${unknown.join(', ')}; there are ${all.join(', ')}`);
  process.exit(1);
}

const env = backend === 'software' ? { ...process.env, ...driverEnvironment() } : process.env;
const outcomes = (asked.length > 0 ? asked : backend === 'wasm' ? all : all.filter((name) => name !== 'tfjs')).map((name) => {
  console.log(`\n== ${name}\n`);
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [fileURLToPath(new URL(`${name}.ts`, import.meta.url)), '--backend', backend], { env, stdio: 'inherit' });
  return { name, ok: status === 0, seconds: (performance.now() - start) / 1000 };
});
console.log('');
for (const { name, ok, seconds } of outcomes) console.log(`${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s`);
if (outcomes.some(({ ok }) => !ok)) process.exitCode = 1;
