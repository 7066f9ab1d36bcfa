import { dtypeFacts } from '../graph/dtype.js';
import { type DenseArray } from '../graph/op.js';

/**
 * Products of the matrices in the last two axes, one per leading index. Every element is Σₖ in order of
 * k, accumulated in float64 and rounded to the dtype once.
 */
export function multiplyMatrices(a: DenseArray, b: DenseArray, output: DenseArray): void {
  const rank = a.shape.length;
  const [rows, inner, columns] = [a.shape[rank - 2] ?? 1, a.shape[rank - 1] ?? 1, b.shape[rank - 1] ?? 1];
  const { round } = dtypeFacts(output.dtype);
  const sums = new Float64Array(columns);
  const batches = rows * columns === 0 ? 0 : output.data.length / (rows * columns);
  for (let batch = 0; batch < batches; batch += 1) {
    for (let i = 0; i < rows; i += 1) {
      sums.fill(0);
      const row = (batch * rows + i) * inner;
      for (let k = 0; k < inner; k += 1) addScaled(sums, b.data as Float32Array, a.data[row + k] as number, (batch * inner + k) * columns, columns);
      const start = (batch * rows + i) * columns;
      for (let j = 0; j < columns; j += 1) output.data[start + j] = round(sums[j] as number);
    }
  }
}

/** sums += factor · row. Kept small and alone, so that engines compile it well. */
function addScaled(sums: Float64Array, rows: Float32Array, factor: number, start: number, length: number): void {
  for (let j = 0; j < length; j += 1) sums[j] = (sums[j] as number) + factor * (rows[start + j] as number);
}
