import { crc32c } from './crc.js';

/** Scalars by tag. */
export type Scalars = readonly (readonly [tag: string, value: number])[];

/**
 * A record of TensorBoard's event files: the length (8 bytes), its checksum, the event, its checksum. The event is a
 * protobuf message: wall_time (1, double), step (2, int64), file_version (3, text) or summary (5), whose values (1) have
 * tag (1, text) and simple_value (2, float).
 */
export function eventRecord(seconds: number, step: number, content: string | Scalars): Uint8Array {
  const event = concat([
    field(1, 1), double(seconds),
    ...(step === 0 ? [] : [field(2, 0), varint(step)]),
    ...(typeof content === 'string' ? delimited(3, text(content)) : delimited(5, concat(content.flatMap(([tag, value]) => delimited(1, concat([...delimited(1, text(tag)), field(2, 5), float(value)])))))),
  ]);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(0, event.length, true);
  return concat([length, maskedChecksum(length), event, maskedChecksum(event)]);
}

/** The checksum as records have it: rotated and moved, since sums over sums are weak. */
function maskedChecksum(bytes: Uint8Array): Uint8Array {
  const crc = crc32c(bytes);
  const masked = new Uint8Array(4);
  new DataView(masked.buffer).setUint32(0, ((crc >>> 15) | (crc << 17)) + 0xa282ead8, true);
  return masked;
}

/** Number of a field and how its value is written: 0 varint, 1 eight bytes, 2 with its length, 5 four bytes. */
function field(number: number, kind: number): Uint8Array {
  return Uint8Array.of((number << 3) | kind);
}

function delimited(number: number, bytes: Uint8Array): readonly Uint8Array[] {
  return [field(number, 2), varint(bytes.length), bytes];
}

/** Seven bits a byte, the lowest first; the upper bit says that more follow. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.from([...bytes, rest]);
}

function double(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return bytes;
}

function float(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return bytes;
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
