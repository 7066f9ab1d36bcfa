import { defaultOf, type Defaulted } from '../behavior/defaults.js';
import { defaults } from '../defaults.js';
import { InputError, ShapeError } from '../errors.js';
import { type Dim } from '../graph/dim.js';
import { innerInput } from '../graph/input.js';
import { makeNode, type Node } from '../graph/node.js';
import { rebuild, topological } from '../graph/traverse.js';
import { formatType, resolveShape, sameShape, type ShapeSpec } from '../graph/type.js';
import { randomSplit } from '../ops/random/split.js';
import { randomStateNode } from '../ops/random/state.js';
import { checkOptions } from '../options.js';
import { capture } from './capture.js';
import { getNode, scanNode } from './op.js';
import { flatten, flattenLike, type Flat, type Like, type Structure } from './structure.js';

/** What {@link scan} is given besides the step. */
export interface ScanOptions<Carry, Sequences, NonSequences> {
  /** What goes from one iteration to the next, as it is before the first. Left out: nothing does. */
  readonly carry?: Carry;
  /** Values whose first axis is the iterations; each iteration gets one slice. */
  readonly sequences?: Sequences;
  /** Handed to each iteration as it is. The step may as well use expressions from outside directly. */
  readonly nonSequences?: NonSequences;
  /** How many iterations; needed only without sequences. */
  readonly length?: ShapeSpec[number];
  /** From the last slice to the first; what is collected keeps the order of the sequences. */
  readonly reverse?: Defaulted<boolean, false>;
  /** Writes the iterations out one after another: the same bits, a longer program, no loop. */
  readonly unroll?: Defaulted<boolean, false>;
  /** Gradients flow through this many of the last iterations only; what comes before counts as constant. */
  readonly truncate?: number;
}

/** What one iteration gives. */
export interface StepResult<Carry, Outputs> {
  readonly carry?: Carry;
  /** What is collected over the iterations. */
  readonly outputs?: Outputs;
}

/** What {@link scan} gives. */
export interface ScanResult<Carry, Outputs> {
  /** As it is after the last iteration. */
  readonly carry: Carry;
  /** What each iteration gave, along a new first axis. */
  readonly outputs: Outputs;
}

/**
 * A loop: `step` says what one iteration computes from the carry, a slice of each sequence, and whatever else
 * is in reach. It is called once, to build the inner graph. Gradients of any order flow through, by stored
 * carries and a scan in the other direction; a softmax inside and the loss outside meet in the log domain. What the
 * step draws at random, it draws anew in each iteration.
 *
 * @param step - `(carry, slices, nonSequences) => ({ carry, outputs })`, in the structures that the options have: one
 *   expression, a list, or names
 * @throws ShapeError where sequences differ in length, or a carry changes its type
 * @throws InputError where the structures differ, or nothing tells the number of iterations
 *
 * Theano's `scan`, in the form of `jax.lax.scan`.
 *
 * @example
 * ```ts
 * import { add, constant, evaluate, mul, scan } from '@pastina/core';
 * const x = constant([1, 2, 3]);
 * const { carry, outputs } = scan((sum, value) => {
 *   const next = add(mul(sum, 10), value);
 *   return { carry: next, outputs: next };
 * }, { carry: constant(0), sequences: x });
 * console.log(evaluate(carry).item(), evaluate(outputs).toArray()); // 123 [1, 12, 123]
 * ```
 */
