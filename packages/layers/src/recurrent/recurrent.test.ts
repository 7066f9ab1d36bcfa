import { evaluate, grad, input, mean, square, sum, type Expression } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { Conv2DLayer } from '../conv/conv.js';
import { DenseLayer } from '../denseLayer.js';
import { getOutput } from '../helpers/output.js';
import { getAllParams } from '../helpers/params.js';
import { InputLayer } from '../inputLayer.js';
import { sigmoid, tanh } from '../nonlinearities.js';
import { batchNorm } from '../norm/batchNorm.js';
import { dropout } from '../noise/dropout.js';
import { casesOf, compareCase, dtypes, errorOf, type Builder } from '../testing.js';
import { bidirectional } from './bidirectional.js';
import { Gate } from './gate.js';
import { GRULayer } from './gru.js';
import { LSTMLayer } from './lstm.js';
import { CustomRecurrentLayer, RecurrentLayer } from './recurrent.js';

const numUnits = 3;
const builders: Readonly<Record<string, Builder>> = {
  'L.RecurrentLayer(a, 3, nonlinearity=N.tanh, mask_input=b)': (a, b) => new RecurrentLayer(a, { numUnits, nonlinearity: tanh, maskInput: b }),
  'L.RecurrentLayer(a, 3, nonlinearity=N.tanh, only_return_final=True, mask_input=b)': (a, b) => new RecurrentLayer(a, { numUnits, nonlinearity: tanh, onlyReturnFinal: true, maskInput: b }),
  'L.RecurrentLayer(a, 3, nonlinearity=N.tanh, unroll_scan=True, mask_input=b)': (a, b) => new RecurrentLayer(a, { numUnits, nonlinearity: tanh, unrollScan: true, maskInput: b }),
  'L.RecurrentLayer(a, 3, nonlinearity=N.tanh, precompute_input=False, only_return_final=True)': (a) => new RecurrentLayer(a, { numUnits, nonlinearity: tanh, precomputeInput: false, onlyReturnFinal: true }),
  'L.LSTMLayer(a, 3)': (a) => new LSTMLayer(a, { numUnits }),
  'L.LSTMLayer(a, 3, backwards=True, mask_input=b)': (a, b) => new LSTMLayer(a, { numUnits, backwards: true, maskInput: b }),
  'L.LSTMLayer(a, 3, only_return_final=True, mask_input=b)': (a, b) => new LSTMLayer(a, { numUnits, onlyReturnFinal: true, maskInput: b }),
  'L.LSTMLayer(a, 3, learn_init=True, hid_init=init.Constant(0.5))': (a) => new LSTMLayer(a, { numUnits, learnInit: true, hidInit: 0.5 }),
  'L.LSTMLayer(a, 3, gradient_steps=2)': (a) => new LSTMLayer(a, { numUnits, gradientSteps: 2 }),
  'L.LSTMLayer(a, 3, grad_clipping=0.25)': (a) => new LSTMLayer(a, { numUnits, gradClipping: 0.25 }),
  'L.LSTMLayer(a, 3, precompute_input=False, only_return_final=True)': (a) => new LSTMLayer(a, { numUnits, precomputeInput: false, onlyReturnFinal: true }),
  'L.LSTMLayer(a, 3, hid_init=b)': (a, b) => new LSTMLayer(a, { numUnits, hidInit: b }),
  'L.GRULayer(a, 3, mask_input=b)': (a, b) => new GRULayer(a, { numUnits, maskInput: b }),
  'L.GRULayer(a, 3, backwards=True, mask_input=b)': (a, b) => new GRULayer(a, { numUnits, backwards: true, maskInput: b }),
  'L.GRULayer(a, 3, only_return_final=True, mask_input=b)': (a, b) => new GRULayer(a, { numUnits, onlyReturnFinal: true, maskInput: b }),
  'L.GRULayer(a, 3, learn_init=True, hid_init=init.Constant(0.5))': (a) => new GRULayer(a, { numUnits, learnInit: true, hidInit: 0.5 }),
  'L.GRULayer(a, 3, gradient_steps=2)': (a) => new GRULayer(a, { numUnits, gradientSteps: 2 }),
  'L.GRULayer(a, 3, grad_clipping=0.25)': (a) => new GRULayer(a, { numUnits, gradClipping: 0.25 }),
  'L.GRULayer(a, 3, hid_init=b)': (a, b) => new GRULayer(a, { numUnits, hidInit: b }),
  'L.LSTMLayer(a, 3, cell_init=b, hid_init=c)': (a, b, c) => new LSTMLayer(a, { numUnits, cellInit: b, hidInit: c }),
  'L.LSTMLayer(a, 3, forgetgate=L.Gate(b=init.Constant(5.0)), nonlinearity=N.sigmoid)': (a) => new LSTMLayer(a, { numUnits, forgetgate: new Gate({ b: 5 }), nonlinearity: sigmoid }),
};

