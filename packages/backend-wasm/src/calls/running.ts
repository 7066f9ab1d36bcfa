import { type CallInstruction, type DType, type View } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { advance, load, store, widthOf } from '../loop/access.js';
import { roundDoubles } from '../loop/fold.js';
import { made } from '../loop/functions/doubles.js';
import { Doubles, type Lanes } from '../loop/lanes.js';
import { type Places } from '../loop/compileLoop.js';
import { addressOf, linesOf, outputOf, pushDoubles, repeat, repeatBy } from './elements.js';

// Values that run along an axis, accumulated in float64 and rounded at every element, as the interpreter has them. Two
// neighbouring lines go side by side where the axis is not the last.

interface Running {
  readonly initial: number;
  /** The new total, and what is stored of it. */
  readonly step: (v: Doubles, total: Lanes, elements: readonly Lanes[]) => { readonly total: Lanes; readonly stored: Lanes };
}

const kept = (step: (v: Doubles, total: Lanes, element: Lanes) => Lanes): Running['step'] => (v, total, [element]) => {
  const next = step(v, total, element as Lanes);
  return { total: next, stored: next };
};

const kinds: Readonly<Record<string, Running>> = {
  cumSum: { initial: 0, step: kept((v, total, x) => v.add(total, x)) },
  cumProd: { initial: 1, step: kept((v, total, x) => v.mul(total, x)) },
  cumLogSumExp: { initial: -Infinity, step: kept(made.logAddExp) },
  // Inf where nothing comes before
  cumLogOdds: {
    initial: -Infinity,
    step: (v, total, [x]) => {
      const element = x as Lanes;
      const nothing = v.and(v.equal(total, v.float(-Infinity)), v.equal(element, element));
      return { total: made.logAddExp(v, total, element), stored: v.select(nothing, v.float(Infinity), v.sub(element, total)) };
    },
  },
  recurrence: {
    initial: 0,
    step: (v, total, [b, a]) => {
      const next = v.add(b as Lanes, v.mul(a as Lanes, total));
      return { total: next, stored: next };
    },
  },
};

/** The calls that have a kernel here. */
export const running: ReadonlySet<string> = new Set(Object.keys(kinds));

export function emitRunning(code: Code, call: CallInstruction, places: Places): void {
  const dtype = places.dtypeOf(call.output);
  const { outer, size, inner } = linesOf(call.shape, call.attrs.axis as number);
  const width = widthOf(dtype);
  const pointers = [...call.inputs.map((view: View) => addressOf(code, places, view)), outputOf(code, places, call)];
  const line = (lanes: 1 | 2): void => {
    emitLine(code, call.op, { dtype, size, stride: inner * width, lanes }, pointers);
    for (const pointer of pointers) advance(code, pointer, lanes * width);
  };
  repeat(code, outer, () => {
    const pairs = inner - (inner % 2);
    repeatBy(code, pairs, 2, () => line(2));
    if (pairs < inner) line(1);
    for (const pointer of pointers) advance(code, pointer, (size - 1) * inner * width);
  });
}

interface Line {
  readonly dtype: DType;
  readonly size: number;
  /** Bytes from element to element. */
  readonly stride: number;
  readonly lanes: 1 | 2;
}

/** Operands and result lie where the pointers say. */
function emitLine(code: Code, op: string, { dtype, size, stride, lanes }: Line, pointers: readonly number[]): void {
  const { initial, step } = kinds[op] as Running;
  const total = code.local('v128');
  const [at, values] = [pointers.map(() => code.local('i32')), pointers.map(() => code.local('v128'))];
  const out = at[at.length - 1] as number;
  const result = values[values.length - 1] as number;
  at.forEach((pointer, i) => code.get(pointers[i] as number).set(pointer));
  const next = (): void => at.forEach((pointer) => advance(code, pointer, stride));
  const operand = (i: number): void => {
    load(code, at[i] as number, dtype, lanes, values[i] as number);
    pushDoubles(code, values[i] as number, dtype);
    code.set(values[i] as number);
  };
  const write = (value: number): void => {
    code.get(value);
    roundDoubles(code, dtype);
    code.set(result);
    store(code, out, dtype, lanes, result);
    next();
  };
  code.f64x2(initial).set(total);
  // There is nothing before the first element of a recurrence: its factor is not read.
  const first = op === 'recurrence' ? 1 : 0;
  if (first === 1 && size > 0) {
    operand(0);
    code.get(values[0] as number).set(total);
    write(total);
  }
  repeat(code, Math.max(0, size - first), () => {
    at.slice(0, -1).forEach((_, i) => operand(i));
    const v = new Doubles(code);
    const { total: sum, stored } = step(v, total, values.slice(0, -1));
    const written = v.copy(stored);
    code.get(sum).set(total);
    write(written);
    v.done();
  });
}
