// Runs where `mirror` has put it: the tests that suite.json names, on the WASM backend. Prints what has failed, and the counts.
import { readFileSync } from 'node:fs';
import { wasmBackend } from '@pastina/backend-wasm';
import { setDefaultBackend } from '@pastina/core';
import fc from 'fast-check';
import { inFile, runAll } from 'vitest';

const { seed, files } = JSON.parse(readFileSync(new URL('suite.json', import.meta.url), 'utf8'));
fc.configureGlobal({ seed });
setDefaultBackend(await wasmBackend());
for (const file of files) await inFile(file, () => import(file));
const { passed, failures } = await runAll();
for (const text of failures) console.error(text);
console.log(`Node ${process.version}, the sources on WebAssembly`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;
