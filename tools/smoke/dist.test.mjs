// Runs over the built packages with plain `node --test`, on the oldest Node we promise and on the pinned one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { expectedBits, productBits, trainedBits } from './bits.mjs';

const folder = (name) => new URL(`../../packages/${name}/`, import.meta.url);
const entries = JSON.parse(process.env.PASTINA_ENTRIES ?? '[["core","index"]]');

for (const [name, entry] of entries) {
  test(`${name}/${entry} can be imported, has types, and exports something`, async () => {
    assert.ok(existsSync(new URL(`dist/${entry}.d.ts`, folder(name))));
    const module = await import(new URL(`dist/${entry}.js`, folder(name)).href);
    assert.ok(Object.keys(module).length > 0);
  });
}

test('a version tells which package it is', async () => {
  for (const name of new Set(entries.map(([own]) => own))) {
    const { version } = await import(new URL('dist/index.js', folder(name)).href);
    const manifest = JSON.parse(readFileSync(new URL('package.json', folder(name)), 'utf8'));
    assert.deepEqual([version.name, version.version], [manifest.name, manifest.version]);
  }
});

test('core trains a model', async () => {
  const { compile, grad, input, mean, mul, parameter, square, sub } = await import(new URL('dist/index.js', folder('core')).href);
  const x = input('x', ['batch']);
  const y = input('y', ['batch']);
  const w = parameter(0, { name: 'w' });
  const loss = mean(square(sub(mul(x, w), y)));
  const step = compile({ inputs: { x, y }, outputs: { loss }, updates: new Map([[w, sub(w, mul(grad(loss, w), 0.05))]]) });
  for (let i = 0; i < 100; i += 1) step({ x: [1, 2, 3], y: [2, 4, 6] });
  assert.ok(Math.abs(w.valueSync().item() - 2) < 1e-5);
});

test('a loss on saturated logits is exact, and its gradient too', async () => {
  const { compile, grad, input, mean, softmax } = await import(new URL('dist/index.js', folder('core')).href);
  const { categoricalCrossentropy } = await import(new URL('dist/index.js', folder('objectives')).href);
  const x = input('x', [1, 2]);
  const y = input('y', [1], 'int32');
  const loss = mean(categoricalCrossentropy(softmax(x), y));
  const result = compile({ inputs: { x, y }, outputs: { loss, slope: grad(loss, x) } })({ x: [[0, 10000]], y: [0] });
  assert.equal(result.loss.item(), 10000);
  assert.deepEqual(result.slope.toArray(), [[-1, 1]]);
});

test('the WASM backend trains, with the same bits on every engine', async () => {
  const core = await import(new URL('dist/index.js', folder('core')).href);
  const wasm = await import(new URL('dist/index.js', folder('backend-wasm')).href);
  assert.equal(await trainedBits(core, wasm), expectedBits);
});

test('threads give the bits of one, and do not keep the process alive', async () => {
  const [core, wasm] = [await import(new URL('dist/index.js', folder('core')).href), await import(new URL('dist/index.js', folder('backend-wasm')).href)];
  assert.equal(await productBits(core, wasm, 2), await productBits(core, wasm, 1));
  const program = `import { wasmBackend } from ${JSON.stringify(new URL('dist/index.js', folder('backend-wasm')).href)}; await wasmBackend({ threads: 3 }); console.log('started');`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8', timeout: 20_000 });
  assert.deepEqual([status, stdout], [0, 'started\n']);
});

const pastina = (...args) => spawnSync(process.execPath, [fileURLToPath(new URL('dist/bin.js', folder('cli'))), ...args], { encoding: 'utf8' });

test('the command finds in the declarations where calls take the defaults of all packages', () => {
  const { status, stdout } = pastina('list', '--json', '--cwd', fileURLToPath(new URL('../../', import.meta.url)));
  const { defaults } = JSON.parse(stdout);
  assert.equal(status, 0);
  assert.ok(defaults.length > 200);
  // Those of methods, of several functions under one name, and of what is no option. Their changes pin leaves to people.
  const lost = defaults.filter(({ calls }) => calls.length === 0).map(({ id }) => id);
  assert.deepEqual(lost, ['diagonal.offset', 'random.stream', 'Layer.dtype', 'addParam.trainable', 'addParam.regularizable', 'regularizeLayerParams.regularizable', 'random.seed', 'Gate.std']);
  // Where a table names what is no plain value, nothing can be written.
  const named = defaults.filter(({ calls }) => calls.some(({ writable }) => !writable));
  assert.deepEqual(named.filter(({ value }) => typeof value !== 'string'), []);
  const calls = (id) => defaults.find((one) => one.id === id).calls.filter(({ module }) => module !== 'pastina').map(({ name, argument, kind }) => `${name} ${argument} ${kind}`).sort();
  assert.deepEqual(calls('categoricalCrossentropy.epsilon'), ['categoricalCrossentropy 3 bag']);
  assert.deepEqual(calls('input.dtype'), ['input 3 value']);
  assert.deepEqual(calls('BatchNormLayer.epsilon'), ['BatchNormLayer 2 bag', 'batchNorm 2 bag']);
  assert.deepEqual(calls('TransposedConvLayer.crop'), ['BaseTransposedConvLayer 2 bag', 'Deconv2DLayer 2 bag', 'Deconv3DLayer 2 bag', 'TransposedConv2DLayer 2 bag', 'TransposedConv3DLayer 2 bag']);
});

test('the command finds nothing wrong with the umbrella', () => {
  const { status, stdout } = pastina('doctor', '--cwd', fileURLToPath(folder('pastina')));
  assert.match(stdout, /\n0 findings\n$/);
  assert.equal(status, 0);
});
