const tables = new Map<number, Uint32Array>();

/** One step for each of the 256 bytes; made when it is first needed. */
function tableOf(polynomial: number): Uint32Array {
  const before = tables.get(polynomial);
  if (before !== undefined) return before;
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ polynomial : rest >>> 1;
    return rest;
  });
  tables.set(polynomial, table);
  return table;
}

function crcOf(polynomial: number, pieces: readonly Uint8Array[]): number {
  const table = tableOf(polynomial);
  let crc = 0xffffffff;
  for (const bytes of pieces) for (let i = 0; i < bytes.length; i += 1) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[i] as number)) & 255] as number);
  return (crc ^ 0xffffffff) >>> 0;
}

/** The checksum of zip and gzip, over pieces one behind the other. */
export function crc32(...pieces: readonly Uint8Array[]): number {
  return crcOf(0xedb88320, pieces);
}

/** The checksum of TensorBoard's event files (Castagnoli). */
export function crc32c(bytes: Uint8Array): number {
  return crcOf(0x82f63b78, [bytes]);
}
