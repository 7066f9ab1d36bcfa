import { expect, test } from 'vitest';
import { Code } from './code.js';
import { moduleBytes } from './module.js';

/** How often a vector constant stands in the code. */
function constantsIn(code: Code): number {
  const bytes = code.bytes();
  return bytes.filter((byte, i) => byte === 0xfd && bytes[i + 1] === 12).length;
}

/** Adds 2 and 3 to each lane so many times, then stores it at 0. */
function adding(code: Code, times: number): void {
  const [sum, counter] = [code.local('v128'), code.local('i32')];
  code.countUp(counter, () => code.i32(times), 1, () => {
    code.get(sum).f32x4(2).simd('f32x4.add').f32x4(3).simd('f32x4.add').f32x4(0).simd('f32x4.add').set(sum);
    code.get(sum).f32x4(2).simd('f32x4.add').f32x4(2).simd('f32x4.sub').set(sum);
  });
  code.i32(0).get(sum).memory('v128.store');
}

function run(code: Code): readonly number[] {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const bytes = moduleBytes({ shared: false, imports: [], globals: 0, functions: [{ name: 'run', code }] });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  (exports['run'] as () => void)();
  return [...new Float32Array(memory.buffer, 0, 4)];
}

test('constants are made once, before the code that uses them; zeros where they stand', () => {
  const [plain, held] = [new Code(), new Code()];
  adding(plain, 10);
  held.withConstants(() => adding(held, 10));
  expect([constantsIn(plain), constantsIn(held)]).toEqual([5, 3]);
  expect([run(plain), run(held)]).toEqual([[50, 50, 50, 50], [50, 50, 50, 50]]);
});

test('within each other, the outer one holds them; behind it they are made anew', () => {
  const code = new Code();
  code.withConstants(() => {
    code.withConstants(() => adding(code, 1));
    adding(code, 2);
  });
  expect(constantsIn(code)).toBe(4);
  code.withConstants(() => adding(code, 3));
  expect(constantsIn(code)).toBe(7);
  expect(run(code)).toEqual([15, 15, 15, 15]);
});

test('NaN, -0 and numbers of all widths keep their bits', () => {
  const code = new Code();
  code.withConstants(() => {
    code.i32(0).f32x4(-0).memory('v128.store').i32(16).f64x2(NaN).memory('v128.store').i32(32).i64x2(-2n).memory('v128.store').i32(48).i32x4(-5).memory('v128.store').i32(64).f32x4(NaN).memory('v128.store');
  });
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes({ shared: false, imports: [], globals: 0, functions: [{ name: 'run', code }] })), { env: { memory } });
  (exports['run'] as () => void)();
  expect([...new Float32Array(memory.buffer, 0, 2), ...new Float64Array(memory.buffer, 16, 2), ...new BigInt64Array(memory.buffer, 32, 2), ...new Int32Array(memory.buffer, 48, 2), ...new Float32Array(memory.buffer, 64, 1)]).toEqual([-0, -0, NaN, NaN, -2n, -2n, -5, -5, NaN]);
});
