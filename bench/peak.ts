import { Code } from '../packages/backend-wasm/dist/emit/code.js';
import { moduleBytes } from '../packages/backend-wasm/dist/emit/module.js';

// What the machine can do at most: products and sums of vectors in registers, nothing loaded or stored meanwhile.

/** Chains that do not wait for each other: enough to keep all units busy. */
const chains = 13;

/** Runs so many multiplications and as many additions of float32 numbers, in vectors of four. */
export function simdPeak(): (multiplications: number) => void {
  const code = new Code('i32');
  const [counter, factor, term] = [code.local('i32'), code.local('v128'), code.local('v128')];
  const sums = Array.from({ length: chains }, () => code.local('v128'));
  // Near a fixed point, so that numbers stay normal ones.
  code.f32x4(0.5).set(factor).f32x4(1).set(term);
  for (const sum of sums) code.f32x4(1.5).set(sum);
  code.countUp(counter, () => code.get(0), 1, () => {
    for (const sum of sums) code.get(sum).get(factor).simd('f32x4.mul').get(term).simd('f32x4.add').set(sum);
  });
  // What nobody reads would not be computed.
  code.i32(0).get(sums[0] as number);
  for (const sum of sums.slice(1)) code.get(sum).simd('f32x4.add');
  code.memory('v128.store');
  const bytes = moduleBytes({ shared: false, imports: [], globals: 0, functions: [{ name: 'peak', code }] });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: new WebAssembly.Memory({ initial: 1 }) } });
  const run = exports['peak'] as (rounds: number) => void;
  return (multiplications) => run(Math.ceil(multiplications / (4 * chains)));
}
