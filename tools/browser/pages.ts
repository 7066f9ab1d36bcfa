import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Imports } from './server.ts';
import { seed } from '../check/seed.ts';
import { entriesOf, manifestOf, packages, root } from '../workspace.ts';

const page = (imports: Readonly<Record<string, string>>, script: string): string => `<!doctype html>
<script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module">
  const show = (text) => fetch('/told', { method: 'POST', body: text });
  try {
${script}
  } catch (error) {
    show('error ' + (error.stack ?? error));
  }
</script>
<body></body>`;

/** The built packages: a training program must end with the bits that it has in Node, with threads too. */
export const bitsPage = page({ '@pastina/core': '/packages/core/dist/index.js', '@pastina/backend-wasm': '/packages/backend-wasm/dist/index.js' }, `
    const { productBits, trainedBits } = await import('/tools/smoke/bits.mjs');
    const [core, wasm] = [await import('@pastina/core'), await import('@pastina/backend-wasm')];
    const alone = await productBits(core, wasm, 1);
    const threads = crossOriginIsolated ? (await productBits(core, wasm, 2) === alone ? 'alike' : 'different') : await wasm.wasmBackend({ threads: 2 }).then(() => 'started', ({ code }) => code);
    if (await productBits(core, wasm, 'auto') !== alone) throw new Error("threads: 'auto' gives other bits");
    show('bits ' + await trainedBits(core, wasm) + ' threads ' + threads);`);

/** The tests that compute: those of all ops, and those that compare with values made by Lasagne. */
export function testFiles(): readonly string[] {
  return ['core', 'objectives', 'layers', 'updates'].flatMap((name) => readdirSync(`${root}packages/${name}/src`, { recursive: true, encoding: 'utf8' })
    .map((file) => `packages/${name}/src/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => file.startsWith('packages/core/src/ops/') || /Lasagne/.test(readFileSync(root + file, 'utf8')))
    .filter((file) => !/\bvi\b/.test(/import \{(.*)\} from 'vitest'/.exec(readFileSync(root + file, 'utf8'))?.[1] ?? ''))
    .sort());
}

/** Where sources, tests among them, find what they import by name. */
export function suiteImports(): Imports {
  return { ...sources(), ...fastCheck(), vitest: '/tools/browser/page/vitest.ts', 'node:fs': '/tools/browser/page/fs.ts' };
}

/** The sources with the tests of {@link testFiles}, on the WASM backend; with two threads where pages may have them. */
export function suitePage(): string {
  return page(suiteImports(), `
    const [{ setDefaultBackend }, { wasmBackend }, { inFile, runAll }, { configureGlobal }] = [await import('@pastina/core'), await import('@pastina/backend-wasm'), await import('vitest'), await import('fast-check')];
    configureGlobal({ seed: ${seed} });
    setDefaultBackend(await wasmBackend(crossOriginIsolated ? { threads: 2 } : {}));
    for (const file of ${JSON.stringify(testFiles())}) await inFile(file, () => import('/' + file));
    const { passed, failures } = await runAll();
    show(JSON.stringify({ isolated: crossOriginIsolated, passed, failures }));`);
}

/** The same in workers, on WebGPU: one runs the tests, another one has the device. Served with {@link suiteImports}. */
export function webgpuPage(): string {
  return page({}, `
    const worker = new Worker('/tools/browser/page/webgpuSuite.ts', { type: 'module' });
    worker.onerror = ({ message }) => show('error in the worker of the tests: ' + message);
    worker.onmessage = ({ data }) => show(data);
    worker.postMessage(${JSON.stringify({ files: testFiles(), seed })});`);
}

function sources(): Imports {
  return Object.fromEntries(packages.flatMap((folder) => entriesOf(folder).map((entry) => [`${manifestOf(folder).name}${entry === 'index' ? '' : `/${entry}`}`, `/packages/${folder}/src/${entry}.ts`])));
}

/** fast-check, and what it imports by name. */
function fastCheck(): Imports {
  const entry = realpathSync(`${root}node_modules/fast-check/lib/fast-check.js`);
  const urlOf = (file: string): string => `/${realpathSync(file).slice(realpathSync(root).replace(/\/?$/, '/').length)}`;
  const names = [...readFileSync(entry, 'utf8').matchAll(/from ?["'](pure-rand\/[^"']+)["']/g)].map(([, name]) => name as string);
  // What a name resolves to for `require` has its module beside it, in esm/.
  return { 'fast-check': urlOf(entry), ...Object.fromEntries(names.map((name) => [name, urlOf(createRequire(entry).resolve(name).replace('/lib/', '/lib/esm/'))])) };
}
