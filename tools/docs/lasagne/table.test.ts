import { describe, expect, it } from 'vitest';
import { compare, declaredForm } from './table.ts';

const since = (value: unknown): unknown => ({ code: 'D0000', since: { '0.1.0': value } });
const list = '[layers/dense.py]\nclass DenseLayer(incoming, num_units, W=GlorotUniform(), b=Constant(0.0), nonlinearity=rectify, num_leading_axes=1)\nget_output(layers, inputs=None, **kwargs)\n';
const surface = {
  exports: { layers: new Set(['DenseLayer', 'getOutput']) },
  defaults: { 'DenseLayer.W': since('GlorotUniform'), 'DenseLayer.b': since(0), 'DenseLayer.nonlinearity': since('rectify'), 'DenseLayer.numLeadingAxes': since(1) },
};

describe("the table of Lasagne's names", () => {
  it('has a line for each, and compares every default that has a form here', () => {
    expect(compare(list, surface)).toEqual({
      lines: ['', '### layers/dense.py', '', '| Lasagne | pastina | from | status |', '|---|---|---|---|', '| `DenseLayer` | `DenseLayer` | `layers` | there |', '| `get_output` | `getOutput` | `layers` | there |'],
      problems: [],
      defaultsCompared: 4,
    });
  });

  it('says which name is missing and which default is another', () => {
    expect(compare(list, { exports: { layers: new Set(['DenseLayer']) }, defaults: surface.defaults }).problems).toEqual(["get_output: no package exports 'getOutput'"]);
    expect(compare(list, { ...surface, defaults: { ...surface.defaults, 'DenseLayer.b': since(0.1) } }).problems).toEqual(['DenseLayer: DenseLayer.b is 0.1, but Constant(0.0) in Lasagne']);
    expect(compare(list, { ...surface, defaults: { 'DenseLayer.W': since('GlorotUniform'), 'DenseLayer.b': since(0), 'DenseLayer.nonlinearity': since('rectify') } }).problems).toEqual(["DenseLayer: no declared default for 'num_leading_axes', which is 1 in Lasagne"]);
  });

  it.each([['(1, 1, 1)', 1], ['()', undefined], ['-1', -1], ['1e-06', 1e-6], ['Constant(0.25)', 0.25], ['[4, 2, 1]', '4,2,1'], ["'auto'", 'auto'], ['Normal(0.1)', 'Normal(0.1)'], ['T.max', 'max'], ['True', true], ['None', undefined]])('%s is declared as %s', (python, form) => {
    expect(declaredForm(python)).toBe(form);
  });
});
