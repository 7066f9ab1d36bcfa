import { checkOptions, defaultOf, InputError, type Defaulted } from '@pastina/core';
import { defaults } from '../defaults.js';
import { sliceOf, viewOf } from '../formats/bytes.js';

/** Options of {@link gunzip}. */
export interface GunzipOptions {
  /** How much may come out; a small file can hold much. */
  readonly maxBytes?: Defaulted<number, 2147483648>;
}

/**
 * Unpacks a `.gz` file, by the `DecompressionStream` that Node and browsers have. Bytes that are not packed come back as
 * they are, so that a caller need not know.
 *
 * @throws InputError GZIP for a corrupt file, GZIP_SIZE for one that unpacks to more than `maxBytes`, which costs no more
 *   memory than that
 *
 * @example
 * ```ts
 * import { gzipSync } from 'node:zlib';
 * import { gunzip, parseIdx } from '@pastina/training/datasets';
 * const packed = gzipSync(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9));
 * console.log([...parseIdx(await gunzip(packed)).data]); // [7, 9]
 * ```
 */
export async function gunzip(bytes: Uint8Array | ArrayBuffer, options: GunzipOptions = {}): Promise<Uint8Array> {
  checkOptions('gunzip', options, ['maxBytes']);
  const maxBytes = options.maxBytes ?? defaultOf(defaults, 'gunzip.maxBytes');
  const view = viewOf('gunzip', bytes);
  const packed = sliceOf(view, 0, view.byteLength);
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) return packed;
  const stream = new DecompressionStream('gzip');
  const writer = stream.writable.getWriter();
  // what the writer would complain of, the reader is told too
  writer.write(packed).catch(() => undefined);
  writer.close().catch(() => undefined);
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = stream.readable.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw new InputError('GZIP', `gunzip: the file cannot be unpacked: ${(error as Error).message}. It is cut short or corrupt`);
    });
    if (done) break;
    pieces.push(value);
    length += value.length;
    if (length <= maxBytes) continue;
    await reader.cancel().catch(() => undefined);
    throw new InputError('GZIP_SIZE', `gunzip: the file unpacks to more than ${maxBytes} bytes; raise maxBytes if that is right`, { maxBytes });
  }
  const whole = new Uint8Array(length);
  pieces.reduce((at, piece) => (whole.set(piece, at), at + piece.length), 0);
  return whole;
}
