import { DTypeError, InputError, tensor, type DType, type Tensor, type TensorLike, type TypedArray } from '@pastina/core';
import { memoryOf, partsOf } from './heap.js';
import { type Tfjs, type TfjsTensor } from './tfjs.js';

const dtypes: Readonly<Record<string, { readonly dtype: DType; readonly array: Float32ArrayConstructor | Int32ArrayConstructor | Uint8ArrayConstructor }>> = {
  float32: { dtype: 'float32', array: Float32Array }, int32: { dtype: 'int32', array: Int32Array }, bool: { dtype: 'bool', array: Uint8Array },
};

// What a shared tensor has of tfjs's is given back when nobody holds it any more.
const released = new FinalizationRegistry<TfjsTensor>((kept) => kept.isDisposed || kept.dispose());
const origins = new WeakMap<Tensor, TfjsTensor>();

/** A tensor whose elements lie in tfjs's memory, wherever that has grown to. */
class SharedTensor implements Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly #view: () => TypedArray;

  constructor(dtype: DType, shape: readonly number[], view: () => TypedArray) {
    this.dtype = dtype;
    this.shape = shape;
    this.#view = view;
  }

  data(): Promise<TypedArray> {
    return Promise.resolve(this.dataSync());
  }

  /** The elements as they lie, without a copy: valid until tfjs's memory grows. */
  dataSync(): TypedArray {
    return this.#view();
  }

  item(): number {
    return this.#copy().item();
  }

  toArray(): unknown {
    return this.#copy().toArray();
  }

  #copy(): Tensor {
    return tensor(this.dataSync().slice(), this.shape, this.dtype);
  }
}

/**
 * A tensor of tfjs as one of pastina, without a copy: both see the same elements. It stays valid when the tensor of
 * tfjs is disposed of, and must not be written to.
 *
 * @param tf - the namespace of `@tensorflow/tfjs-core`, whose backend is 'wasm'
 * @throws DTypeError for complex numbers and strings; InputError for a tensor that is disposed of
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-wasm';
 * import { fromTfjs } from '@pastina/backend-wasm/tfjs';
 * await tf.setBackend('wasm');
 * console.log(fromTfjs(tf, tf.tensor2d([[1, 2], [3, 4]])).toArray()); // [[1, 2], [3, 4]]
 * ```
 */
export function fromTfjs(tf: Tfjs, given: TfjsTensor): Tensor {
  const facts = Object.hasOwn(dtypes, given.dtype) ? dtypes[given.dtype] : undefined;
  if (facts === undefined) throw new DTypeError('TFJS_DTYPE', `fromTfjs: a tensor of ${given.dtype}; expected float32, int32 or bool`, { dtype: given.dtype });
  if (given.isDisposed) throw new InputError('TFJS_DISPOSED', 'fromTfjs: the tensor is disposed of; pass it on before that, or out of tf.tidy by tf.keep', { shape: given.shape });
  const parts = partsOf(tf);
  const memory = memoryOf(parts.wasm);
  const kept = tf.keep(tf.reshape(given as never, given.shape as never) as never) as TfjsTensor;
  const size = given.shape.reduce((a, b) => a * b, 1);
  // Where it lies never changes; the array buffer does when the memory grows.
  const at = parts.dataIdMap.get(kept.dataId)?.memoryOffset ?? 0;
  const shared = new SharedTensor(facts.dtype, [...given.shape], () => new facts.array(memory.buffer, at, size));
  origins.set(shared, kept);
  released.register(shared, kept);
  return shared;
}

/**
 * A tensor of pastina as one of tfjs. What came from {@link fromTfjs} is shared, without a copy; anything else is copied
 * once into tfjs's memory. The result is the caller's to dispose of.
 *
 * @throws DTypeError for float64, float16 and uint32, which tfjs does not have
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-wasm';
 * import { tensor } from '@pastina/core';
 * import { toTfjs } from '@pastina/backend-wasm/tfjs';
 * await tf.setBackend('wasm');
 * console.log(Array.from(tf.square(toTfjs(tf, tensor([1, 2, 3]))).dataSync())); // [1, 4, 9]
 * ```
 */
export function toTfjs<T extends TfjsTensor>(tf: Tfjs<T>, value: TensorLike): T {
  const given = tensor(value);
  const origin = typeof value === 'object' ? origins.get(value as Tensor) : undefined;
  if (origin !== undefined) return tf.reshape(origin as never, origin.shape as never);
  if (!Object.hasOwn(dtypes, given.dtype)) throw new DTypeError('TFJS_DTYPE', `toTfjs: a tensor of ${given.dtype}, which tfjs does not have; cast it to 'float32' or 'int32'`, { dtype: given.dtype });
  return tf.tensor(given.dataSync() as never, given.shape as never, given.dtype as never);
}
