import { defaultOf, InputError, parametersOf, type Defaulted, type DType, type Expression, type Parameter } from '@pastina/core';
import { defaults } from './defaults.js';
import { createParam, type ParamSpec } from './param.js';
import { checkLayerShape, type LayerShape } from './shape.js';
import { checkTags, passes, type Tags } from './tags.js';

/** What feeds a layer: another layer, or just a shape (then data must be given to `getOutput`). */
export type Incoming = Layer | LayerShape;

/** Options that every layer takes. */
export interface LayerOptions {
  /** Prefixes the names of the parameters ('hidden' gives 'hidden.W') and appears in messages. */
  readonly name?: string;
}

/** The options of `getOutput`; every layer sees all of them and picks its own by name. */
export interface OutputOptions {
  /** `true` for predictions: layers that use randomness in training do without. Training is the default. */
  readonly deterministic?: Defaulted<boolean, false>;
  /** A map that layers with a state (running averages) put its new values into; hand it to `compile`. Left out: none is updated. */
  readonly updates?: Map<Parameter, Expression>;
  readonly [option: string]: unknown;
}

/** How `addParam` names and tags a parameter; any further word given as `true` is a tag too. */
export interface AddParamOptions {
  readonly name?: string;
  readonly trainable?: Defaulted<boolean, true>;
  readonly regularizable?: Defaulted<boolean, true>;
  readonly [tag: string]: string | boolean | undefined;
}

/** Several layers feeding one: how `MergeLayer` hands them to the base class; not for other uses. */
export class IncomingList {
  readonly list: readonly Incoming[];

  constructor(list: readonly Incoming[]) {
    this.list = list;
  }
}

/**
 * A layer: a node of the network that turns one expression into another (Lasagne's `Layer`). A subclass
 * gives `getOutputFor(input, options)` and, where the shape changes, `getOutputShapeFor(inputShape)`.
 * Layers with several inputs subclass `MergeLayer`.
 *
 * @example
 * ```ts
 * import { evaluate, input, mul, type Expression } from '@pastina/core';
 * import { getOutput, InputLayer, Layer, type Incoming } from '@pastina/layers';
 * class Doubled extends Layer {
 *   constructor(incoming: Incoming) { super(incoming); }
 *   override getOutputFor(x: Expression): Expression { return mul(x, 2); }
 * }
 * const x = input('x', ['batch', 2]);
 * const net = new Doubled(new InputLayer({ shape: [null, 2], inputVar: x }));
 * console.log(evaluate(getOutput(net), { x: [[1, 2]] }).toArray()); // [[2, 4]]
 * ```
 */
export abstract class Layer {
  readonly name: string | undefined;
  /** The layers below, `null` where only a shape was given. */
  readonly inputLayers: readonly (Layer | null)[];
  readonly inputShapes: readonly LayerShape[];
  /** Parameters in the order they were added, with their tags. Freeze one: `layer.params.get(layer.W)?.delete('trainable')`. */
  readonly params: Map<Expression, Set<string>> = new Map();
  /** Names of the `getOutput` options that this layer reads, beside `deterministic`. */
  readonly outputOptions: readonly string[] = [];

  constructor(incoming: Incoming | IncomingList, options: LayerOptions = {}) {
    this.name = checkName(new.target.name, options.name);
    const list = incoming instanceof IncomingList ? incoming.list : [incoming];
    const where = describeLayer(new.target.name, this.name);
    this.inputLayers = list.map((one) => (one instanceof Layer ? one : null));
    this.inputShapes = list.map((one) => shapeOfIncoming(one, where));
  }

  /** The output for an input. `Layer` subclasses take an `Expression`, `MergeLayer` subclasses a list of them. */
  abstract getOutputFor(input: never, options: OutputOptions): Expression;

  /** The shape of the output for a shape of the input; the same, unless a subclass says otherwise. Pure arithmetic, null is unknown. */
  getOutputShapeFor(inputShape: never): LayerShape {
    return inputShape;
  }

  /** The layer below; null where only a shape was given. */
  get inputLayer(): Layer | null {
    return this.inputLayers[0] ?? null;
  }

