import { InputError, tensor, type DType, type Tensor } from '@pastina/core';
import { sizeOf, viewOf } from './bytes.js';
import { checkChecksum } from './checksum.js';
import { type ElementName, elementKinds, readElements } from './elements.js';
import { parseStrictJson, type Json } from './json.js';

/** What a safetensors file holds. */
export interface Safetensors {
  /** By name, in the order of the header. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Texts by name: the `__metadata__` of the header. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** As in the format's own implementation: no header is longer. */
const longestHeader = 100000000;

const kinds: Readonly<Record<string, readonly [DType, ElementName]>> = {
  F64: ['float64', 'float64'], F32: ['float32', 'float32'], F16: ['float16', 'float16'], BF16: ['float32', 'bfloat16'],
  I64: ['int32', 'int64'], I32: ['int32', 'int32'], I16: ['int32', 'int16'], I8: ['int32', 'int8'],
  U64: ['uint32', 'uint64'], U32: ['uint32', 'uint32'], U16: ['int32', 'uint16'], U8: ['int32', 'uint8'], BOOL: ['bool', 'bool'],
};

interface Entry {
  readonly name: string;
  readonly code: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a safetensors file: the length of the header (8 bytes, little-endian), the header (JSON: name → dtype, shape,
 * offsets), the elements (row-major, little-endian). Everything is checked before the first tensor is made, so a corrupt
 * file costs at most a few times its own size.
 *
 * Dtypes that there are not here are read exactly into ones that there are: BF16 into float32, small integers into
 * int32, I64 and U64 into int32 and uint32 where every element fits. Checkpoints carry a checksum, which is checked.
 *
 * @throws InputError SAFETENSORS_LENGTH, SAFETENSORS_HEADER for a file that is cut short or none at all; SAFETENSORS_ENTRY,
 *   SAFETENSORS_DTYPE, SAFETENSORS_OFFSETS, SAFETENSORS_ELEMENT naming the tensor at fault; SAFETENSORS_CHECKSUM
 *
 * @example
 * ```ts
 * import { readSafetensors, writeSafetensors } from '@pastina/training/checkpoints';
 * const bytes = writeSafetensors({ 'hidden.W': [[1, 2], [3, 4]] }, { made: 'here' });
 * const { tensors, metadata } = readSafetensors(bytes);
 * console.log(tensors.get('hidden.W')?.toArray(), metadata.get('made')); // [[1, 2], [3, 4]] here
 * ```
 */
export function readSafetensors(bytes: Uint8Array | ArrayBuffer): Safetensors {
  const view = viewOf('readSafetensors', bytes);
  const start = headerEnd(view);
  const header = parseHeader(view, start);
  const metadata = readMetadata(header.get('__metadata__'));
  checkChecksum(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), metadata);
  const entries = [...header].filter(([name]) => name !== '__metadata__').map(([name, entry]) => readEntry(name, entry));
  checkOffsets(entries, view.byteLength - start);
  return { tensors: new Map(entries.map((entry) => [entry.name, readTensor(entry, view, start)])), metadata };
}

function headerEnd(view: DataView): number {
  if (view.byteLength < 8) throw new InputError('SAFETENSORS_LENGTH', `readSafetensors: the file has ${view.byteLength} bytes; expected at least 8, the length of the header. The file is cut short, or none of this format`, { length: view.byteLength });
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 4294967296;
  if (length > longestHeader) throw new InputError('SAFETENSORS_HEADER', `readSafetensors: a header of ${length} bytes; expected at most ${longestHeader}. The file is corrupt, or none of this format`, { length });
  if (8 + length > view.byteLength) throw new InputError('SAFETENSORS_LENGTH', `readSafetensors: the file ends after ${view.byteLength} bytes, within a header of ${length} bytes. The file is cut short, or none of this format`, { length: view.byteLength, header: length });
  return 8 + length;
}

function parseHeader(view: DataView, end: number): ReadonlyMap<string, Json> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new Uint8Array(view.buffer, view.byteOffset + 8, end - 8));
    if (!text.startsWith('{')) throw new SyntaxError("it does not begin with '{'");
    const header = parseStrictJson(text);
    if (header instanceof Map) return header as ReadonlyMap<string, Json>;
    throw new SyntaxError('it is no object');
  } catch (error) {
    throw new InputError('SAFETENSORS_HEADER', `readSafetensors: the header is no JSON object: ${(error as Error).message}. The file is corrupt, or none of this format`);
  }
}

