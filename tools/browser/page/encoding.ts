// Values with typed arrays in them as bytes, so that they can be handed over in shared memory.

const types = { Float32Array, Float64Array, Int32Array, Uint32Array, Uint16Array, Uint8Array, Int8Array, Int16Array };
interface Placed {
  readonly array: keyof typeof types;
  readonly from: number;
  readonly to: number;
}

/** The length of the text, the text, and the bytes of the arrays. */
export function encode(value: unknown): Uint8Array {
  const parts: Uint8Array[] = [];
  let end = 0;
  const text = new TextEncoder().encode(JSON.stringify(value, (_, entry: unknown) => {
    if (!ArrayBuffer.isView(entry)) return entry;
    const bytes = new Uint8Array(entry.buffer, entry.byteOffset, entry.byteLength);
    parts.push(bytes);
    end += bytes.length;
    return { array: entry.constructor.name, from: end - bytes.length, to: end };
  }) ?? 'null');
  const all = new Uint8Array(4 + text.length + end);
  new DataView(all.buffer).setUint32(0, text.length);
  all.set(text, 4);
  let at = 4 + text.length;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function decode(all: Uint8Array): unknown {
  const start = 4 + new DataView(all.buffer, all.byteOffset).getUint32(0);
  const isPlaced = (entry: unknown): entry is Placed => typeof entry === 'object' && entry !== null && Object.hasOwn(types, (entry as Partial<Placed>).array ?? '');
  return JSON.parse(new TextDecoder().decode(all.slice(4, start)), (_, entry: unknown) => (isPlaced(entry) ? new types[entry.array](all.slice(start + entry.from, start + entry.to).buffer) : entry));
}
