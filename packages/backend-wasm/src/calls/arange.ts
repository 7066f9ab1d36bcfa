import { type CallInstruction } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { advance, store, widthOf } from '../loop/access.js';
import { roundDoubles } from '../loop/fold.js';
import { type Places } from '../loop/compileLoop.js';
import { outputOf, product, repeat } from './elements.js';

/** 0, 1, 2, …, rounded to the dtype. */
export function emitArange(code: Code, call: CallInstruction, places: Places): void {
  const dtype = places.dtypeOf(call.output);
  const [to, value] = [outputOf(code, places, call), code.local('v128')];
  repeat(code, product(call.shape), (i) => {
    code.get(i).op('f64.convert_i32_u').simd('f64x2.splat');
    roundDoubles(code, dtype);
    code.set(value);
    store(code, to, dtype, 1, value);
    advance(code, to, widthOf(dtype));
  });
}
