import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parameter } from '@pastina/core';
import { afterAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../checkpoints.js';
import { loadCheckpoint, saveCheckpoint, writeFileAtomically } from '../node.js';

const folder = mkdtempSync(join(tmpdir(), 'pastina-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'model.safetensors');
const partials = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.partial'));

describe('a checkpoint file', () => {
  it('is written in whole, over an older one, and read again', async () => {
    const W = parameter([1, 2, 3], { name: 'W' });
    await saveCheckpoint(path, { params: [W], metadata: { note: 'first' } });
    const saving = saveCheckpoint(path, { params: [W], metadata: { note: 'second' } });
    // the values are those of the moment of the call
    W.set([0, 0, 0]);
    await saving;
    expect(await loadCheckpoint(path, { params: [W] })).toEqual({ progress: undefined, metadata: { note: 'second' } });
    expect(W.valueSync().toArray()).toEqual([1, 2, 3]);
    expect(readdirSync(folder)).toEqual(['model.safetensors']);
  });

  it('stays as it is where the new one cannot be made', async () => {
    const before = readFileSync(path);
    await expect(saveCheckpoint(path, {})).rejects.toThrow(/nothing to save/);
    await expect(saveCheckpoint(join(folder, 'none', 'x'), { params: [parameter(1)] })).rejects.toThrow(/ENOENT/);
    await expect(loadCheckpoint(join(folder, 'none'), { params: [] })).rejects.toThrow(/ENOENT/);
    await expect(saveCheckpoint('', { params: [parameter(1)] })).rejects.toThrow("saveCheckpoint: the path is empty; expected a text, such as 'model.safetensors' [PATH]");
    await expect(loadCheckpoint(3 as never, {})).rejects.toThrow('loadCheckpoint: the path is number');
    expect(readFileSync(path)).toEqual(before);
    expect(partials()).toEqual([]);
  });

  it('that is corrupt is refused, whatever byte of the header is lost', async () => {
    const W = parameter([1, 2, 3], { name: 'W' });
    const bytes = readFileSync(path);
    for (const length of [0, 7, 8, 100, bytes.length - 1]) {
      writeFileSync(join(folder, 'cut'), bytes.subarray(0, length));
      await expect(loadCheckpoint(join(folder, 'cut'), { params: [W] })).rejects.toThrow(/readSafetensors: .*\[SAFETENSORS_/);
    }
    rmSync(join(folder, 'cut'));
    expect(W.valueSync().toArray()).toEqual([1, 2, 3]);
  });

  it('two saves at a time: the file is one of them', async () => {
    const [a, b] = [new Uint8Array(1e6).fill(1), new Uint8Array(1e6).fill(2)];
    await Promise.all([writeFileAtomically(path, a), writeFileAtomically(path, b)]);
    const found = readFileSync(path);
    expect(found.length).toBe(1e6);
    expect(new Set(found).size).toBe(1);
  });

  it('survives a kill during the save: the old one is intact, and nothing partial stands at its path', async () => {
    const size = 48e6;
    const old = writeSafetensors({ W: [1, 2, 3] });
    const source = `import { writeFileAtomically } from ${JSON.stringify(new URL('atomic.ts', import.meta.url).href)};
      const bytes = new Uint8Array(${size}).fill(7);
      for (;;) await writeFileAtomically(${JSON.stringify(path)}, bytes);`;
    let left = 0;
    for (let round = 0; round < 8; round += 1) {
      writeFileSync(path, old);
      const child = spawn(process.execPath, ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', source], { stdio: ['ignore', 'ignore', 'pipe'] });
      let complaint = '';
      child.stderr.on('data', (chunk) => (complaint += String(chunk)));
      const exited = new Promise((resolve) => child.on('exit', resolve));
      // a file beside it appears as soon as the child saves; each round waits for more of it
      const enough = (): boolean => partials().some((name) => name.includes(`.${child.pid}.`) && (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0) >= (round / 8) * size);
      while (!enough() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1));
      child.kill('SIGKILL');
      await exited;
      expect(complaint).toBe('');
      const found = readFileSync(path);
      if (found.length === old.length) expect(Buffer.compare(found, old)).toBe(0);
      else expect([found.length, found.every((byte) => byte === 7)]).toEqual([size, true]);
      left += partials().length > 0 ? 1 : 0;
      // what the dead left is removed by the next save
      await writeFileAtomically(path, old);
      expect(partials()).toEqual([]);
    }
    // some were really killed on the way
    expect(left).toBeGreaterThan(0);
  }, 60000);
});
