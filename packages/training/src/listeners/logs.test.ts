import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tensor } from '@pastina/core';
import { afterAll, describe, expect, it } from 'vitest';
import { crc32, crc32c } from '../formats/crc.js';
import { eventRecord } from '../formats/tensorBoardEvent.js';
import { earlyStopping, fit, jsonLines, tensorBoard, type FitEvent } from '../index.js';
import { jsonLines as jsonLinesFile, tensorBoard as tensorBoardFolder } from '../node.js';

const folder = mkdtempSync(join(tmpdir(), 'pastina-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (losses: readonly number[]): AsyncGenerator<FitEvent<'loss', 'accuracy'>, void, undefined> => {
  const rest = [...losses];
  return fit({ step: () => ({ loss: tensor(rest.shift() ?? 0) }), data: { x: [1, 2] }, epochs: 1, batchSize: 1, validation: { evaluate: () => ({ accuracy: tensor(0.5) }), data: { x: [1] } } });
};

async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const text = `{"type":"start","epochs":1,"items":2,"batchesPerEpoch":2,"steps":2,"step":0}
{"type":"step","epoch":1,"batch":1,"step":1,"items":1,"metrics":{"loss":0.5}}
{"type":"step","epoch":1,"batch":2,"step":2,"items":1,"metrics":{"loss":"-Infinity"}}
{"type":"epoch","epoch":1,"step":2,"metrics":{"loss":"-Infinity"}}
{"type":"validation","epoch":1,"step":2,"metrics":{"accuracy":0.5}}
{"type":"end","reason":"finished","epoch":1,"step":2}
`;

describe('jsonLines', () => {
  it('writes a line for each event and hands it on, in any order with other listeners', async () => {
    let written = '';
    const write = async (line: string): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      written += line;
    };
    const plain = await collect(run([0.5, -Infinity]));
    expect(await collect(jsonLines(run([0.5, -Infinity]), { write }))).toEqual(plain);
    expect(written).toBe(text);
    written = '';
    expect((await collect(jsonLines(earlyStopping(run([0.5, -Infinity]), { metric: 'accuracy' }), { write }))).length).toBe(plain.length);
    expect(written).toBe(text);
  });

  it('appends to a file, which is closed also where the loop is left or fails', async () => {
    const path = join(folder, 'run.jsonl');
    await collect(jsonLinesFile(run([0.5, -Infinity]), { path }));
    for await (const event of jsonLinesFile(run([0.5]), { path })) if (event.type === 'step') break;
    expect(readFileSync(path, 'utf8')).toBe(`${text}${text.split('\n').slice(0, 2).join('\n')}\n`);
    async function* failing(): AsyncGenerator<FitEvent, void, undefined> {
      yield* run([]);
      throw new Error('no more');
    }
    await expect(collect(jsonLinesFile(failing(), { path: join(folder, 'failing.jsonl') }))).rejects.toThrow('no more');
    expect(readFileSync(join(folder, 'failing.jsonl'), 'utf8').trim().split('\n')).toHaveLength(6);
    const lines: string[] = [];
    await collect(jsonLinesFile(run([]), { write: (line) => lines.push(line) }));
    expect(lines).toHaveLength(6);
  });

  it('passes on what writing throws, and refuses what cannot be written to', async () => {
    await expect(collect(jsonLines(run([]), { write: () => Promise.reject(new Error('disk full')) }))).rejects.toThrow('disk full');
    await expect(collect(jsonLinesFile(run([]), { path: join(folder, 'none', 'x') }))).rejects.toThrow(/ENOENT/);
    expect(() => jsonLines(run([]), { write: 3 as never })).toThrow('jsonLines: write is 3; expected a function that gets what is to be written [OPTION_VALUE]');
    expect(() => jsonLinesFile(run([]), {})).toThrow('jsonLines: neither path nor write; expected one of them');
    expect(() => jsonLinesFile(run([]), { path: 3 as never })).toThrow('jsonLines: path is number; expected the name of a file [PATH]');
    expect(() => jsonLines(run([]), { path: 'x' } as never)).toThrow(/there is no option 'path'/);
  });
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('TensorBoard', () => {
  it('has the checksums that it should', () => {
    const digits = new TextEncoder().encode('123456789');
    expect([crc32c(digits), crc32(digits), crc32c(new Uint8Array(32)), crc32c(new Uint8Array(0))]).toEqual([0xe3069283, 0xcbf43926, 0x8a9136aa, 0]);
  });

  it("gets the very bytes that TensorBoard's own writer makes of the same events", () => {
    expect(hex(eventRecord(1700000000.25, 0, 'brain.Event:2'))).toBe('1800000000000000a37f4b220900001040fc54d9411a0d627261696e2e4576656e743a32338d2fe9');
    expect(hex(eventRecord(1700000000.5, 300, [['step/loss', 0.1], ['step/größe', -Infinity]]))).toBe('3500000000000000d6c55de60900002040fc54d94110ac022a270a100a09737465702f6c6f737315cdcccc3d0a130a0c737465702f6772c3b6c39f6515000080fff1253083');
    expect(hex(eventRecord(1700000001, 1099511627781, [['epoch/loss', 0]]))).toBe('2500000000000000eabc36f30900004040fc54d941108580808080202a130a110a0a65706f63682f6c6f73731500000000f49d006b');
  });

  it('gets a record for the version and one for each event with metrics', async () => {
    const records: Uint8Array[] = [];
    const events = await collect(tensorBoard(run([0.5, NaN]), { write: (bytes) => records.push(bytes), now: () => 2500 }));
    expect(events.map(({ type }) => type)).toEqual(['start', 'step', 'step', 'epoch', 'validation', 'end']);
    expect(records.map(hex)).toEqual([
      eventRecord(2.5, 0, 'brain.Event:2'), eventRecord(2.5, 1, [['step/loss', 0.5]]), eventRecord(2.5, 2, [['step/loss', NaN]]),
      eventRecord(2.5, 2, [['epoch/loss', NaN]]), eventRecord(2.5, 2, [['validation/accuracy', 0.5]]),
    ].map(hex));
    expect(() => tensorBoard(run([]), {} as never)).toThrow('tensorBoard: write is undefined');
  });

  it('gets a file of its own for each run in a folder', async () => {
    const directory = join(folder, 'logs', 'deep');
    await collect(tensorBoardFolder(run([0.5, 0.25]), { directory }));
    await collect(tensorBoardFolder(run([0.5, 0.25]), { directory }));
    const names = readdirSync(directory);
    expect(names).toHaveLength(2);
    for (const name of names) {
      expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\./);
      expect(readFileSync(join(directory, name)).subarray(21, 21 + 15).toString()).toBe('\u001a\rbrain.Event:2');
    }
    writeFileSync(join(folder, 'file'), '');
    await expect(collect(tensorBoardFolder(run([]), { directory: join(folder, 'file') }))).rejects.toThrow(/EEXIST/);
    expect(() => tensorBoardFolder(run([]), {} as never)).toThrow('tensorBoard: directory is undefined; expected the name of a folder [PATH]');
  });
});
