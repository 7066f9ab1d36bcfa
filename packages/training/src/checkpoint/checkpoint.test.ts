import { add, compile, type CompiledFunction, type Expression, input, mean, mul, type Parameter, parameter, PastinaError, randomNormal, randomSource, setRandomStream, sub, tensor } from '@pastina/core';
import { batchNorm, DenseLayer, dropout, getAllParams, getOutput, InputLayer, setRandomSeed, type Layer } from '@pastina/layers';
import { softmax } from '@pastina/layers/nonlinearities';
import { categoricalCrossentropy } from '@pastina/objectives';
import { adam, applyMomentum, sgd } from '@pastina/updates';
import { describe, expect, it } from 'vitest';
import { readSafetensors, restoreCheckpoint, restoreParams, writeCheckpoint, writeSafetensors } from '../checkpoints.js';
import { writeChecked } from '../formats/checksum.js';
import { fit, type FitEvent, type FitOptions } from '../index.js';

const items = 45;
const data = { x: { data: Float32Array.from({ length: items * 3 }, (_, i) => Math.sin(i * i)), shape: [items, 3] }, y: Int32Array.from({ length: items }, (_, i) => i % 2) };

interface Run {
  readonly net: Layer;
  readonly updates: Map<Parameter, Expression>;
  readonly step: CompiledFunction<{ loss: Expression }>;
  readonly measure: CompiledFunction<{ loss: Expression }>;
}

/** A net with dropout and running averages; another seed where it is restored, since all comes from the checkpoint. */
function build(seed: number): Run {
  setRandomSeed(seed);
  setRandomStream(0);
  const x = input('x', ['batch', 3]), y = input('y', ['batch'], 'int32');
  let net: Layer = new DenseLayer(new InputLayer({ shape: [null, 3], inputVar: x }), { numUnits: 8 });
  net = dropout(batchNorm(net), { p: 0.4 });
  net = new DenseLayer(net, { numUnits: 2, nonlinearity: softmax });
  const loss = mean(categoricalCrossentropy(getOutput(net), y));
  const updates = adam(loss, getAllParams(net, { trainable: true }), { learningRate: 0.01 });
  const noise = randomNormal([]);
  return { net, updates, step: compile({ inputs: { x, y }, outputs: { loss }, updates, seed }), measure: compile({ inputs: { x, y }, outputs: { loss: add(mean(categoricalCrossentropy(getOutput(net, undefined, { deterministic: true }), y)), mul(noise, 1e-3)) }, seed: seed + 1 }) };
}

const optionsOf = ({ step, measure }: Run): FitOptions<typeof data, 'loss', typeof data, 'loss'> => ({ step, data, epochs: 4, batchSize: 4, seed: 9, validation: { evaluate: measure, data, batchSize: 20 } });
const savedOf = ({ net, updates, step, measure }: Run): { layers: Layer; updates: Run['updates']; functions: { step: Run['step']; measure: Run['measure'] } } => ({ layers: net, updates, functions: { step, measure } });
const valuesOf = ({ net, updates }: Run): string => JSON.stringify([...getAllParams(net), ...updates.keys()].map((param) => [...param.valueSync().dataSync()]));

describe('a run that is interrupted and resumed', () => {
  it('has the same bits as one that is not: dropout, adam, running averages, shuffled data; every tenth step, and after epochs', async () => {
    const whole = build(1);
    const all: FitEvent<'loss', 'loss'>[] = [];
    const kept: { bytes: Uint8Array; behind: number }[] = [];
    for await (const event of fit(optionsOf(whole))) {
      all.push(event);
      if (event.type !== 'start' && (event.type !== 'step' || event.step % 10 === 0)) kept.push({ bytes: await writeCheckpoint({ ...savedOf(whole), progress: event.progress }), behind: all.length });
    }
    expect(kept).toHaveLength(4 + 4 + 4 + 1);
    for (const { bytes, behind } of kept) {
      const resumed = build(77);
      const { progress } = restoreCheckpoint(bytes, savedOf(resumed));
      const rest: FitEvent[] = [];
      if (progress === undefined) throw new Error('no progress');
      for await (const event of fit({ ...optionsOf(resumed), from: progress })) if (event.type !== 'start') rest.push(event);
      expect(rest.length).toBe(Math.max(1, all.length - behind));
      expect(rest).toEqual(all.slice(-rest.length));
      expect(valuesOf(resumed)).toBe(valuesOf(whole));
    }
  });

  it('needs every part of the checkpoint: without the random state, or the rule\'s, the bits are others', async () => {
    const whole = build(1);
    let saved: Uint8Array = new Uint8Array();
    for await (const event of fit(optionsOf(whole))) if (event.type === 'step' && event.step === 10) saved = await writeCheckpoint({ ...savedOf(whole), progress: event.progress });
    for (const part of ['functions', 'updates'] as const) {
      const resumed = build(1);
      const { [part]: _, ...rest } = savedOf(resumed);
      const { progress } = restoreCheckpoint(saved, rest);
      if (progress === undefined) throw new Error('no progress');
      for await (const event of fit({ ...optionsOf(resumed), from: progress })) expect(event).toBeDefined();
      expect(valuesOf(resumed)).not.toBe(valuesOf(whole));
    }
  });
});

