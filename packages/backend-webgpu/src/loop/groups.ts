import { type Kernel, type Shader } from '../shader.js';
import { type Body } from './body.js';
import { columnGroup } from './columns.js';
import { groupSize, sharedBy } from './extent.js';
import { combine } from './fold.js';

// How the invocations of a device share the folds of a loop: `count` folds of `inner` elements each.

/** The parts that each fold is made in, by a group each; what comes of them goes to memory that the next shader reads. */
export interface Parts {
  readonly part: number;
  readonly parts: number;
}

/** Each invocation takes the fold or the element `i`. */
export function eachAlone(shader: Shader, count: number, body: () => void): Kernel {
  shader.line(`let i = group * ${groupSize}u + local;`);
  shader.line(`if (i >= ${count}u) { return; }`);
  body();
  return shader.finish(Math.ceil(count / groupSize), groupSize);
}

/** Every fold by one invocation, in row-major order. */
export function foldAlone(body: Body, count: number, inner: number): Kernel {
  return eachAlone(body.shader, count, () => {
    body.startFolds();
    if (inner > 0) body.run(inner, '0u', `${inner}u`, 1);
    body.finishFolds();
  });
}

/** Every fold, or part of one, by a group: each invocation takes every n-th element, then halves are joined. */
export function foldByGroup(body: Body, count: number, inner: number, { part, parts }: Parts): Kernel {
  const { shader } = body;
  shader.line(`let i = ${parts === 1 ? 'group' : `group / ${parts}u`};`);
  shader.line(`if (i >= ${count}u) { return; }`);
  share(body, 1);
  body.startFolds();
  runPart(body, inner, 'local', { part, parts });
  store(body, 'local');
  joinHalves(body, 1, () => {
    shader.line(`if (local < half) {`);
    joinOne(body, 'local');
    shader.line('}');
  });
  shader.line('if (local == 0u) {');
  finish(body, count, '0', { part, parts });
  shader.line('}');
  return shader.finish(count * parts, sharedBy);
}

/** The same folds in the same order, of neighbouring columns by one group: rows are read along, not across. */
export function foldColumns(body: Body, columns: number, count: number, inner: number, { part, parts }: Parts): Kernel {
  const { shader } = body;
  shader.line(`let column = local % ${columns}u;`);
  shader.line(`let i = ${parts === 1 ? 'group' : `group / ${parts}u`} * ${columns}u + column;`);
  share(body, columns);
  shader.line(`for (var q = local / ${columns}u; q < ${sharedBy}u; q += ${columnGroup / columns}u) {`);
  body.startFolds();
  shader.line(`if (i < ${count}u) {`);
  runPart(body, inner, 'q', { part, parts });
  shader.line('}');
  store(body, `q * ${columns}u + column`);
  shader.line('}');
  joinHalves(body, columns, () => {
    shader.line(`for (var e = local; e < half; e += ${columnGroup}u) {`);
    joinOne(body, 'e');
    shader.line('}');
  });
  shader.line(`if (local < ${columns}u && i < ${count}u) {`);
  finish(body, count, 'local', { part, parts });
  shader.line('}');
  return shader.finish(Math.ceil(count / columns) * parts, columnGroup);
}

/** The parts one after another, by one invocation for each fold. */
export function joinParts(body: Body, count: number, { parts }: Parts): Kernel {
  const { shader } = body;
  return eachAlone(shader, count, () => {
    body.startFolds();
    shader.line(`for (var part = i * ${parts}u; part < (i + 1u) * ${parts}u; part += 1u) {`);
    body.folds.forEach(({ fold, name }, k) => shader.line(`${name} = ${combine(shader, fold, name, shader.read(body.parts(k, count * parts), 'part'))};`));
    shader.line('}');
    body.finishFolds();
  });
}

function share({ folds, shader }: Body, columns: number): void {
  for (const { fold, name } of folds) shader.declare(`var<workgroup> shared_${name}: array<${fold.stored}, ${sharedBy * columns}>;`);
}

function runPart(body: Body, inner: number, first: string, { part, parts }: Parts): void {
  if (parts > 1) body.shader.line(`let first = group % ${parts}u * ${part}u;`);
  body.run(inner, parts === 1 ? first : `first + ${first}`, parts === 1 ? `${inner}u` : `min(first + ${part}u, ${inner}u)`, sharedBy);
}

function store({ folds, shader }: Body, at: string): void {
  for (const { fold, name } of folds) shader.line(`shared_${name}[${at}] = ${fold.store(name)};`);
}

function joinHalves({ shader }: Body, columns: number, join: () => void): void {
  shader.line('workgroupBarrier();');
  shader.line(`for (var half = ${sharedBy / 2 * columns}u; half ${columns === 1 ? '> 0' : `>= ${columns}`}u; half = half / 2u) {`);
  join();
  shader.line('workgroupBarrier();');
  shader.line('}');
}

function joinOne({ folds, shader }: Body, at: string): void {
  for (const { fold, name } of folds) shader.line(`shared_${name}[${at}] = ${fold.store(combine(shader, fold, fold.load(`shared_${name}[${at}]`), fold.load(`shared_${name}[${at} + half]`)))};`);
}

function finish(body: Body, count: number, at: string, { parts }: Parts): void {
  const { folds, shader } = body;
  for (const { fold, name } of folds) shader.line(`let ${name} = ${fold.load(`shared_${name}[${at}]`)};`);
  if (parts === 1) body.finishFolds();
  else folds.forEach(({ name }, k) => shader.write(body.parts(k, count * parts), `i * ${parts}u + group % ${parts}u`, name));
}
