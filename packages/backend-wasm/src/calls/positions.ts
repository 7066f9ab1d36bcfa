import { type CallInstruction, type View } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { widthOf } from '../loop/access.js';
import { type Places } from '../loop/compileLoop.js';
import { addressOf, linesOf, outputOf, product, pushNumber, repeat, storeOne } from './elements.js';
import { move } from './product.js';

// Kernels that go between numbers and positions.

/** argMax and argMin: the first of equal ones, or the first NaN. */
export function emitPosition(code: Code, call: CallInstruction, places: Places): void {
  const x = call.inputs[0] as View;
  const dtype = places.dtypeOf(x.buffer);
  const { outer, size, inner } = linesOf(x.shape, call.attrs.axis as number);
  const width = widthOf(dtype);
  const [from, to, at, best] = [addressOf(code, places, x), outputOf(code, places, call), code.local('i32'), code.local('i32')];
  const [element, most] = [code.local('f64'), code.local('f64')];
  repeat(code, outer, () => {
    repeat(code, inner, () => {
      code.get(from).set(at).i32(0).set(best);
      pushNumber(code, at, dtype);
      code.set(most);
      repeat(code, size, (k) => {
        pushNumber(code, at, dtype);
        code.set(element);
        code.when(() => {
          code.get(element).get(most).op(call.op === 'argMax' ? 'f64.gt' : 'f64.lt');
          code.get(element).get(element).op('f64.ne').get(most).get(most).op('f64.eq').op('i32.and').op('i32.or');
        }, () => code.get(element).set(most).get(k).set(best));
        move(code, at, inner * width);
      });
      code.get(to).get(best).scalar('i32.store');
      move(code, to, 4);
      move(code, from, width);
    });
    move(code, from, (size - 1) * inner * width);
  });
}

/** 1 at the index, 0 elsewhere. */
export function emitOneHot(code: Code, call: CallInstruction, places: Places): void {
  const [indices, depth, dtype] = [call.inputs[0] as View, call.attrs.depth as number, places.dtypeOf(call.output)];
  const fallback = places.fallback();
  const [from, to] = [addressOf(code, places, indices), outputOf(code, places, call)];
  code.get(to).i32(0).i32(product(call.shape) * widthOf(dtype)).fill();
  repeat(code, product(indices.shape), () => {
    code.when(() => code.get(from).load(0).i32(depth).op('i32.ge_u'), () => code.i32(fallback).call(0));
    code.get(to).get(from).load(0).i32(widthOf(dtype)).op('i32.mul').op('i32.add');
    storeOne(code, dtype);
    move(code, from, 4);
    move(code, to, depth * widthOf(dtype));
  });
}
