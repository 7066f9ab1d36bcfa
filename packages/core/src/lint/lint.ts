import { defaultOf, type Defaulted } from '../behavior/defaults.js';
import { defaults } from '../defaults.js';
import { describeValue, InputError } from '../errors.js';
import { isFloat } from '../graph/dtype.js';
import { inputOp } from '../graph/input.js';
import { isExpression, listOf, toNode, type Expression, type Node } from '../graph/node.js';
import { ParameterNode, type Parameter } from '../graph/parameter.js';
import { leavesOf } from '../graph/traverse.js';
import { checkOptions } from '../options.js';
import { runPhases, symbolicPhases } from '../phases.js';
import { Analysis } from './analysis.js';
import { boundsOf, type Bounds } from './bounds.js';
import { cleared, rangeOfData, type Range } from './range.js';
import { reportOf, type LintReport } from './report.js';
import { lasting } from './lasting.js';
import { walk } from './walk.js';

/** What {@link lint} is told besides the expressions. */
export interface LintOptions {
  /** Where the elements of inputs and parameters lie: `new Map([[x, [0, 1]]])`, or by name. Left out: anywhere. */
  readonly bounds?: Bounds;
  /**
   * What parameters hold: any numbers, or what they hold now. Those that `updates` change are followed from what they
   * hold now through any number of steps.
   */
  readonly parameters?: Defaulted<'unbounded' | 'current', 'unbounded'>;
  /** What a training step does to parameters, as `compile` takes it: looked at with the rest. */
  readonly updates?: ReadonlyMap<Parameter, Expression>;
  /** Inputs and parameters that gradients are taken for; `[]`: none. Left out: the parameters, or all inputs where there is none. */
  readonly wrt?: readonly Expression[];
}

/**
 * Finds what will make NaN, an infinity or a dead gradient, before it happens: logarithms, divisions and roots that reach
 * 0, exponentials without bound, epsilons that vanish in the dtype, slopes that are infinite where the value is fine. It
 * follows an interval for each value through the graph, as `compile` computes it: what the log domain makes exact is no
 * hazard. It never runs the graph.
 *
 * What has no bound is taken to be a number whose sums and products still fit the dtype; give `bounds` to learn of
 * overflow. How large gradients become is not followed. Symbolic sizes are at least 1. A reported hazard may be impossible
 * for reasons that intervals cannot see; give `bounds` then too.
 *
 * @param expressions - losses, outputs; gradients are looked at as `grad` would take them
 * @throws InputError for bounds of something that is no input or parameter, or an unknown option
 *
 * @example
 * ```ts
 * import { div, input, lint, log, mean, softmax } from '@pastina/core';
 * const x = input('x', ['batch', 10]);
 * console.log(lint(mean(log(softmax(x)))).hazards.length); // 0
 * console.log(lint(div(1, x)).hazards.map(({ code, severity, page }) => [code, severity, page])); // [['PASTINA_N0002', 'possible', 'docs/nan-guide.md#division-by-zero']]
 * console.log(lint(div(1, x), { bounds: { x: [1, 255] } }).hazards.length); // 0
 * ```
 */
export function lint(expressions: Expression | readonly Expression[], options: LintOptions = {}): LintReport {
  checkOptions('lint', options, ['bounds', 'parameters', 'updates', 'wrt']);
  const given = isExpression(expressions) ? [toNode(expressions, 'lint')] : listOf(expressions, 'lint').map((expression, i) => toNode(expression, `lint: expression ${i}`));
  const mode = options.parameters ?? defaultOf(defaults, 'lint.parameters');
  if (mode !== 'unbounded' && mode !== 'current') throw new InputError('UNKNOWN_OPTION', `lint: parameters ${JSON.stringify(mode)}; expected 'unbounded' or 'current'`, { parameters: mode });
  const updates = updatesOf(options.updates);
  const written = [...given, ...updates.map(([, next]) => next)];
  const leaves = leavesOf(written);
  const bounds = boundsOf(options.bounds, leaves);
  const variables = variablesOf(options.wrt, leaves);
  const graph = runPhases(symbolicPhases, written, { bindings: new Map() });
  const changing = new Map(updates.map(([target], i) => [target as Node, i]));
  const start = (leaf: Node): Range | undefined => bounds.get(leaf) ?? (leaf instanceof ParameterNode && (mode === 'current' || changing.has(leaf)) ? current(leaf) : undefined);
  const { made } = lasting(updates.map(([target]) => start(target) as Range), (held) => {
    const analysis = new Analysis(graph, (leaf) => (changing.has(leaf) ? held[changing.get(leaf) as number] : start(leaf)), true);
    return { made: analysis, next: updates.map(([target], i) => cleared(analysis.clean(graph[given.length + i] as Node), target.dtype)) };
  });
  return reportOf(walk(made, graph, graph.slice(0, given.length), variables));
}

function current(parameter: ParameterNode): Range {
  return rangeOfData(parameter.buffer.readSync());
}

function updatesOf(updates: ReadonlyMap<Parameter, Expression> | undefined): readonly (readonly [ParameterNode, Node])[] {
  if (updates === undefined) return [];
  if (!(updates instanceof Map)) throw new InputError('UPDATES', `lint: updates: expected a Map of parameters to their new values, as compile takes it; got ${describeValue(updates)}`, { updates });
  return [...updates].map(([target, next]) => {
    const node = toNode(target, 'lint: updates');
    if (!(node instanceof ParameterNode)) throw new InputError('UPDATE_TARGET', `lint: an update's target is made by '${node.op.name}'; expected a parameter`, { target: node.name });
    return [node, toNode(next, 'lint: updates')] as const;
  });
}

/** The leaves that gradients are taken for. */
function variablesOf(wrt: readonly Expression[] | undefined, leaves: readonly Node[]): ReadonlySet<Node> {
  if (wrt !== undefined) return new Set(listOf(wrt, 'lint: wrt').map((variable, i) => checkVariable(toNode(variable, `lint: wrt ${i}`))));
  const floats = leaves.filter(({ dtype }) => isFloat(dtype));
  const parameters = floats.filter((leaf) => leaf instanceof ParameterNode);
  return new Set(parameters.length > 0 ? parameters : floats.filter(({ op }) => op === inputOp));
}

function checkVariable(node: Node): Node {
  if (node.op === inputOp || node instanceof ParameterNode) return node;
  throw new InputError('LINT_VARIABLE', `lint: wrt holds a value made by '${node.op.name}'; expected inputs and parameters`, { op: node.op.name });
}
