import { InputError } from '@pastina/core';

/** Bytes as a view; `where` is the function that was called. @throws InputError with code FILE_BYTES for anything else */
export function viewOf(where: string, bytes: unknown): DataView {
  if (bytes instanceof Uint8Array) return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes instanceof ArrayBuffer) return new DataView(bytes);
  throw new InputError('FILE_BYTES', `${where}: got ${bytes === null ? 'null' : typeof bytes}; expected the bytes of a file as a Uint8Array or ArrayBuffer`);
}

/** The number of elements of a shape; sizes that are absurd together may have an infinite product, and infinity times 0 is no size. */
export function sizeOf(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((a, b) => a * b, 1);
}

/** A copy of a stretch of a view. */
export function sliceOf(view: DataView, from: number, to: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new Uint8Array(view.buffer, view.byteOffset + from, to - from));
}
