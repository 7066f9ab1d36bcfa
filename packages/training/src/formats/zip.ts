import { InputError } from '@pastina/core';
import { inflateSync } from 'fflate';
import { crc32 } from './crc.js';

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly header: number;
}

/** No deflated stretch holds more than this many times its own length. */
const mostDeflated = 1032;

/**
 * The files of a zip archive by name, stored or deflated. Sizes are checked before anything is unpacked: against the
 * length of the archive, against what deflating can do, and against `maxBytes` in all.
 *
 * @throws InputError ZIP_… naming the file at fault
 */
export function unzip(where: string, view: DataView, maxBytes: number): Map<string, Uint8Array> {
  const fail = (code: string, what: string): never => {
    throw new InputError(code, `${where}: ${what}`);
  };
  const end = endRecord(view);
  if (end === undefined) return fail('ZIP_END', 'there is no end of an archive. The file is cut short, or no .npz (zip) file');
  const [count, start] = [view.getUint16(end + 10, true), view.getUint32(end + 16, true)];
  if (count === 0xffff || start === 0xffffffff) fail('ZIP_64', 'a zip64 archive, of more than 4 GB or 65534 files; save the arrays in several files');
  const entries: Entry[] = [];
  let at = start;
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) return fail('ZIP_DIRECTORY', `entry ${i} of the archive's directory lies beyond it or is none. The file is corrupt`);
    const [nameLength, rest] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true) + view.getUint16(at + 32, true)];
    if (at + 46 + nameLength + rest > end) return fail('ZIP_DIRECTORY', `entry ${i} of the archive's directory ends beyond it. The file is corrupt`);
    const name = new TextDecoder().decode(bytesOf(view, at + 46, nameLength));
    if ((view.getUint16(at + 8, true) & 1) === 1) fail('ZIP_ENCRYPTED', `'${name}' is encrypted; expected a plain archive`);
    entries.push({ name, method: view.getUint16(at + 10, true), crc: view.getUint32(at + 16, true), packed: view.getUint32(at + 20, true), size: view.getUint32(at + 24, true), header: view.getUint32(at + 42, true) });
    at += 46 + nameLength + rest;
  }
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > maxBytes) fail('ZIP_SIZE', `the archive says it holds ${total} bytes; expected at most ${maxBytes}. Raise maxBytes if that is right`);
  const files = new Map<string, Uint8Array>();
  for (const entry of entries) {
    if (files.has(entry.name)) fail('ZIP_NAME_TWICE', `'${entry.name}' is there twice. The file is corrupt`);
    files.set(entry.name, unpack(entry, view, start, fail));
  }
  return files;
}

/** The last record, which a comment may follow. */
function endRecord(view: DataView): number | undefined {
  for (let at = view.byteLength - 22; at >= 0 && at >= view.byteLength - 22 - 65535; at -= 1) {
    if (view.getUint32(at, true) === 0x06054b50 && at + 22 + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  return undefined;
}

function unpack({ name, method, crc, packed, size, header }: Entry, view: DataView, end: number, fail: (code: string, what: string) => never): Uint8Array {
  if (packed === 0xffffffff || size === 0xffffffff || header === 0xffffffff) fail('ZIP_64', `'${name}' has 4 GB or more; save the arrays in several files`);
  if (header + 30 > end || view.getUint32(header, true) !== 0x04034b50) fail('ZIP_ENTRY', `'${name}' does not lie where the directory says. The file is corrupt`);
  const begin = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  if (begin + packed > end) fail('ZIP_ENTRY', `'${name}' ends beyond the archive. The file is cut short or corrupt`);
  if (method !== 0 && method !== 8) fail('ZIP_METHOD', `'${name}' is packed by method ${method}; expected 0 (stored) or 8 (deflated), as np.savez and np.savez_compressed write`);
  if (method === 0 ? packed !== size : size > mostDeflated * packed) fail('ZIP_ENTRY', `'${name}' has ${packed} bytes that cannot unpack to ${size}. The file is corrupt`);
  const stored = bytesOf(view, begin, packed);
  let bytes = stored;
  try {
    if (method === 8) bytes = inflateSync(stored, { out: new Uint8Array(size) });
  } catch (error) {
    fail('ZIP_DEFLATE', `'${name}' cannot be unpacked: ${(error as Error).message}. The file is corrupt`);
  }
  if (bytes.length !== size || crc32(bytes) !== crc) fail('ZIP_CHECKSUM', `'${name}' has not the checksum that the archive tells. The file is corrupt`);
  return bytes;
}

function bytesOf(view: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, length);
}