const convolved: Readonly<Record<string, Builder>> = {
  'L.CustomRecurrentLayer(a, L.Conv2DLayer(L.InputLayer((None, 1, 3, 3)), 2, 3, pad=1, nonlinearity=None), L.Conv2DLayer(L.InputLayer((None, 2, 3, 3)), 2, 3, pad=1, nonlinearity=None), nonlinearity=N.tanh, only_return_final=True)': (a) => {
    const conv = (channels: number): Conv2DLayer => new Conv2DLayer(new InputLayer({ shape: [null, channels, 3, 3], inputVar: input('step', [null, channels, 3, 3], a.dtype) }), { numFilters: 2, filterSize: 3, pad: 1, nonlinearity: null });
    return new CustomRecurrentLayer(a, { inputToHidden: conv(1), hiddenToHidden: conv(2), nonlinearity: tanh, onlyReturnFinal: true });
  },
};

describe.each(dtypes)('recurrent layers against Lasagne in %s', (dtype, tolerance) => {
  it.each([...casesOf(`recurrent.${dtype}`, builders), ...casesOf(`recurrentConv.${dtype}`, convolved)])('$call', (one) => {
    const { difference, where } = compareCase(one);
    expect(difference, where).toBeLessThan(tolerance);
  });
});

const x = input('x', ['batch', 'time', 2]);
const below = (): InputLayer => new InputLayer({ shape: [null, null, 2], inputVar: x });
const data = { x: [[[1, 2], [0, 1], [-1, 1]], [[2, 1], [1, 1], [0, -1]]] };

