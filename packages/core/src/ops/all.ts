import { type Op } from '../graph/op.js';
import * as arithmetic from './arithmetic.js';
import * as broadcast from './broadcast.js';
import * as cast from './cast.js';
import * as comparison from './comparison.js';
import * as concat from './concat.js';
import * as control from './control.js';
import * as conv from './conv/convOps.js';
import * as pool from './conv/poolOps.js';
import * as create from './create.js';
import * as cumLogSumExp from './cumLogSumExp.js';
import * as cumulative from './cumulative.js';
import * as errorFunction from './errorFunction.js';
import * as exponential from './exponential.js';
import * as gather from './gather.js';
import * as matmul from './matmul.js';
import * as norm from './norm.js';
import * as randomCategorical from './random/categorical.js';
import * as randomNormal from './random/normal.js';
import * as randomSplit from './random/split.js';
import * as randomState from './random/state.js';
import * as randomUniform from './random/uniform.js';
import * as recurrence from './recurrence.js';
import * as reduce from './reduce.js';
import * as reshape from './reshape.js';
import * as rounding from './rounding.js';
import * as slicePad from './slicePad.js';
import * as softmax from './softmax.js';
import * as sort from './sort.js';
import * as statistics from './statistics.js';
import * as transpose from './transpose.js';
import * as trigonometric from './trigonometric.js';

const modules: readonly object[] = [arithmetic, broadcast, cast, comparison, concat, control, conv, create, cumLogSumExp, cumulative, errorFunction, exponential, gather, matmul, norm, pool, randomCategorical, randomNormal, randomSplit, randomState, randomUniform, recurrence, reduce, reshape, rounding, slicePad, softmax, sort, statistics, transpose, trigonometric];

/** Every op there is: whatever the files of this folder export under a name ending in `Op`. */
export const allOps: readonly Op[] = modules.flatMap((module) => Object.entries(module).flatMap(([name, value]) => (name.endsWith('Op') ? [value as Op] : [])));

const byName = new Map(allOps.map((op) => [op.name, op]));

/** The op that instructions of a program name. */
export function opNamed(name: string): Op {
  const op = byName.get(name);
  if (op === undefined) throw new Error(`no op is called '${name}'`);
  return op;
}

/** The kind of the op of that name, if there is one. */
export function opKind(name: string): Op['kind'] | undefined {
  return byName.get(name)?.kind;
}
