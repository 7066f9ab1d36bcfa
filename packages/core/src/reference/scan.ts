import { PastinaError, withMore } from '../errors.js';
import { type TypedArray } from '../graph/dtype.js';
import { sizeOf, isDense, type Port, type ScanInstruction } from '../program/program.js';
import { denseCopy } from './reader.js';

type Arrays = readonly TypedArray[];

/** What runs the inner program: inputs in, fresh outputs out. */
interface Inner {
  run(inputs: Arrays, parameters: readonly []): Arrays;
}

/** A `scan` instruction, made ready to run: the inner program once for each iteration, on slices in place. */
export function compileScan(scan: ScanInstruction, prepare: (inner: ScanInstruction['inner']) => Inner): (arrays: Arrays) => void {
  const { inner, length, reverse, carries, sequences, inputs, outputs } = scan;
  const body = prepare(inner);
  const sliceSizes = inner.inputs.map(portSize);
  const resultSizes = inner.outputs.map(portSize);
  return (arrays) => {
    const given = inputs.map((view) => (isDense(view) ? (arrays[view.buffer] as TypedArray).subarray(0, sizeOf(view.shape)) : denseCopy(view, arrays)));
    let state: Arrays = given.slice(0, carries);
    for (let i = 0; i < length; i += 1) {
      const t = reverse ? length - 1 - i : i;
      const slices = given.slice(carries, carries + sequences).map((data, k) => slice(data, t, sliceSizes[carries + k] as number));
      const results = inIteration(scan, t, () => body.run([...state, ...slices, ...given.slice(carries + sequences)], []));
      state = results.slice(0, carries);
      for (let k = carries; k < outputs.length; k += 1) slice(arrays[outputs[k] as number] as TypedArray, t, resultSizes[k] as number).set(results[k] as TypedArray);
    }
    for (let k = 0; k < carries; k += 1) (arrays[outputs[k] as number] as TypedArray).set(state[k] as TypedArray);
  };
}

/** Runs what one iteration does; an error tells which iteration it was. For backends too. */
export function inIteration<T>({ origin }: ScanInstruction, t: number, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof PastinaError)) throw error;
    const line = String(origin.site);
    throw withMore(error, `\n  in iteration ${t} of the scan${line === '' ? '' : ` at ${line}`}`, { iteration: t });
  }
}

function portSize({ shape }: Port): number {
  return sizeOf(shape);
}

/** The t-th run of `size` elements, in place. */
function slice(data: TypedArray, t: number, size: number): TypedArray {
  return data.subarray(t * size, (t + 1) * size);
}