describe('checkpoints', () => {
  const [a, b] = [parameter([1, 2], { name: 'W' }), parameter([3, 4], { name: 'W' })];
  const c = parameter(5);
  const names = async (options: Parameters<typeof writeCheckpoint>[0]): Promise<string[]> => [...readSafetensors(await writeCheckpoint(options)).tensors.keys()];

  it('tells parameters of one name apart, and takes names of your choice', async () => {
    expect(await names({ params: [a, b, c, a] })).toEqual(['W', 'W#1', 'unnamed']);
    expect(await names({ params: { first: a, second: b } })).toEqual(['first', 'second']);
    expect(await names({ params: new Map([['x', c]]) })).toEqual(['x']);
    const loss = mean(mul(sub(a, b), c));
    const updates = applyMomentum(sgd(loss, [a, b], { learningRate: 1 }), { momentum: 0.5 });
    expect(await names({ params: [a, b], updates })).toHaveLength(4);
  });

  it('is for use without training too, and reads files from elsewhere', async () => {
    const run = build(3);
    const bytes = await writeCheckpoint({ ...savedOf(run), metadata: { note: 'ü' } });
    const other = build(4);
    const info = restoreCheckpoint(bytes, { layers: other.net });
    expect(info).toEqual({ progress: undefined, metadata: { note: 'ü' } });
    const valuesOfNet = ({ net }: Run): string => JSON.stringify(getAllParams(net).map((param) => param.valueSync().toArray()));
    expect(valuesOfNet(other)).toBe(valuesOfNet(run));
    restoreCheckpoint(writeSafetensors({ W: [7, 8] }), { params: [a] });
    expect(a.valueSync().toArray()).toEqual([7, 8]);
  });

  it('names the first misfit, and changes nothing then', async () => {
    const bytes = await writeCheckpoint({ params: { W: a, b: c }, functions: { step: compile({ inputs: {}, outputs: { c } }) } });
    const [W, other] = [parameter([0, 0], { name: 'W' }), parameter(0, { name: 'b' })];
    const step = compile({ inputs: {}, outputs: { c }, seed: 5 });
    const restore = (...more: [object, object?]) => () => restoreCheckpoint(bytes, ...(more as [object]));
    expect(restore({ params: { W, c: other } })).toThrow("restoreCheckpoint: there is no value for 'c' []; there are 'W', 'b'. Give the parameters the names that the values have, or restore them by order. No parameter was changed [PARAM_MISSING]");
    expect(restore({ params: { W } })).toThrow("restoreCheckpoint: no parameter is called 'b'; the parameters are 'W'. With { allowExtra: true } it is left alone. No parameter was changed [PARAM_EXTRA]");
    expect(restore({ params: { W, b: parameter([0]) } })).toThrow("restoreCheckpoint: the value of 'b' has shape []; the parameter has [1]. No parameter was changed [PARAM_SHAPE]");
    expect(restore({ params: { W, b: parameter(0, { dtype: 'int32' }) } })).toThrow("restoreCheckpoint: the value of 'b' is float32; the parameter is int32, and nothing is converted by itself. No parameter was changed [PARAM_DTYPE]");
    expect(restore({ params: { W, b: other }, functions: { step, more: step } })).toThrow("restoreCheckpoint: the checkpoint knows no function 'more', only 'step'. Nothing was changed [CHECKPOINT_FUNCTION]");
    expect(W.valueSync().toArray()).toEqual([0, 0]);
    expect(step.randomState().seed).toBe(5);
    restore({ params: { W } }, { allowExtra: true })();
    expect(W.valueSync().toArray()).toEqual([7, 8]);
  });

  it('refuses what is none', async () => {
    await expect(writeCheckpoint({})).rejects.toThrow('writeCheckpoint: there is nothing to save; give layers, params or updates [CHECKPOINT_EMPTY]');
    await expect(writeCheckpoint({ params: [3 as never] })).rejects.toThrow('writeCheckpoint: params holds 3; expected parameters, such as getAllParams(net) gives [NOT_A_PARAMETER]');
    await expect(writeCheckpoint({ params: 'W' as never })).rejects.toThrow("params is 'W'; expected a list of parameters, or an object from names to parameters");
    await expect(writeCheckpoint({ params: { W: add(a, 1) as never } })).rejects.toThrow('writeCheckpoint: params.W holds an object');
    await expect(writeCheckpoint({ params: [a], metadata: { 'pastina.x': '' } })).rejects.toThrow("metadata 'pastina.x'; names that begin with 'pastina.' are taken");
    await expect(writeCheckpoint({ params: [a], functions: { step: 1 as never } })).rejects.toThrow('writeCheckpoint: functions.step is 1; expected what compile(…) gives [CHECKPOINT_FUNCTION]');
    await expect(writeCheckpoint({ params: [a], updates: [a] as never })).rejects.toThrow('updates is an array; expected the map that goes to compile');
    await expect(writeCheckpoint({ params: [a], progress: {} as never })).rejects.toThrow('writeCheckpoint: epoch is undefined; expected a whole number from 1 up');
    const contents = (text: string) => () => restoreCheckpoint(writeChecked({ W: [1, 2] }, { 'pastina.checkpoint': text }), { params: [a] });
    expect(contents('{"format":2}')).toThrow("restoreCheckpoint: 'pastina.checkpoint' in the header: expected an object of format 1. The file is corrupt, or of a later release [CHECKPOINT_CONTENTS]");
    expect(contents('{')).toThrow(/CHECKPOINT_CONTENTS/);
    expect(contents('{"format":1,"functions":{},"params":["x"],"state":[]}')).toThrow("params names 'x', which is no tensor of the file");
    expect(contents('{"format":1,"functions":{"f":{"seed":1}},"params":["W"],"state":[]}')).toThrow("function 'f' has no random state");
  });

  it('restores by name and by order', () => {
    restoreParams({ params: { p: a, q: b } }, { q: [1, 1], p: [2, 2] });
    restoreParams({ params: [c] }, [tensor(9)]);
    expect([a, b, c].map((param) => param.valueSync().toArray())).toEqual([[2, 2], [1, 1], 9]);
    expect(() => restoreParams({ params: [a, c] }, [1])).toThrow('restoreParams: 1 values for 2 parameters (W [2], unnamed []); expected one each. No parameter was changed [PARAM_COUNT]');
    expect(() => restoreParams({ params: [a, c] }, [[0, 0], [1, 2]])).toThrow("restoreParams: the value of 'unnamed' has shape [2]; the parameter has []. No parameter was changed");
    expect(() => restoreParams({ params: [a, c] }, [[0, 0], Float64Array.of(1)])).toThrow(/PARAM_SHAPE/);
    expect(() => restoreParams({ params: [a] }, [Float64Array.of(1, 2)])).toThrow(/restoreParams: parameter 'W'.set: expected float32, got Float64Array.*No parameter was changed \[PARAM_VALUE\]/);
    expect(() => restoreParams({ params: [a] }, 3 as never)).toThrow('restoreParams: values is 3; expected a map or an object');
    expect(a.valueSync().toArray()).toEqual([2, 2]);
  });
});

