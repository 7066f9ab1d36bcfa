#!/usr/bin/env node
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { run } from './run.js';

/** The smallest module with a SIMD instruction: `i8x16.splat`, dropped. */
const simdModule = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11);

const { WebAssembly } = globalThis as { readonly WebAssembly?: { readonly validate: (bytes: Uint8Array) => boolean } };
const simd = WebAssembly?.validate(simdModule) === true;
const { exitCode, stdout, stderr, cwd, writes } = await run(process.argv.slice(2), { cwd: process.cwd(), node: process.versions.node, simd });
try {
  for (const [path, text] of Object.entries(writes)) writeFileSync(resolve(cwd, path), text);
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = exitCode;
} catch (error) {
  // What was written before stays: each file is whole, and pinning again goes on from there.
  process.stderr.write(`pastina: cannot write (${(error as Error).message}); make the file writable, and run the command again\n`);
  process.exitCode = 2;
}