export function scan<Carry extends Structure = Record<string, never>, Sequences extends Structure = Record<string, never>, NonSequences extends Structure = Record<string, never>, Outputs extends Structure = Record<string, never>>(
  step: (carry: Like<Carry>, slices: Like<Sequences>, nonSequences: Like<NonSequences>) => StepResult<Like<Carry>, Outputs>,
  options: ScanOptions<Carry, Sequences, NonSequences>,
): ScanResult<Like<Carry>, Like<Outputs>> {
  checkOptions('scan', options, ['carry', 'sequences', 'nonSequences', 'length', 'reverse', 'unroll', 'truncate']);
  const carry = flatten(options.carry, 'scan: carry');
  const sequences = flatten(options.sequences, 'scan: sequence');
  const still = flatten(options.nonSequences, 'scan: nonSequence');
  const length = lengthOf(sequences, options.length);
  // Nodes are numbered as they are made: what has a higher number was made by the step.
  const before = innerInput('before', { dtype: 'bool', shape: [] });
  const own = [
    ...carry.nodes.map((node, i) => innerInput(nameOf(carry, i, 'state'), node.type)),
    ...sequences.nodes.map((node, i) => innerInput(nameOf(sequences, i, 'item'), { dtype: node.dtype, shape: node.shape.slice(1) })),
  ];
  const result = step(carry.build(own.slice(0, carry.nodes.length)) as Like<Carry>, sequences.build(own.slice(carry.nodes.length)) as Like<Sequences>, still.build(still.nodes) as Like<NonSequences>);
  if (typeof result !== 'object' || result === null) throw new InputError('SCAN_STEP', 'scan: the step gave nothing; expected { carry, outputs }');
  checkOptions('scan: what the step gives', result, ['carry', 'outputs']);
  const next = flattenLike(result.carry, carry, options.carry, "scan: the step's carry");
  next.forEach((node, i) => checkCarry(carry.labels[i] as string, carry.nodes[i] as Node, node));
  const outputs = flatten(result.outputs, 'scan: output');
  const { made, state } = drawnInside([...next, ...outputs.nodes], before);
  const { inner, captured } = capture([...own, ...state], made);
  const node = scanNode({
    inner, length, carries: next.length, sequences: sequences.nodes.length + state.length, truncate: checkTruncate(options.truncate),
    reverse: options.reverse ?? defaultOf(defaults, 'scan.reverse'), unroll: options.unroll ?? defaultOf(defaults, 'scan.unroll'),
  }, [...carry.nodes, ...sequences.nodes, ...state.map(() => randomSplit(randomStateNode(), length) as Node), ...captured]);
  const values = inner.outputs.map((_, i) => getNode(node, i));
  return { carry: carry.build(values.slice(0, next.length)) as Like<Carry>, outputs: outputs.build(values.slice(next.length)) as Like<Outputs> };
}

/**
 * What the step draws, it draws anew in each iteration, from a state of the iteration's own; what was drawn before
 * the step is the same in all.
 */
function drawnInside(outputs: readonly Node[], before: Node): { readonly made: readonly Node[]; readonly state: readonly Node[] } {
  const leaf = randomStateNode();
  const drawn = new Set(topological(outputs).filter((node) => node.id > before.id && node.inputs.includes(leaf)));
  if (drawn.size === 0) return { made: outputs, state: [] };
  const state = innerInput('randomState', leaf.type);
  return { state: [state], made: rebuild(outputs, (node, original) => (drawn.has(original) ? makeNode(node.op, node.inputs.map((input) => (input === leaf ? state : input)), node.attrs) : node)) };
}

/** The number of iterations, on which all sequences must agree. */
function lengthOf({ labels, nodes }: Flat, given: ShapeSpec[number] | undefined): Dim {
  const lengths = nodes.map((node, i) => {
    const [first] = node.shape;
    if (first === undefined) throw new ShapeError('SCAN_SEQUENCE', `${labels[i]} is the scalar ${formatType(node.type)}; expected a first axis to go along`, { sequence: labels[i] });
    return first;
  });
  const expected = given === undefined ? lengths[0] : resolveShape([given], 'scan: length')[0];
  if (expected === undefined) throw new InputError('SCAN_LENGTH', 'scan: nothing tells the number of iterations; give sequences, or length');
  const wrong = lengths.findIndex((length) => length !== expected);
  if (wrong >= 0) throw new ShapeError('SCAN_LENGTH', `${labels[wrong]} is ${formatType((nodes[wrong] as Node).type)}, with ${lengths[wrong]} slices; expected ${expected}, as ${given === undefined ? `${(labels[0] as string).replace('scan: ', '')} has` : 'length says'}`, { sequence: labels[wrong], expected, found: lengths[wrong] });
  return expected;
}

function checkCarry(label: string, start: Node, next: Node): void {
  if (start.dtype === next.dtype && sameShape(start.shape, next.shape)) return;
  throw new ShapeError('SCAN_CARRY', `${label} starts as ${formatType(start.type)}, but the step gives ${formatType(next.type)}; a carry keeps its type: broadcast or cast what it starts with, or change the step`, { carry: label, expected: formatType(start.type), found: formatType(next.type) });
}

function checkTruncate(truncate: number | undefined): number | null {
  if (truncate === undefined) return null;
  if (Number.isInteger(truncate) && truncate >= 1) return truncate;
  throw new InputError('SCAN_TRUNCATE', `scan: truncate ${truncate}; expected a whole number of iterations from 1 up, or leave it out`, { truncate });
}

function nameOf({ labels, nodes }: Flat, i: number, single: string): string {
  return /'(.*)'$/.exec(labels[i] as string)?.[1] ?? (nodes.length === 1 ? single : `${single}${i}`);
}
