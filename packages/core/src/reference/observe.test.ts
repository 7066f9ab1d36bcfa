import { describe, expect, test } from 'vitest';
import { behaviorState } from '../behavior/state.js';
import { compile } from '../compile/compile.js';
import { type Expression } from '../graph/node.js';
import { input } from '../graph/input.js';
import { parameter } from '../graph/parameter.js';
import * as ops from '../ops/index.js';
import { scan } from '../scan/scan.js';
import { referenceBackend, type ObservedValue } from './interpreter.js';

describe('referenceBackend with observe', () => {
  const watched = (): { readonly told: string[]; readonly observe: (value: ObservedValue) => void } => {
    const told: string[] = [];
    return { told, observe: ({ op, dtype, data, site }) => told.push(`${op} ${dtype} ${data.join()} ${/observe\.test/.test(site)}`) };
  };

  test('tells every value in order, with the line that asked for it', () => {
    const { told, observe } = watched();
    const x = input('x', [2]), w = parameter([1, 2]);
    const y = ops.matmul(x, w);
    compile({ inputs: { x }, outputs: { y, s: ops.sum(ops.exp(x)) }, updates: new Map([[w, ops.add(w, 1)]]), backend: referenceBackend({ observe }) })({ x: [0, 0] });
    expect(told.sort()).toEqual(['add float32 2,3 true', 'exp sum float32 2 true', 'matmul float32 0 true']);
    expect([...w.valueSync().dataSync()]).toEqual([2, 3]);
  });

  test('of a scan, the results', () => {
    const { told, observe } = watched();
    const result = scan((sum: Expression, x: Expression) => ({ carry: ops.add(sum, ops.cast(x, 'float32')), outputs: [] }), { carry: ops.zeros([]), sequences: ops.arange(4) });
    compile({ inputs: {}, outputs: { y: result.carry }, backend: referenceBackend({ observe }) })({});
    expect(told.at(-1)).toBe('scan float32 6 true');
  });

  test('refuses what is no function', () => {
    expect(() => referenceBackend({ observe: 3 as never })).toThrow('referenceBackend: observe is number; expected a function of an observed value');
    expect(() => referenceBackend({ observer: () => undefined } as never)).toThrow("did you mean 'observe'");
  });

  test('a tool may have every function compiled for it, whatever the function names', () => {
    const { told, observe } = watched();
    behaviorState().backend = referenceBackend({ observe });
    try {
      compile({ inputs: {}, outputs: { y: ops.exp(ops.zeros([])) }, backend: referenceBackend() })({});
    } finally {
      delete behaviorState().backend;
    }
    expect(told).toHaveLength(1);
  });
});
