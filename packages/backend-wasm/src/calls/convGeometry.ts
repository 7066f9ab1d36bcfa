import { runsOf, type CallInstruction, type Run, type View, type Windows } from '@pastina/core';

/** The sizes of a convolution, or of one of its gradients. */
export interface Geometry {
  readonly items: number;
  readonly groups: number;
  /** Channels and filters of one group. */
  readonly channels: number;
  readonly filters: number;
  readonly taps: number;
  /** Elements of one plane of the input and of the output. */
  readonly input: number;
  readonly output: number;
  readonly runs: readonly Run[];
  readonly step: number;
  readonly flip: boolean;
}

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** From the shapes of x, w and y, whichever of them are given. */
export function geometryOf({ op, inputs, shape, attrs }: CallInstruction): Geometry {
  const [first, second] = (inputs as readonly View[]).map((view) => view.shape) as [readonly number[], readonly number[]];
  const [x, w, y] = op === 'conv' ? [first, second, shape] : op === 'convInputGradient' ? [shape, second, first] : [first, shape, second];
  const groups = attrs.groups as number;
  return {
    items: x[0] as number, groups, channels: w[1] as number, filters: (w[0] as number) / groups, taps: size(w.slice(2)),
    input: size(x.slice(2)), output: size(y.slice(2)), flip: attrs.flip === true, ...runsOf(x.slice(2), y.slice(2), attrs as unknown as Windows),
  };
}

/** Which weight an element of a window meets: a true convolution takes them from the end. */
export const weightOf = (tap: number, { taps, flip }: Geometry): number => (flip ? taps - 1 - tap : tap);
