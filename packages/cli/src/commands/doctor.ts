import { satisfies, validRange } from 'semver';
import type { Source } from '../project/files.js';
import { isLater } from '../project/levels.js';
import type { Project } from '../project/project.js';
import { recordName } from '../project/recorded.js';
import { levelsSet } from '../source/levels.js';
import { shortName, type Table } from '../tables.js';
import { at, count, type Outcome } from './outcome.js';

/** What the machine is like. */
export interface Machine {
  readonly node: string;
  /** Whether WebAssembly has SIMD. */
  readonly simd: boolean;
}

interface Finding {
  readonly check: 'copies' | 'levels' | 'ranges' | 'node' | 'simd' | 'broken';
  readonly finding: string;
  readonly cure: string;
}

/** Looks for what makes a project fail, or behave other than its sources say. */
export function doctor(project: Project, sources: readonly Source[], machine: Machine): Outcome {
  const findings = [
    ...project.problems.map(({ message }): Finding => ({ check: 'broken', finding: message, cure: 'npm install' })),
    ...copies(project),
    ...levels(project, sources),
    ...ranges(project),
    ...node(project, machine),
    ...simd(project, machine),
  ];
  return {
    code: findings.length > 0 ? 1 : 0,
    lines: [
      ...findings.flatMap(({ check, finding, cure }) => [`${check}: ${finding}`, `  cure: ${cure}`]),
      `${project.installation.packages.map((one) => `${one.name} ${one.version}`).join(', ')}; Node ${machine.node}`,
      count(findings.length, 'finding'),
    ],
    json: { findings, packages: project.installation.packages.map(({ name, version, folder }) => ({ name, version, folder })), node: machine.node, simd: machine.simd },
  };
}

function copies({ installation: { packages } }: Project): readonly Finding[] {
  const names = [...new Set(packages.map(({ name }) => name))];
  return names.flatMap((name): readonly Finding[] => {
    const all = packages.filter((one) => one.name === name);
    if (all.length < 2) return [];
    return [{ check: 'copies', finding: `${count(all.length, 'copy').replace('copys', 'copies')} of ${name} are installed: ${all.map(({ version, folder }) => `${version} in ${folder}`).join(', ')}; expressions of one are strangers to the other`, cure: `ask for one version everywhere, then npm dedupe; npm ls ${name} tells who asks for which` }];
  });
}

function levels({ tables, recorded }: Project, sources: readonly Source[]): readonly Finding[] {
  const set = [
    ...Object.entries(recorded.levels).map(([name, level]) => ({ name, level, place: recordName })),
    ...sources.flatMap((source) => levelsSet(source).map(({ name, level, place }) => ({ name: shortName(name), level, place: at({ file: source.path, ...place }) }))),
  ];
  return set.flatMap(({ name, level, place }): readonly Finding[] => {
    const table = tables.find((one) => shortName(one.package) === name);
    if (table === undefined) return [{ check: 'levels', finding: `${place} sets a level of '${name}', which is not installed or has no defaults`, cure: `install it, or take it out; installed are ${tables.map((one) => shortName(one.package)).join(', ')}` }];
    if (level === 'next') return [];
    if (!/^\d+\.\d+(\.\d+)?$/.test(level)) return [{ check: 'levels', finding: `${place} sets the level '${level}' of ${name}, which is no release`, cure: `write a release such as '${table.release.split('.').slice(0, 2).join('.')}'` }];
    if (isLater(level, table.release)) return [{ check: 'levels', finding: `${place} sets level ${level} of ${name}, which is at ${table.release} and does not know it`, cure: `install ${table.package} ${level} or later, or set level ${table.release.split('.').slice(0, 2).join('.')}` }];
    return place === recordName ? [] : tooOld(name, level, place, table);
  });
}

/** The record may name what is long gone: pin writes those values down. In a program it is an error. */
function tooOld(name: string, level: string, place: string, { release }: Table): readonly Finding[] {
  const major = Number(release.split('.')[0]);
  if (Number(level.split('.')[0]) >= major - 1) return [];
  return [{ check: 'levels', finding: `${place} sets level ${level} of ${name}, which is at ${release} and offers levels from ${major - 1}.0 on`, cure: `pastina pin --package ${name}=${level}, then take the level out` }];
}

function ranges({ installation: { packages, missing } }: Project): readonly Finding[] {
  return [
    ...missing.map(({ name, by }): Finding => ({ check: 'ranges', finding: `${by} needs ${name}, which is not installed`, cure: `npm install ${name}` })),
    ...packages.flatMap((one) => Object.entries(one.manifest.peerDependencies ?? {}).flatMap(([name, range]): readonly Finding[] => {
      const peers = packages.filter((other) => other.name === name);
      // Ranges of a workspace are rewritten when it is published.
      if (validRange(range) === null || peers.length === 0 || peers.some(({ version }) => satisfies(version, range, { includePrerelease: true }))) return [];
      return [{ check: 'ranges', finding: `${one.name} ${one.version} needs ${name} ${range}; ${peers.map(({ version }) => version).join(', ')} is installed`, cure: `npm install "${name}@${range}", or another version of ${one.name}` }];
    })),
  ];
}

function node({ installation: { packages } }: Project, machine: Machine): readonly Finding[] {
  return packages.flatMap(({ name, version, manifest }): readonly Finding[] => {
    const range = manifest.engines?.node;
    if (range === undefined || satisfies(machine.node, range)) return [];
    return [{ check: 'node', finding: `${name} ${version} needs Node ${range}; this is ${machine.node}`, cure: `install a Node that is ${range}` }];
  });
}

function simd({ installation: { packages } }: Project, machine: Machine): readonly Finding[] {
  if (machine.simd || !packages.some(({ name }) => name === '@pastina/backend-wasm')) return [];
  return [{ check: 'simd', finding: `this Node ${machine.node} has WebAssembly without SIMD, which @pastina/backend-wasm needs`, cure: "start Node without flags that turn it off, or use init({ backend: 'reference' })" }];
}
