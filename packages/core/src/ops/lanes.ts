/** Calls `visit` for every run along `axis` of a dense array: where it starts, the stride between its elements, how many there are. */
export function forEachLane(shape: readonly number[], axis: number, visit: (start: number, stride: number, size: number) => void): void {
  const size = shape[axis] as number;
  const stride = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const lanes = shape.reduce((lanesSoFar, own, k) => (k === axis ? lanesSoFar : lanesSoFar * own), 1);
  for (let lane = 0; lane < lanes; lane += 1) visit(Math.floor(lane / stride) * size * stride + (lane % stride), stride, size);
}