describe('recurrent layers', () => {
  it('call parameters by name, what the state starts with is not trained', () => {
    const net = new RecurrentLayer(below(), { numUnits, name: 'r' });
    expect(getAllParams(net).map(({ name }) => name)).toEqual(['r.hidInit', 'r.inputToHidden.W', 'r.inputToHidden.b', 'r.hiddenToHidden.W']);
    expect(getAllParams(net, { trainable: true })).toHaveLength(3);
    expect(getAllParams(new LSTMLayer(below(), { numUnits, name: 'l' })).map(({ name }) => name)).toMatchInlineSnapshot(`
      [
        "l.WInToIngate",
        "l.WHidToIngate",
        "l.bIngate",
        "l.WInToForgetgate",
        "l.WHidToForgetgate",
        "l.bForgetgate",
        "l.WInToCell",
        "l.WHidToCell",
        "l.bCell",
        "l.WInToOutgate",
        "l.WHidToOutgate",
        "l.bOutgate",
        "l.WCellToIngate",
        "l.WCellToForgetgate",
        "l.WCellToOutgate",
        "l.cellInit",
        "l.hidInit",
      ]
    `);
    expect(getAllParams(new LSTMLayer(below(), { numUnits }), { trainable: true })).toHaveLength(15);
    expect(getAllParams(new GRULayer(below(), { numUnits, learnInit: true }), { trainable: true })).toHaveLength(10);
  });

  it('give the same written out, and with the input in the loop', () => {
    const fixed = new InputLayer({ shape: [null, 3, 2], inputVar: input('x', ['batch', 3, 2]) });
    const net = new GRULayer(fixed, { numUnits });
    const gates = { resetgate: new Gate({ WIn: net.gates.resetgate.WIn, WHid: net.gates.resetgate.WHid }), updategate: new Gate({ WIn: net.gates.updategate.WIn, WHid: net.gates.updategate.WHid }), hiddenUpdate: new Gate({ WIn: net.gates.hiddenUpdate.WIn, WHid: net.gates.hiddenUpdate.WHid, nonlinearity: tanh }) };
    const values = [net, new GRULayer(fixed, { numUnits, ...gates, unrollScan: true }), new GRULayer(fixed, { numUnits, ...gates, precomputeInput: false })].map((layer) => evaluate(getOutput(layer), data).toArray());
    expect(values[1]).toEqual(values[0]);
    expect(values[2]).toEqual(values[0]);
  });

  it('flatten features of several axes, and take masks of any dtype', () => {
    const on = input('on', ['batch', 'time'], 'int32');
    const mask = new InputLayer({ shape: [null, null], inputVar: on });
    const wide = new InputLayer({ shape: [null, null, 1, 2], inputVar: input('x', ['batch', 'time', 1, 2]) });
    for (const make of [RecurrentLayer, LSTMLayer, GRULayer]) {
      const net = new make(wide, { numUnits, maskInput: mask });
      const found = evaluate(getOutput(net), { x: [[[[1, 2]], [[3, 4]]]], on: [[1, 0]] }).toArray() as number[][][];
      expect(found[0]?.[1]).toEqual(found[0]?.[0]);
    }
  });

  it('CustomRecurrentLayer passes options on, draws in each step, and normalises what is computed before the loop', () => {
    const part = (size: number): InputLayer => new InputLayer({ shape: [null, size] });
    const net = new CustomRecurrentLayer(below(), { inputToHidden: batchNorm(new DenseLayer(part(2), { numUnits, nonlinearity: null })), hiddenToHidden: new DenseLayer(dropout(part(numUnits)), { numUnits, nonlinearity: null }), nonlinearity: tanh });
    const updates = new Map();
    const output = getOutput(net, undefined, { updates });
    expect(updates.size).toBe(2);
    expect(evaluate(output, data).shape).toEqual([2, 3, 3]);
    const run = (): unknown => evaluate(getOutput(net, undefined, { deterministic: true, batchNormUseAverages: true }), data).toArray();
    expect(run()).toEqual(run());
  });

  it('bidirectional goes both ways', () => {
    const one = (backwards: boolean): RecurrentLayer => new RecurrentLayer(below(), { numUnits: 1, WInToHid: [[1], [0]], WHidToHid: 1, nonlinearity: null, backwards });
    expect(evaluate(getOutput(bidirectional(one)), data).toArray()).toEqual([[[1, 0], [1, -1], [0, -1]], [[2, 3], [3, 1], [3, 0]]]);
    expect(evaluate(getOutput(bidirectional(one, { merge: 'sum' })), data).toArray()).toEqual([[[1], [0], [-1]], [[5], [4], [3]]]);
  });

  it('clips what flows back, not the loss', () => {
    const fixed = input('x', [2, 3, 2]);
    const net = new RecurrentLayer(new InputLayer({ shape: [2, 3, 2], inputVar: fixed }), { numUnits: 1, WInToHid: [[1], [0]], WHidToHid: 1, nonlinearity: null, gradClipping: 0.5, onlyReturnFinal: true });
    expect(evaluate(grad(sum(getOutput(net)), fixed), data).toArray()).toEqual(new Array(2).fill([[0.5, 0], [0.5, 0], [0.5, 0]]));
    const loss: Expression = mean(square(getOutput(net)));
    expect(evaluate(loss, data).item()).toBe(4.5);
  });

  it('explain what does not fit', () => {
    expect(errorOf(() => new LSTMLayer([null, 3], { numUnits }))).toMatchInlineSnapshot(`"ShapeError: LSTMLayer: the input [null, 3] has 2 axes; expected [items, time, …features] [INPUT_RANK]"`);
    expect(errorOf(() => new LSTMLayer([null, 3, null], { numUnits }))).toMatchInlineSnapshot(`"ShapeError: LSTMLayer: the size of axis 2 of the input [null, 3, null] is not known, but the weights from the input needs it; give the number in the InputLayer's shape [INPUT_SIZE_UNKNOWN]"`);
    expect(errorOf(() => new LSTMLayer(below(), { numUnits, unrollScan: true }))).toMatchInlineSnapshot(`"ShapeError: LSTMLayer: unrollScan needs the number of steps, but axis 1 of the input [null, null, 2] is not known; give the number in the InputLayer's shape [INPUT_SIZE_UNKNOWN]"`);
    expect(errorOf(() => new LSTMLayer([null, 3, 2], { numUnits, unrollScan: true, gradientSteps: 2 }))).toMatchInlineSnapshot(`"InputError: LSTMLayer: both unrollScan and gradientSteps are given; expected one of them [OPTION_CONFLICT]"`);
    expect(errorOf(() => new LSTMLayer(below(), { numUnits, gradientSteps: 0 }))).toMatchInlineSnapshot(`"InputError: LSTMLayer: gradientSteps is 0; expected a whole number from 1 up, or -1 for all steps [OPTION_VALUE]"`);
    expect(errorOf(() => new LSTMLayer(below(), { numUnits, ingate: new Gate({ WCell: null }), name: 'l' }))).toMatchInlineSnapshot(`"InputError: LSTMLayer 'l': ingate has no WCell, which its peephole needs; give one, or peepholes: false [PEEPHOLE]"`);
    expect(errorOf(() => new LSTMLayer(below(), { numUnits, ingate: {} as never }))).toMatchInlineSnapshot(`"InputError: LSTMLayer: ingate is object; expected a Gate, such as new Gate({ b: 1 }) [OPTION_VALUE]"`);
    expect(errorOf(() => new GRULayer(below(), { numUnits, maskInput: below() }))).toMatchInlineSnapshot(`"ShapeError: GRULayer: maskInput gives [null, null, 2]; expected [items, time] [MASK]"`);
    expect(errorOf(() => new GRULayer(below(), { numUnits, maskInput: x as never }))).toMatchInlineSnapshot(`"InputError: GRULayer: maskInput is object; expected a layer that gives (batch, time) [OPTION_VALUE]"`);
    expect(errorOf(() => new GRULayer(below(), { numUnits, peepholes: false } as never))).toMatchInlineSnapshot(`"InputError: GRULayer: there is no option 'peepholes'; known: hidInit, backwards, learnInit, gradientSteps, gradClipping, unrollScan, precomputeInput, maskInput, onlyReturnFinal, numUnits, resetgate, updategate, hiddenUpdate, name [UNKNOWN_OPTION]"`);
    expect(errorOf(() => new Gate({ Wcell: null } as never))).toMatchInlineSnapshot(`"InputError: Gate: there is no option 'Wcell'; did you mean 'WCell'? [UNKNOWN_OPTION]"`);
    const dense = (from: number, to: number): DenseLayer => new DenseLayer(new InputLayer({ shape: [null, from] }), { numUnits: to });
    expect(errorOf(() => new CustomRecurrentLayer(below(), { inputToHidden: dense(3, 4), hiddenToHidden: dense(4, 4) }))).toMatchInlineSnapshot(`"ShapeError: CustomRecurrentLayer: inputToHidden takes [3] an item, but the input gives [2]; expected the same [RECURRENT_SHAPE]"`);
    expect(errorOf(() => new CustomRecurrentLayer(below(), { inputToHidden: dense(2, 3), hiddenToHidden: dense(4, 4) }))).toMatchInlineSnapshot(`"ShapeError: CustomRecurrentLayer: inputToHidden gives [3] an item, but hiddenToHidden gives [4]; expected the same [RECURRENT_SHAPE]"`);
    expect(errorOf(() => new CustomRecurrentLayer(below(), { inputToHidden: dense(2, 4), hiddenToHidden: dense(3, 4) }))).toMatchInlineSnapshot(`"ShapeError: CustomRecurrentLayer: hiddenToHidden takes [3] an item, but it gives [4]; expected the same [RECURRENT_SHAPE]"`);
    expect(errorOf(() => new CustomRecurrentLayer(below(), { inputToHidden: dense(2, 4) } as never))).toMatchInlineSnapshot(`"InputError: CustomRecurrentLayer: hiddenToHidden is undefined; expected a network with exactly one InputLayer [NETWORK]"`);
  });
});
