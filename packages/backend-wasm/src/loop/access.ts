import { type DType } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { narrowPair } from './casts.js';
import { type Count } from './lanes.js';

// How elements come from memory into lanes, and back.

/** Bytes of an element as it lies in memory. */
export function widthOf(dtype: DType): number {
  return dtype === 'bool' ? 1 : dtype === 'float64' ? 8 : 4;
}

export function advance(code: Code, pointer: number, bytes: number): void {
  if (bytes !== 0) code.get(pointer).i32(bytes).op('i32.add').set(pointer);
}

/** Four elements, or two, or one in all lanes. Two of 32 bits go into the lower half. */
export function load(code: Code, pointer: number, dtype: DType, lanes: Count, value: number): void {
  if (dtype === 'bool') {
    code.get(pointer);
    loadMask(code, lanes);
  } else {
    pushLanes(code, pointer, dtype, lanes, 0);
  }
  code.set(value);
}

/** Pushes numbers that lie `offset` bytes behind the pointer. */
export function pushLanes(code: Code, pointer: number, dtype: DType, lanes: Count, offset: number): void {
  code.get(pointer);
  if (dtype === 'float64') code.memoryAt(lanes === 1 ? 'v128.load64_splat' : 'v128.load', offset);
  else code.memoryAt(lanes === 4 ? 'v128.load' : lanes === 2 ? 'v128.load64_zero' : 'v128.load32_splat', offset);
}

function loadMask(code: Code, lanes: Count): void {
  if (lanes === 1) code.scalar('i32.load8_u').simd('i32x4.splat').i32x4(0).simd('i32x4.ne');
  else {
    if (lanes === 4) code.memory('v128.load32_zero');
    else code.scalar('i32.load16_u').simd('i32x4.splat');
    code.simd('i16x8.extend_low_i8x16_u').simd('i32x4.extend_low_i16x8_u').i32x4(0).simd('i32x4.ne');
    if (lanes === 2) code.simd('i64x2.extend_low_i32x4_s');
  }
}

export function store(code: Code, pointer: number, dtype: DType, lanes: Count, value: number): void {
  code.get(pointer).get(value);
  if (dtype === 'bool') storeMask(code, lanes, value);
  else if (lanes === (dtype === 'float64' ? 2 : 4)) code.memory('v128.store');
  else code.memory(dtype === 'float64' || lanes === 2 ? 'v128.store64_lane' : 'v128.store32_lane', 0);
}

/** On the stack: the address and the mask. */
function storeMask(code: Code, lanes: Count, mask: number): void {
  if (lanes === 1) {
    code.i32x4(1).simd('v128.and').simd('i32x4.extract_lane', 0).scalar('i32.store8');
    return;
  }
  if (lanes === 2) code.get(mask).simd('i8x16.shuffle', ...narrowPair);
  const bytes = code.borrow();
  code.i32x4(1).simd('v128.and').tee(bytes).get(bytes).simd('i16x8.narrow_i32x4_u').tee(bytes).get(bytes).simd('i8x16.narrow_i16x8_u');
  code.memory(lanes === 4 ? 'v128.store32_lane' : 'v128.store16_lane', 0);
  code.giveBack([bytes]);
}