  get inputShape(): LayerShape {
    return this.inputShapes[0] ?? [];
  }

  /** Computed anew each time, from the input's shape. */
  get outputShape(): LayerShape {
    return this.outputShapeFrom(this.inputShapes);
  }

  /** The dtype of the parameters: that of the input where it is floating, else the declared default. */
  get dtype(): DType {
    return this.inputLayers.find((below) => below !== null)?.dtype ?? defaultOf(defaults, 'Layer.dtype');
  }

  /** "DenseLayer 'hidden'": how messages call this layer. */
  get label(): string {
    return describeLayer(this.constructor.name, this.name);
  }

  /** The output for all inputs as a list; what `getOutput` calls. */
  outputFrom(inputs: readonly Expression[], options: OutputOptions): Expression {
    return this.getOutputFor(inputs[0] as never, options);
  }

  /** The shape of the output for all inputs' shapes; what `getOutputShape` calls. */
  outputShapeFrom(inputShapes: readonly LayerShape[]): LayerShape {
    return this.getOutputShapeFor(inputShapes[0] as never);
  }

  /**
   * Makes and registers a parameter (or registers one that is given).
   *
   * @param spec - initialiser, number, data, parameter, expression or function of the shape
   * @param options - name, and tags: `trainable` and `regularizable` unless told otherwise
   * @throws ShapeError naming layer and parameter where the spec has another shape
   */
  addParam(spec: ParamSpec, shape: readonly number[], options: AddParamOptions = {}): Expression {
    const { name: own, ...given } = options;
    const all: Readonly<Record<string, string | boolean | undefined>> = {
      ...given,
      trainable: given.trainable ?? defaultOf(defaults, 'addParam.trainable'),
      regularizable: given.regularizable ?? defaultOf(defaults, 'addParam.regularizable'),
    };
    const tags = new Set(Object.keys(all).filter((tag) => all[tag] === true));
    const short = own ?? `param${this.params.size}`;
    const name = this.name === undefined ? short : `${this.name}.${short}`;
    const made = createParam({ spec, shape, name, dtype: this.dtype, tags, where: `${this.label}: parameter '${name}'` });
    this.params.set(made, tags);
    return made;
  }

  /**
   * The parameters in the order they were added, filtered by tags. Expressions are replaced by the
   * parameters inside them.
   */
  getParams(tags: Tags = {}): Parameter[] {
    return [...parametersOf(this.getParamExpressions(tags))];
  }

  /** As `getParams`, with expressions as they were given. */
  getParamExpressions(tags: Tags = {}): Expression[] {
    checkTags(`${this.label}.getParams`, tags);
    return [...this.params].filter(([, own]) => passes(own, tags)).map(([param]) => param);
  }
}

/** "DenseLayer 'hidden'", or "DenseLayer" without a name. */
export function describeLayer(kind: string, name: string | undefined): string {
  return name === undefined ? kind : `${kind} '${name}'`;
}

function checkName(kind: string, name: string | undefined): string | undefined {
  if (name !== undefined && (typeof name !== 'string' || name === '')) throw new InputError('LAYER_NAME', `${kind}: name ${JSON.stringify(name)}; expected a non-empty string, or leave it out`, { name });
  return name;
}

/** The shape of what feeds a layer, or an error that names the layer. */
export function shapeOfIncoming(incoming: Incoming, where: string): LayerShape {
  if (incoming instanceof Layer) return incoming.outputShape;
  if (Array.isArray(incoming) && incoming.some((one) => one instanceof Layer || Array.isArray(one))) throw new InputError('INCOMING', `${where}: a list of ${incoming.length} ${incoming.length === 1 ? 'layer' : 'layers'} as the first argument; expected one layer (join several with ConcatLayer or ElemwiseSumLayer first)`, { layer: where });
  if (Array.isArray(incoming)) return checkLayerShape(incoming as LayerShape, where);
  throw new InputError('INCOMING', `${where}: expected a layer or a shape such as [null, 784] as the first argument, got ${incoming === null ? 'null' : typeof incoming}`, { layer: where });
}
