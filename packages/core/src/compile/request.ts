import { describeValue, InputError, listing, ShapeError } from '../errors.js';
import { inputOp } from '../graph/input.js';
import { isExpression, toNode, type Expression, type Node } from '../graph/node.js';
import { ParameterNode, parameterLabel, type Parameter } from '../graph/parameter.js';
import { leavesOf } from '../graph/traverse.js';
import { formatType, sameShape } from '../graph/type.js';

/** What a function takes, gives and changes, as checked nodes. */
export interface CheckedRequest {
  readonly inputs: readonly (readonly [string, Node])[];
  readonly outputs: readonly (readonly [string, Node])[];
  readonly updates: readonly (readonly [ParameterNode, Node])[];
}

/** Checks the parts of `compile`'s request against each other. */
export function checkRequest(inputs: Readonly<Record<string, Expression>>, outputs: Readonly<Record<string, Expression>>, updates: ReadonlyMap<Parameter, Expression>): CheckedRequest {
  checkNamed(inputs, 'inputs');
  checkNamed(outputs, 'outputs');
  if (typeof (updates as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] !== 'function') throw new InputError('UPDATES', `compile: updates: expected a Map of parameters to their new values, as new Map([[w, next]]); got ${describeValue(updates)}`, { updates });
  const checked = {
    inputs: Object.entries(inputs).map(([name, expression]) => [name, checkInput(name, expression)] as const),
    outputs: Object.entries(outputs).map(([name, expression]) => [name, toNode(expression, `compile: output '${name}'`)] as const),
    updates: [...updates].map(([target, value]) => checkUpdate(target, value)),
  };
  if (checked.outputs.length + checked.updates.length === 0) throw new InputError('NOTHING_TO_COMPILE', 'compile: there are neither outputs nor updates; expected at least one');
  checkDistinct(checked.inputs);
  checkReached(checked);
  return checked;
}

function checkNamed(values: Readonly<Record<string, Expression>>, what: 'inputs' | 'outputs'): void {
  if (typeof values === 'object' && values !== null && !Array.isArray(values) && !isExpression(values) && !(values instanceof Map)) return;
  throw new InputError('NAMED_EXPRESSIONS', `compile: ${what}: expected an object of names and expressions, such as { ${what === 'inputs' ? 'x' : 'loss'} }; got ${isExpression(values) ? 'a single expression' : describeValue(values)}`, { [what]: values });
}

function checkInput(name: string, expression: Expression): Node {
  const node = toNode(expression, `compile: input '${name}'`);
  if (node.op !== inputOp) throw new InputError('NOT_AN_INPUT', `compile: input '${name}' is made by '${node.op.name}'; expected what input(…) gives${node instanceof ParameterNode ? ' (parameters need not be listed)' : '; use substitute to cut a graph open'}`, { input: name });
  return node;
}

function checkDistinct(inputs: readonly (readonly [string, Node])[]): void {
  const names = new Map<Node, string>();
  for (const [name, node] of inputs) {
    const other = names.get(node);
    if (other !== undefined) throw new InputError('INPUT_TWICE', `compile: inputs '${other}' and '${name}' are the same expression; list it once`, { input: name, other });
    names.set(node, name);
  }
}

function checkUpdate(target: Parameter, value: Expression): readonly [ParameterNode, Node] {
  const node = toNode(target, 'compile: update');
  if (!(node instanceof ParameterNode)) throw new InputError('UPDATE_TARGET', `compile: an update's target is made by '${node.op.name}'${node.name === undefined ? '' : ` ('${node.name}')`}; expected a parameter`, { target: node.name });
  const label = parameterLabel(node);
  const next = toNode(value, `compile: update of ${label}`);
  if (next.dtype !== node.dtype || !sameShape(next.shape, node.shape)) {
    throw new ShapeError('UPDATE_TYPE', `compile: the update of ${label} is ${formatType(next.type)}; expected ${formatType(node.type)}, the type of the parameter`, { parameter: node.name, expected: formatType(node.type), found: formatType(next.type) });
  }
  return [node, next];
}

/** Every input that an output or an update is made of must be listed. */
function checkReached({ inputs, outputs, updates }: CheckedRequest): void {
  const listed = new Set(inputs.map(([, node]) => node));
  const roots: readonly (readonly [string, Node])[] = [...outputs.map(([name, node]) => [`output '${name}'`, node] as const), ...updates.map(([target, node]) => [`the update of ${parameterLabel(target)}`, node] as const)];
  // One pass over the whole graph; only when something is missing, a search for who needs it.
  const missing = leavesOf(roots.map(([, node]) => node)).filter((leaf) => leaf.op === inputOp && !listed.has(leaf));
  const first = missing[0];
  if (first === undefined) return;
  const user = roots.find(([, node]) => leavesOf([node]).includes(first))?.[0] ?? 'the function';
  const same = inputs.find(([, node]) => node.name === first.name);
  const hint = same === undefined ? `add it: inputs: { …, ${first.name} }` : `the input of that name in the list is another one: input('${first.name}', …) makes a new one each time it is called`;
  throw new InputError('INPUT_NOT_LISTED', `compile: ${user} needs the input ${listing(missing.map((leaf) => `'${leaf.name}' (${formatType(leaf.type)})`))}, which is not listed; ${hint}`, { inputs: missing.map(({ name }) => name) });
}
