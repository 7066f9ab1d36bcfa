import { type View } from '@pastina/core';

/** Axes to walk along, and the stride of each view along each. */
export interface Axes {
  readonly sizes: readonly number[];
  /** By view, then by axis. */
  readonly strides: readonly (readonly number[])[];
}

/** Joins neighbouring axes that are one run for all views, and leaves out those of size 1. */
export function joinAxes(shape: readonly number[], views: readonly Pick<View, 'strides'>[], from: number, to: number): Axes {
  const sizes: number[] = [];
  const strides: number[][] = views.map(() => []);
  for (let axis = from; axis < to; axis += 1) {
    const size = shape[axis] as number;
    if (size === 1) continue;
    const last = sizes.length - 1;
    const one = last >= 0 && views.every((view, v) => strides[v]?.[last] === (view.strides[axis] as number) * size);
    if (one) sizes[last] = (sizes[last] as number) * size;
    else sizes.push(size);
    views.forEach((view, v) => {
      const own = strides[v] as number[];
      if (one) own[last] = view.strides[axis] as number;
      else own.push(view.strides[axis] as number);
    });
  }
  return { sizes, strides };
}

/** Lines that take a linear index apart, and the names of its coordinates. */
export function coordinates(index: string, sizes: readonly number[], name: string): { readonly lines: readonly string[]; readonly names: readonly string[] } {
  if (sizes.length === 1) return { lines: [], names: [index] };
  const names = sizes.map((_, axis) => `${name}${axis}`);
  let rest = 1;
  const lines: string[] = [];
  for (let axis = sizes.length - 1; axis >= 0; axis -= 1) {
    const divided = rest === 1 ? index : `${index} / ${rest}u`;
    lines.push(`let ${names[axis]} = ${axis === 0 ? divided : rest === 1 ? `${index} % ${sizes[axis]}u` : `(${divided}) % ${sizes[axis]}u`};`);
    rest *= sizes[axis] as number;
  }
  return { lines, names };
}

/** Σ coordinate · stride + offset; negative strides subtract. */
export function position(offset: number, parts: readonly (readonly [coordinate: string, stride: number])[]): string {
  const terms = parts.filter(([, stride]) => stride !== 0);
  const text = terms.reduce((sum, [coordinate, stride]) => {
    const size = Math.abs(stride);
    const term = size === 1 ? coordinate : `${coordinate} * ${size}u`;
    return sum === '' ? (stride < 0 ? `0u - ${term}` : term) : `${sum} ${stride < 0 ? '-' : '+'} ${term}`;
  }, offset === 0 ? '' : `${offset}u`);
  return text === '' ? '0u' : text;
}