function readMetadata(found: Json | undefined): ReadonlyMap<string, string> {
  if (found === undefined) return new Map();
  if (found instanceof Map && [...found.values()].every((value) => typeof value === 'string')) return found as ReadonlyMap<string, string>;
  throw new InputError('SAFETENSORS_HEADER', "readSafetensors: '__metadata__' of the header is no object of texts. The file is corrupt");
}

function readEntry(name: string, entry: Json): Entry {
  const fail = (code: string, what: string): never => {
    throw new InputError(code, `readSafetensors: tensor '${name}': ${what}. The file is corrupt`, { tensor: name });
  };
  if (!(entry instanceof Map)) return fail('SAFETENSORS_ENTRY', 'its entry is no object');
  const odd = [...entry.keys()].find((key) => !['dtype', 'shape', 'data_offsets'].includes(key as string));
  if (odd !== undefined) fail('SAFETENSORS_ENTRY', `its entry has a field ${JSON.stringify(odd)}; expected dtype, shape and data_offsets`);
  const code: unknown = entry.get('dtype');
  if (typeof code !== 'string' || !Object.hasOwn(kinds, code)) return fail('SAFETENSORS_DTYPE', `dtype ${JSON.stringify(code) ?? 'missing'}; expected one of ${Object.keys(kinds).join(', ')}`);
  const shape = entry.get('shape') as unknown;
  if (!isSizes(shape)) return fail('SAFETENSORS_ENTRY', `shape ${JSON.stringify(shape) ?? 'missing'}; expected a list of whole numbers from 0 up`);
  const offsets = entry.get('data_offsets') as unknown;
  if (!isSizes(offsets) || offsets.length !== 2) return fail('SAFETENSORS_OFFSETS', `data_offsets ${JSON.stringify(offsets) ?? 'missing'}; expected two whole numbers, where it begins and where it ends`);
  const [begin, end] = offsets as readonly [number, number];
  const bytes = sizeOf(shape) * elementKinds[kinds[code]?.[1] as ElementName].bytes;
  if (end - begin !== bytes) fail('SAFETENSORS_OFFSETS', `data_offsets [${begin}, ${end}] hold ${end - begin} bytes; expected ${bytes} for ${code}[${shape.join(', ')}]`);
  return { name, code, shape, begin, end };
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** The elements must fill the rest of the file: no byte belongs to two tensors, or to none. */
function checkOffsets(entries: readonly Entry[], length: number): void {
  let at = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) throw new InputError('SAFETENSORS_OFFSETS', `readSafetensors: tensor '${name}' begins at ${begin}, the one before it ends at ${at}: ${begin < at ? 'they overlap' : 'bytes between them belong to none'}. The file is corrupt`, { tensor: name, begin, expected: at });
    at = end;
  }
  if (at !== length) throw new InputError('SAFETENSORS_LENGTH', `readSafetensors: ${length} bytes of elements; expected ${at}. The file is ${length < at ? 'cut short' : 'too long'}, or its header is corrupt`, { expected: at, found: length });
}

function readTensor({ name, code, shape, begin }: Entry, view: DataView, start: number): Tensor {
  const [dtype, kind] = kinds[code] as readonly [DType, ElementName];
  const { data, misfit, value } = readElements(elementKinds[kind], elementKinds[kind].make(sizeOf(shape)), view, start + begin, true);
  const at = misfit ?? (dtype === 'bool' ? data.findIndex((element) => element > 1) : -1);
  if (at >= 0) throw new InputError('SAFETENSORS_ELEMENT', `readSafetensors: tensor '${name}': element ${at} of ${code} is ${misfit === undefined ? data[at] : value}; ${dtype === 'bool' ? 'expected 0 or 1. The file is corrupt' : `it does not fit ${dtype}, and there is no wider integer here; store it as F64 or smaller`}`, { tensor: name, index: at });
  return tensor({ data, shape }, shape, dtype);
}
