import { type Node } from '../graph/node.js';
import { type AttrValue, type ConstantData } from '../graph/op.js';
import { formatShape } from '../graph/type.js';
import { specOf } from '../scan/op.js';

const infix: Readonly<Record<string, string>> = {
  add: '+', sub: '-', mul: '*', div: '/', equal: '==', notEqual: '!=', less: '<', lessEqual: '<=', greater: '>', greaterEqual: '>=', logicalAnd: '&&', logicalOr: '||',
};

const unnamed: ReadonlySet<string> = new Set(['broadcastTo', 'constant', 'size', 'randomState']);

/** Broadcasts and constants are written where they are used; the random state is no value of the user's. */
export function nameable(node: Node): boolean {
  return !unnamed.has(node.op.name);
}

/** One op as text, over the texts of its operands. */
export function expressionText(node: Node, textOf: (inner: Node) => string): string {
  const { op, inputs, attrs } = node;
  if (op.name === 'constant') return constantText(node);
  if (op.name === 'size') return String(attrs.size);
  if (op.name === 'broadcastTo') return textOf(inputs[0] as Node);
  if (op.kind === 'scan') return scanText(node);
  if (op.kind === 'get') return `${textOf(inputs[0] as Node)}[${String(attrs.index)}]`;
  const symbol = infix[op.name];
  const texts = inputs.filter((input) => input.op.name !== 'randomState').map(textOf);
  if (symbol !== undefined) return `${atom(texts[0])} ${symbol} ${atom(texts[1])}`;
  if (op.name === 'neg') return `-${atom(texts[0])}`;
  return `${op.name}(${[...texts, ...attrTexts(node)].join(', ')})`;
}

/** `scan time times`; what it computes follows in lines of its own. */
function scanText(node: Node): string {
  const { length, reverse, unroll, truncate } = specOf(node);
  const words = [reverse ? ', from the last' : '', unroll ? ', written out' : '', truncate === null ? '' : `, gradients through the last ${truncate}`];
  return `scan ${String(length)} times${words.join('')}`;
}

function atom(text: string | undefined): string {
  if (text === undefined) return '';
  return isAtom(text) ? text : `(${text})`;
}

/** A name, a number, or one call: `relu(x + (y * 2))`. */
function isAtom(text: string): boolean {
  if (/^[\w.#·]+(?:\[\d+\])?$/.test(text)) return true;
  if (!/^\w+\(.*\)$/.test(text)) return false;
  let depth = 0;
  for (let i = 0; i < text.length - 1; i += 1) {
    if (text[i] === '(') depth += 1;
    else if (text[i] === ')' && (depth -= 1) === 0) return false;
  }
  return true;
}

function constantText(node: Node): string {
  const { data } = node.attrs.value as ConstantData;
  return data.length === 1 ? String(Number((data[0] as number).toPrecision(7))) : `constant${formatShape(node.shape)}`;
}

/** What the type of the result does not tell by itself. */
const unsaid: ReadonlySet<string> = new Set(['dtype', 'identity', 'keepDims', 'shape']);

function attrTexts(node: Node): readonly string[] {
  const { attrs, op } = node;
  if (op.name === 'reshape') return [formatShape(node.shape)];
  if (attrs.stream !== undefined) return [formatShape(node.shape), `stream ${String(attrs.stream)}`];
  if (op.name === 'cast') return [node.dtype];
  if (op.kind === 'reduce' || op.name === 'mean') {
    const axes = attrs.axes as readonly number[];
    return axes.length === node.inputs[0]?.rank && axes.length !== 1 ? [] : [`axis ${axes.join(' ')}`];
  }
  if (op.name === 'softmax' || op.name === 'logSoftmax') return [`axis ${String(attrs.axes)}`];
  return Object.entries(attrs).filter(([name, value]) => !unsaid.has(name) && value !== 0).map(([name, value]) => `${name} ${attrText(value)}`);
}

function attrText(value: AttrValue): string {
  return Array.isArray(value) ? `[${value.map(attrText).join(' ')}]` : String(value);
}
