import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { writeNpy, writeNpz } from '../checkpoints.js';
import { gunzip } from '../datasets.js';
import { loadCsv, loadIdx, loadNpy, loadNpz } from '../node.js';

const folder = mkdtempSync(join(tmpdir(), 'pastina-'));
afterAll(() => rmSync(folder, { recursive: true }));
const put = (name: string, bytes: Uint8Array | string): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

describe('gunzip', () => {
  it('unpacks, and leaves alone what is not packed', async () => {
    const bytes = Uint8Array.from({ length: 300000 }, (_, i) => (i * i) >> 7);
    expect(Buffer.compare(await gunzip(gzipSync(bytes)), bytes)).toBe(0);
    expect(await gunzip(Uint8Array.of(1, 2))).toEqual(Uint8Array.of(1, 2));
    expect(await gunzip(new ArrayBuffer(0))).toEqual(new Uint8Array(0));
    expect(await gunzip(gzipSync(new Uint8Array(0)))).toEqual(new Uint8Array(0));
  });

  it('refuses corrupt files, and those that hold too much', async () => {
    const packed = gzipSync(Uint8Array.from({ length: 1000 }, (_, i) => i));
    await expect(gunzip(packed.subarray(0, -9))).rejects.toThrow(/^gunzip: the file cannot be unpacked: .*\. It is cut short or corrupt \[GZIP\]$/);
    const wrong = Uint8Array.from(packed);
    wrong[packed.length - 6] = (packed[packed.length - 6] as number) ^ 1;
    await expect(gunzip(wrong)).rejects.toThrow(/\[GZIP\]/);
    const bomb = gzipSync(new Uint8Array(5e7));
    await expect(gunzip(bomb, { maxBytes: 1e5 })).rejects.toThrow('gunzip: the file unpacks to more than 100000 bytes; raise maxBytes if that is right [GZIP_SIZE]');
    await expect(gunzip('x' as never)).rejects.toThrow('gunzip: got string; expected the bytes of a file');
  });
});

describe('files of data', () => {
  it('are read from paths, packed or not', async () => {
    const idx = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9);
    for (const path of [put('a.idx', idx), put('a.idx.gz', gzipSync(idx))]) expect(await loadIdx(path)).toEqual({ dtype: 'uint8', shape: [2], data: Uint8Array.of(7, 9) });
    for (const path of [put('a.csv', 'ü\n1'), put('a.csv.gz', gzipSync('ü\n1'))]) expect((await loadCsv(path)).numbers['ü']).toEqual(Float64Array.of(1));
    expect(await loadNpy(put('a.npy', writeNpy([1, 2])))).toEqual({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) });
    expect([...(await loadNpz(put('a.npz', writeNpz({ x: 1 })))).keys()]).toEqual(['x']);
    await expect(loadIdx(join(folder, 'none'))).rejects.toThrow(/ENOENT/);
    await expect(loadCsv(put('b.csv', 'a\nx'))).rejects.toThrow(/CSV_NUMBER/);
  });
});
