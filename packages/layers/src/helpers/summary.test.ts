import { describe, expect, it } from 'vitest';
import { batchNorm, ConcatLayer, DenseLayer, DropoutLayer, ElemwiseSumLayer, InputLayer, LSTMLayer, summary, type Layer } from '../index.js';

/** Two branches that share a matrix, batch normalisation, dropout, and a layer on a mere shape. */
function network(): Layer {
  const x = new InputLayer({ shape: [null, 300], name: 'x' });
  const left = new DenseLayer(x, { numUnits: 100, name: 'left', b: null });
  const right = new DenseLayer(x, { numUnits: 100, W: left.W, b: 0, name: 'right' });
  const normed = batchNorm(new DenseLayer(new DropoutLayer(left), { numUnits: 100 }));
  return new ConcatLayer([new ElemwiseSumLayer([normed, right]), new DenseLayer([null, 7], { numUnits: 20 })], { name: 'say "both"' });
}

describe('summary', () => {
  it('lists layers, shapes, parameters and what feeds what', () => {
    expect(summary(network())).toMatchInlineSnapshot(`
      "#  layer                     output                  parameters  from
      0  InputLayer 'x'            [null, 300]                      0
      1  DenseLayer 'left'         [null, 100]                 30,000  0
      2  DropoutLayer              [null, 100]                      0  1
      3  DenseLayer                [null, 100]                 10,000  2
      4  BatchNormLayer            [null, 100]                    400  3
      5  NonlinearityLayer         [null, 100]                      0  4
      6  DenseLayer 'right'        [null, 100]  100 (+ 30,000 shared)  0
      7  ElemwiseSumLayer          [null, 100]                      0  5, 6
      8  DenseLayer                [null, 20]                     160  a shape
      9  ConcatLayer 'say "both"'  [null, 120]                      0  7, 8

      40,660 parameters, 40,460 of them trainable; 162,640 bytes"
    `);
  });

  it('counts a network of several outputs once, and parameters of any kind', () => {
    const x = new InputLayer({ shape: [null, 5, 3] });
    const lstm = new LSTMLayer(x, { numUnits: 2 });
    expect(summary([lstm, x])).toBe(summary(lstm));
    expect(summary(lstm)).toMatch(/58 parameters, 54 of them trainable; 232 bytes$/);
    expect(() => summary([lstm, 3 as never])).toThrow(/summary: element 1 is number; expected a layer/);
    expect(() => summary(lstm, { format: 'svg' as never })).toThrow(/summary: format is "svg"; expected 'text', 'mermaid' or 'dot'/);
    expect(() => summary(null as never)).toThrow(/summary: the first argument is null; expected a layer/);
  });
});

describe('diagrams', () => {
  it('Mermaid: text is escaped, arrows follow the data', () => {
    expect(summary(network(), { format: 'mermaid' })).toMatchInlineSnapshot(`
      "flowchart TD
        l0["InputLayer 'x'<br>[null, 300]"]
        l1["DenseLayer 'left'<br>[null, 100]<br>30,000 parameters"]
        l2["DropoutLayer<br>[null, 100]"]
        l3["DenseLayer<br>[null, 100]<br>10,000 parameters"]
        l4["BatchNormLayer<br>[null, 100]<br>400 parameters"]
        l5["NonlinearityLayer<br>[null, 100]"]
        l6["DenseLayer 'right'<br>[null, 100]<br>30,100 parameters"]
        l7["ElemwiseSumLayer<br>[null, 100]"]
        l8["DenseLayer<br>[null, 20]<br>160 parameters"]
        l9["ConcatLayer 'say #quot;both#quot;'<br>[null, 120]"]
        l0 --> l1
        l1 --> l2
        l2 --> l3
        l3 --> l4
        l4 --> l5
        l0 --> l6
        l5 --> l7
        l6 --> l7
        l7 --> l9
        l8 --> l9"
    `);
  });

  it('DOT: the same', () => {
    expect(summary(network(), { format: 'dot' })).toMatchInlineSnapshot(`
      "digraph network {
        node [shape=box];
        l0 [label="InputLayer 'x'\\n[null, 300]"];
        l1 [label="DenseLayer 'left'\\n[null, 100]\\n30,000 parameters"];
        l2 [label="DropoutLayer\\n[null, 100]"];
        l3 [label="DenseLayer\\n[null, 100]\\n10,000 parameters"];
        l4 [label="BatchNormLayer\\n[null, 100]\\n400 parameters"];
        l5 [label="NonlinearityLayer\\n[null, 100]"];
        l6 [label="DenseLayer 'right'\\n[null, 100]\\n30,100 parameters"];
        l7 [label="ElemwiseSumLayer\\n[null, 100]"];
        l8 [label="DenseLayer\\n[null, 20]\\n160 parameters"];
        l9 [label="ConcatLayer 'say \\"both\\"'\\n[null, 120]"];
        l0 -> l1;
        l1 -> l2;
        l2 -> l3;
        l3 -> l4;
        l4 -> l5;
        l0 -> l6;
        l5 -> l7;
        l6 -> l7;
        l7 -> l9;
        l8 -> l9;
      }"
    `);
  });
});
