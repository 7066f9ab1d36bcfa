import { InputError } from '@pastina/core';
import { crc32 } from './crc.js';
import { type Named, writeSafetensors } from './writeSafetensors.js';

/** Where checkpoints have their checksum: first of all, so that its place is known. */
export const checksumKey = 'pastina.checksum';
const before = `{"__metadata__":{"${checksumKey}":"`;
const [from, zeros] = [8 + before.length, '00000000'];

/** A safetensors file with a checksum of all its bytes, those of the checksum itself taken as zeros. */
export function writeChecked(values: Named, metadata: Readonly<Record<string, string>>): Uint8Array {
  const bytes = writeSafetensors(values, { [checksumKey]: zeros, ...metadata });
  bytes.set(new TextEncoder().encode(hex(crc32(bytes))), from);
  return bytes;
}

/**
 * The format has no checksum of its own, and a changed bit of a weight is a weight too.
 *
 * @throws InputError SAFETENSORS_CHECKSUM for a file that tells one and has another, or has lost it
 */
export function checkChecksum(bytes: Uint8Array, metadata: ReadonlyMap<string, string>): void {
  const told = metadata.get(checksumKey);
  if (told === undefined && ![...metadata.keys()].some((name) => name.startsWith('pastina.'))) return;
  const encoded = new TextEncoder().encode(before);
  const inPlace = encoded.every((byte, i) => bytes[8 + i] === byte);
  const found = hex(crc32(bytes.subarray(0, from), new TextEncoder().encode(zeros), bytes.subarray(from + zeros.length)));
  if (told !== found || !inPlace) throw new InputError('SAFETENSORS_CHECKSUM', `readSafetensors: the file's checksum is ${found}, but it tells ${told ?? 'none'}: it is not as it was written. If another tool has written it on purpose, its metadata must leave out the names that begin with 'pastina.'`, { expected: told, found });
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}
