// Runs over the built packages with plain `node --test`, on the oldest Node we promise and on the pinned one.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

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

test('the WASM backend gives the same bits on every engine, and trains', async () => {
  const { compile, grad, input, log, matmul, mean, mul, neg, parameter, softmax, sub, tanh, tensor } = await import(new URL('dist/index.js', folder('core')).href);
  const { wasmBackend } = await import(new URL('dist/index.js', folder('backend-wasm')).href);
  const numbers = (size, seed) => Float32Array.from({ length: size }, (_, i) => (((i + seed) * 7919) % 1000) / 500 - 1);
  const x = input('x', ['batch', 9]);
  const [w, v] = [parameter(tensor(numbers(9 * 13, 1), [9, 13])), parameter(tensor(numbers(13 * 7, 2), [13, 7]))];
  const loss = mean(neg(log(softmax(matmul(tanh(matmul(x, w)), v)))));
  const updates = new Map([w, v].map((p) => [p, sub(p, mul(grad(loss, p), 0.1))]));
  const step = compile({ inputs: { x }, outputs: { loss }, updates, backend: await wasmBackend() });
  const feeds = { x: { data: numbers(45, 3), shape: [5, 9] } };
  const first = step(feeds).loss.item();
  for (let i = 0; i < 50; i += 1) step(feeds);
  assert.ok(step(feeds).loss.item() < first);
  // All bits of the trained weights, folded into one number.
  const words = new Uint32Array(w.valueSync().dataSync().slice().buffer);
  assert.equal(words.reduce((hash, word) => (Math.imul(hash, 31) + word) | 0, 0), 691774193);
});
