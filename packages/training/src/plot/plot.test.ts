import { tensor } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { fit, type FitEvent } from '../index.js';
import { drawCurves, lossCurve, svgCurves } from '../plot.js';

const curve = { loss: [[1, 3], [2, 2], [3, 1.5], [4, 1]] } as const;

describe('drawCurves', () => {
  it('draws curves with axes and names', () => {
    expect(drawCurves(curve, { width: 12, height: 5, title: 'digits' })).toMatchInlineSnapshot(`
      "digits
         ▲
        3┤━━━┓
         │   ┃
        2┤   ┗━━┓
      1.5┤      ┗━━━┓
        1┤          ┗━
         └┬───┬──┬───┬▶
          1   2  3   4
      █ loss
      "
    `);
  });

  it('has the size asked for, colours on request, and the same text each time', () => {
    const lines = drawCurves({ a: curve.loss, b: [[1, 2], [4, 2.5]] }, { width: 30, height: 8 }).split('\n');
    expect(lines.length).toBeGreaterThan(8);
    expect(lines.filter((line) => line.includes('█'))).toEqual(['█ a', '█ b']);
    expect(drawCurves(curve, { color: true })).toContain('\u001B[36m');
    expect(drawCurves(curve)).not.toContain('\u001B');
    expect(drawCurves(curve)).toBe(drawCurves(curve));
  });

  it('leaves out what is not finite, and draws what is flat, single, unordered or extreme', () => {
    expect(drawCurves({ loss: [[1, 3], [2, NaN], [3, Infinity], [4, 1]] })).toBe(drawCurves({ loss: [[4, 1], [1, 3]] }));
    expect(drawCurves({ loss: [[1, NaN]] }, { title: 'x' })).toBe('x: no values\n');
    expect(drawCurves({ loss: [] })).toBe('no values\n');
    for (const points of [[[1, 2]], [[1, 2], [2, 2]], [[1, 1e-300], [2, 2e-300]], [[1, -1e300], [2, 1e300]], [[0, 0], [1, -5]], Array.from({ length: 5000 }, (_, i) => [i, Math.sin(i)])]) {
      const text = drawCurves({ loss: points as [number, number][] });
      expect(text).not.toContain('NaN');
      expect(text.split('\n').length).toBeLessThan(40);
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(100);
    }
  });

  it('refuses what are no curves', () => {
    expect(() => drawCurves({})).toThrow('drawCurves: curves is an object; expected an object from names to lists of [step, value] [CURVES]');
    expect(() => drawCurves(3 as never)).toThrow('drawCurves: curves is 3;');
    expect(() => drawCurves({ loss: [1, 2] as never })).toThrow("drawCurves: curve 'loss' is an array; expected");
    expect(() => drawCurves(curve, { width: 1 })).toThrow('drawCurves: width is 1; expected a whole number from 2 to 10000');
    expect(() => drawCurves(curve, { colour: true } as never)).toThrow(/did you mean 'color'/);
  });
});

describe('svgCurves', () => {
  it('is a picture with title and names, the same each time', async () => {
    const svg = await svgCurves({ ...curve, 'held <out>': [[2, 2.5]] }, { title: 'a < b', width: 300, height: 200 });
    expect(svg).toMatch(/^<svg width="300" height="200" xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain('a &lt; b');
    expect(svg).toContain('held &lt;out&gt;');
    expect(svg).not.toMatch(/NaN|undefined/);
    expect(await svgCurves({ ...curve, 'held <out>': [[2, 2.5]] }, { title: 'a < b', width: 300, height: 200 })).toBe(svg);
  });

  it('draws what is extreme, or nothing', async () => {
    for (const points of [[], [[1, NaN]], [[1, 2]], [[1, 0], [2, 1], [3, 1000]], [[1, 1e-300], [2, 1e300]]] as [number, number][][]) {
      for (const logarithmic of [false, true]) expect(await svgCurves({ loss: points }, { logarithmic })).not.toMatch(/NaN|Infinity|undefined/);
    }
    await expect(svgCurves({ loss: 3 as never })).rejects.toThrow("svgCurves: curve 'loss' is 3");
    await expect(svgCurves(curve, { width: 10 })).rejects.toThrow('svgCurves: width is 10; expected a whole number from 50 to 100000');
  });
});

describe('lossCurve', () => {
  const run = (epochs: number, validate = true): AsyncGenerator<FitEvent<'loss', 'loss'>, void, undefined> => {
    let step = 0;
    const next = (): { loss: ReturnType<typeof tensor> } => ({ loss: tensor(1 / (step += 1)) });
    return fit({ step: next, data: { x: [1, 2] }, epochs, batchSize: 1, ...(validate ? { validation: { evaluate: next, data: { x: [1] } } } : {}) });
  };

  it('draws when the run ends, or the loop is left', async () => {
    const drawings: string[] = [];
    const write = (text: string): number => drawings.push(text);
    const types: string[] = [];
    for await (const event of lossCurve(run(2), { write })) types.push(event.type);
    expect(types).toHaveLength(10);
    expect(drawings[0]).toMatch(/^loss\n[^]*█ epoch\n█ validation\n$/);
    for await (const event of lossCurve(run(2), { write, title: 'early' })) if (event.type === 'step') break;
    expect(drawings[1]).toMatch(/^early\n[^]*█ step\n$/);
    for await (const event of lossCurve(run(1, false), { write, metric: 'accuracy' })) expect(event.type).toBeDefined();
    expect(drawings[2]).toBe('accuracy: no values\n');
    for await (const event of lossCurve(run(2), { write, as: 'svg' })) expect(event.type).toBeDefined();
    expect(drawings[3]).toMatch(/^<svg/);
    expect(drawings).toHaveLength(4);
  });

  it('refuses what it cannot draw to', () => {
    expect(() => lossCurve(run(1), {} as never)).toThrow('lossCurve: write is undefined; expected a function');
    expect(() => lossCurve(run(1), { write: () => 0, as: 'png' as never })).toThrow("lossCurve: as is 'png'; expected 'text' or 'svg' [OPTION_VALUE]");
  });
});
