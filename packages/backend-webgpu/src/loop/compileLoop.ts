import { type LoopInstruction } from '@pastina/core';
import { type Epilogue } from '../epilogue.js';
import { type Frame } from '../frame.js';
import { type Kernel, Shader } from '../shader.js';
import { joinAxes } from './axes.js';
import { Body } from './body.js';
import { columnsOf } from './columns.js';
import { extentOf } from './extent.js';
import { compileFours, takesFours } from './fours.js';
import { eachAlone, foldAlone, foldByGroup, foldColumns, joinParts } from './groups.js';

/** Folds of at least so many elements are shared by a group, as a tree. */
const leastShared = 64;

/** A `loop` instruction as one shader, or two where parts are folded first; none where there is nothing to write. */
export function compileLoop(loop: LoopInstruction, frame: Frame): readonly Kernel[] {
  const { axes, outer, inner, ...parts } = extentOf(loop);
  const kept = loop.space.length - axes;
  if (outer === 0) return [];
  const title = `${loop.origin.op}: [${loop.space.join(', ')}]${axes > 0 ? `, folded over the last ${axes}` : ''}`;
  const [outerAxes, innerAxes] = [joinAxes(loop.space, loop.inputs, 0, kept), joinAxes(loop.space, loop.inputs, kept, loop.space.length)];
  if (axes === 0 && takesFours(loop, frame, outerAxes, outer)) return [compileFours(title, loop, frame, outerAxes, outer)];
  const bodyOf = (shader: Shader): Body => new Body(loop, frame, shader, outerAxes, innerAxes);
  const body = bodyOf(new Shader(title));
  if (axes === 0) return [eachAlone(body.shader, outer, () => body.values(undefined, 'i'))];
  if (inner < leastShared) return [foldAlone(body, outer, inner)];
  const columns = columnsOf(loop, outerAxes, innerAxes, outer);
  const folded = columns === 0 ? foldByGroup(body, outer, inner, parts) : foldColumns(body, columns, outer, inner, parts);
  return parts.parts === 1 ? [folded] : [folded, joinParts(bodyOf(new Shader(`${loop.origin.op}: its ${parts.parts} parts joined`)), outer, parts)];
}

/**
 * The function that takes an element of a product, by its place in row-major order, through the loop behind it; gives its
 * name. Compilers may reorder sums and products where they see both, and did: so they are kept from seeing that the flag,
 * a word of memory, is 0 wherever results count.
 */
export function defineEpilogue(shader: Shader, epilogue: Epilogue, frame: Frame): string {
  const loop = { ...epilogue, inputs: epilogue.inputs.slice(0, epilogue.own) };
  const body = new Body(loop, frame, shader, joinAxes(loop.space, loop.inputs, 0, loop.space.length), { sizes: [], strides: [] });
  shader.define('epilogue', 'i: u32, sum: f32', () => {
    shader.line('// The flag is 0: this only keeps the sum as it is.');
    shader.line(`let product = bitcast<f32>(bitcast<u32>(sum) ^ ${shader.read({ parameter: undefined, offset: frame.flag, dtype: 'uint32', label: 'flag' }, '0u')});`);
    body.values(undefined, 'i', epilogue.product.output);
  });
  return 'epilogue';
}
