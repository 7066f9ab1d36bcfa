import { InputError, tensor, type Tensor, type TensorLike } from '@pastina/core';
import { sizeOf } from './bytes.js';
import { fileBytes, writeElements } from './elements.js';

/** Values by name. */
export type Named = ReadonlyMap<string, TensorLike> | Readonly<Record<string, TensorLike>>;

const codes: Readonly<Record<string, string>> = { float64: 'F64', float32: 'F32', float16: 'F16', int32: 'I32', uint32: 'U32', bool: 'BOOL' };

/**
 * Values as the bytes of a safetensors file, see {@link readSafetensors}. The header has the order given; elements lie by
 * falling size, so that each is aligned. The same values give the same bytes.
 *
 * @param values - name → value; plain numbers are float32
 * @param metadata - texts that go into the header
 * @throws InputError for a name that the format keeps for itself, or metadata that are no texts
 *
 * @example
 * ```ts
 * import { writeSafetensors } from '@pastina/training/checkpoints';
 * const bytes = writeSafetensors({ b: Float64Array.of(1, 2) });
 * console.log(bytes.length, new TextDecoder().decode(bytes.subarray(8, 61))); // 80 {"b":{"dtype":"F64","shape":[2],"data_offsets":[0,16]
 * ```
 */
export function writeSafetensors(values: Named, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const tensors = [...entriesOf(values)].map(([name, value]) => ({ name, value: tensorOf(name, value) }));
  const text = Object.entries(metadata).find(([, value]) => typeof value !== 'string');
  if (text !== undefined) throw new InputError('SAFETENSORS_METADATA', `writeSafetensors: metadata '${text[0]}' is ${typeof text[1]}; expected a text, such as JSON.stringify(…) gives`, { name: text[0] });
  const begins = new Map<string, number>();
  let length = 0;
  for (const { name, value } of [...tensors].sort((a, b) => bytesOf(b.value) - bytesOf(a.value))) {
    begins.set(name, length);
    length += sizeOf(value.shape) * bytesOf(value);
  }
  const fields = tensors.map(({ name, value }) => {
    const begin = begins.get(name) as number;
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype: codes[value.dtype], shape: value.shape, data_offsets: [begin, begin + sizeOf(value.shape) * bytesOf(value)] })}`;
  });
  if (Object.keys(metadata).length > 0) fields.unshift(`"__metadata__":${JSON.stringify(metadata)}`);
  const header = new TextEncoder().encode(`{${fields.join(',')}}`);
  const start = 8 + 8 * Math.ceil(header.length / 8);
  const bytes = new Uint8Array(start + length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, start - 8, true);
  bytes.fill(0x20, 8, start);
  bytes.set(header, 8);
  for (const { name, value } of tensors) writeElements(value.dataSync(), value.dtype, view, start + (begins.get(name) as number));
  return bytes;
}

function entriesOf(values: Named): Iterable<readonly [string, TensorLike]> {
  return values instanceof Map ? (values as ReadonlyMap<string, TensorLike>) : Object.entries(values as Readonly<Record<string, TensorLike>>);
}

function tensorOf(name: string, value: TensorLike): Tensor {
  if (name === '__metadata__') throw new InputError('SAFETENSORS_NAME', "writeSafetensors: a tensor cannot be called '__metadata__'; give it another name", { name });
  if (typeof value === 'object' && 'dataSync' in value) return value;
  try {
    return tensor(value);
  } catch (error) {
    throw new InputError('SAFETENSORS_VALUE', `writeSafetensors: '${name}': ${(error as Error).message}`, { name });
  }
}

function bytesOf({ dtype }: Tensor): number {
  return fileBytes[dtype] as number;
}
