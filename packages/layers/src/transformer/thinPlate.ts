import { add, broadcastTo, concat, constant, defaultOf, InputError, matmul, reshape, ShapeError, square, sub, xlogy, type Defaulted, type Dim, type Expression } from '@pastina/core';
import { checkLayerOptions, checkWhole } from '../checks.js';
import { defaults } from '../defaults.js';
import { type Incoming } from '../layer.js';
import { formatLayerShape, type LayerShape } from '../shape.js';
import { baseOptions, BaseTransformerLayer, doubles, gridOf, symbolicGrid, type BaseTransformerLayerOptions } from './base.js';
import { inverseOf } from './inverse.js';

/** Options of {@link TPSTransformerLayer}. */
export interface TPSTransformerLayerOptions extends BaseTransformerLayerOptions {
  /** A square number: so many points, on a grid, are moved. */
  readonly controlPoints?: Defaulted<number, 16>;
  /** `true`: what depends on sizes alone is computed once, in float64; `'auto'`: where the sizes are known. */
  readonly precomputeGrid?: Defaulted<boolean | 'auto', 'auto'>;
}

/**
 * A spatial transformer by thin-plate splines (Bookstein, 1989; Lasagne's `TPSTransformerLayer`): a network gives, for each
 * item, by how much each control point is moved: first along x, then along y. The smoothest map that moves them so says
 * where the output is read. Let the network begin with zeros: the identity.
 *
 * @throws InputError, ShapeError naming the layer: control points that are no square, a network that gives something else
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { DenseLayer, getOutput, InputLayer, TPSTransformerLayer } from '@pastina/layers';
 * const images = new InputLayer({ shape: [null, 1, 1, 3] });
 * const halfLeft = new DenseLayer(images, { numUnits: 8, W: 0, b: [-0.5, -0.5, -0.5, -0.5, 0, 0, 0, 0], nonlinearity: null });
 * const net = new TPSTransformerLayer(images, { localizationNetwork: halfLeft, controlPoints: 4 });
 * console.log(JSON.stringify(evaluate(getOutput(net, [[[[2, 4, 6]]]])).toArray())); // [[[[2,3,5]]]]
 * ```
 */
export class TPSTransformerLayer extends BaseTransformerLayer {
  readonly controlPoints: number;
  readonly precomputeGrid: boolean;
  /** x and y of the control points where they are not moved. */
  readonly #control: readonly [Float64Array, Float64Array];

  constructor(incoming: Incoming, options: TPSTransformerLayerOptions) {
    const where = checkLayerOptions('TPSTransformerLayer', options, [...baseOptions, 'controlPoints', 'precomputeGrid'], 'localizationNetwork');
    const controlPoints = checkWhole(options.controlPoints ?? defaultOf(defaults, 'TPSTransformerLayer.controlPoints'), 4, 'controlPoints', where);
    const side = Math.round(Math.sqrt(controlPoints));
    if (side * side !== controlPoints) throw new InputError('OPTION_VALUE', `${where}: controlPoints is ${controlPoints}; expected a square number such as ${side * side}`, { option: 'controlPoints', value: controlPoints });
    super(incoming, options, 2 * controlPoints, where);
    this.controlPoints = controlPoints;
    this.#control = gridOf(side, side);
    const [, , height, width] = this.inputShapes[0] as LayerShape;
    const known = typeof height === 'number' && typeof width === 'number';
    const asked: unknown = options.precomputeGrid ?? defaultOf(defaults, 'TPSTransformerLayer.precomputeGrid');
    if (asked !== 'auto' && typeof asked !== 'boolean') throw new InputError('OPTION_VALUE', `${where}: precomputeGrid is ${JSON.stringify(asked)}; expected true, false or 'auto'`, { option: 'precomputeGrid', value: asked });
    if (asked === true && !known) throw new ShapeError('INPUT_SIZE_UNKNOWN', `${where}: precomputeGrid needs height and width of the input ${formatLayerShape(this.inputShapes[0] as LayerShape)}; give the numbers in the InputLayer's shape, or leave precomputeGrid out`, { shape: this.inputShapes[0] });
    this.precomputeGrid = asked === 'auto' ? known : asked;
  }

  protected override sourcePoints(images: Expression, numbers: Expression, sizes: readonly [Dim, Dim]): Expression {
    const [x, y] = this.#control;
    const still = doubles(Float64Array.from([...x, ...y]), [1, 2, this.controlPoints], images.dtype);
    const moved = add(still, reshape(numbers, [images.shape[0] as Dim, 2, this.controlPoints]));
    const [height, width] = sizes;
    return matmul(moved, this.precomputeGrid && typeof height === 'number' && typeof width === 'number' ? this.#weights(images, height, width) : this.#symbolicWeights(images, sizes));
  }

  /** (control points, points): how much of each control point's place goes into each point's; moved points times this are the map. */
  #weights(images: Expression, height: number, width: number): Expression {
    const [x, y] = gridOf(height, width);
    const solve = splineOf(this.#control);
    const data = new Float64Array(solve.length * x.length);
    solve.forEach((row, i) => x.forEach((px, p) => {
      const [constantTerm, slopeX, slopeY, ...bends] = row as [number, number, number, ...number[]];
      data[i * x.length + p] = bends.reduce((sum, bend, k) => sum + bend * bending(px - (this.#control[0][k] as number), (y[p] as number) - (this.#control[1][k] as number)), constantTerm + slopeX * px + slopeY * (y[p] as number));
    }));
    return doubles(data, [solve.length, x.length], images.dtype);
  }

  /** The same, for sizes that are known only when images arrive. */
  #symbolicWeights(images: Expression, sizes: readonly [Dim, Dim]): Expression {
    const [x, y] = symbolicGrid(images, sizes);
    const column = (data: Float64Array): Expression => doubles(data, [data.length, 1], images.dtype);
    const distances = add(square(sub(x, column(this.#control[0]))), square(sub(y, column(this.#control[1]))));
    const ones = broadcastTo(constant(1, images.dtype), x.shape);
    const solve = splineOf(this.#control);
    const rows = doubles(Float64Array.from(solve.flat()), [solve.length, solve.length + 3], images.dtype);
    return matmul(rows, concat([ones, x, y, xlogy(distances, distances)], 0));
  }
}

/** r² log r², the bending of a thin plate; 0 at 0. */
function bending(dx: number, dy: number): number {
  const squared = dx * dx + dy * dy;
  return squared === 0 ? 0 : squared * Math.log(squared);
}

/** For each control point, how its place goes into the coefficients of the map: constant, x, y, and one for each control point. */
function splineOf([x, y]: readonly [Float64Array, Float64Array]): readonly (readonly number[])[] {
  const points = Array.from(x, (px, i) => [1, px, y[i] as number]);
  const sides = points.map(([, px, py], i) => [...(points[i] as number[]), ...points.map(([, qx, qy]) => bending((px as number) - (qx as number), (py as number) - (qy as number)))]);
  const balance = [0, 1, 2].map((k) => [0, 0, 0, ...points.map((point) => point[k] as number)]);
  const inverse = inverseOf([...sides, ...balance]);
  return points.map((_, i) => inverse.map((row) => row[i] as number));
}