it('1,000 corrupt checkpoints: each a typed error that changes nothing, or the same content', async () => {
  const whole = build(1);
  let bytes: Uint8Array = new Uint8Array();
  for await (const event of fit({ ...optionsOf(whole), epochs: 1 })) if (event.type === 'step' && event.step === 5) bytes = await writeCheckpoint({ ...savedOf(whole), progress: event.progress });
  const target = build(2);
  const { progress: right } = restoreCheckpoint(bytes, savedOf(target));
  const [values, state] = [valuesOf(target), target.step.randomState()];
  const random = randomSource(11);
  const below = (n: number): number => Math.floor((random.uniform(1)[0] as number) * n);
  let refused = 0;
  for (let round = 0; round < 1000; round += 1) {
    let mutant = bytes.slice();
    if (round % 5 === 0) mutant = mutant.slice(0, below(bytes.length));
    else if (round % 5 === 1) mutant[8 + below(1000)] = below(256);
    else if (round % 5 === 2) mutant.copyWithin(below(bytes.length), below(bytes.length), below(bytes.length));
    // a single bit of an element
    else mutant[below(bytes.length)] = (bytes[below(bytes.length)] as number) ^ (1 << below(8));
    try {
      expect(restoreCheckpoint(mutant, savedOf(target)).progress).toEqual(right);
    } catch (error) {
      refused += 1;
      expect(error, `round ${round}`).toBeInstanceOf(PastinaError);
    }
    expect([valuesOf(target) === values, target.step.randomState()], `round ${round}`).toEqual([true, state]);
  }
  expect(refused).toBeGreaterThan(900);
});
