/** The inverse of a small square matrix, by elimination with the largest pivots. The caller knows that there is one. */
export function inverseOf(matrix: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const rows = matrix.map((row, i) => [...row, ...matrix.map((_, k) => (i === k ? 1 : 0))]);
  const size = rows.length;
  for (let column = 0; column < size; column += 1) {
    let best = column;
    for (let i = column + 1; i < size; i += 1) if (Math.abs(rows[i]?.[column] as number) > Math.abs(rows[best]?.[column] as number)) best = i;
    const pivot = rows[best] as number[];
    rows[best] = rows[column] as number[];
    const scale = pivot[column] as number;
    const scaled = pivot.map((value) => value / scale);
    rows[column] = scaled;
    rows.forEach((row, i) => {
      const factor = row[column] as number;
      if (i !== column && factor !== 0) rows[i] = row.map((value, k) => value - factor * (scaled[k] as number));
    });
  }
  return rows.map((row) => row.slice(size));
}
