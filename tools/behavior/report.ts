import type { Probe, ProbeValue } from './probe.ts';

interface DefaultEntry {
  readonly code: string;
  readonly since: Readonly<Record<string, unknown>>;
  readonly next?: { readonly value: unknown; readonly in: string };
}

export type Defaults = Readonly<Record<string, DefaultEntry | string>>;

/** The behavior report of a package: its declared defaults, and what its probes give, to the last bit. */
export function behaviorReport(name: string, defaults: Defaults, probes: readonly Probe[]): string {
  const rows = Object.entries(defaults).flatMap(([id, entry]) => {
    // Name and release of the table.
    if (typeof entry === 'string') return [];
    const { code, since, next } = entry;
    const values = Object.entries(since).map(([release, value]) => `${JSON.stringify(value)} since ${release}`).join(', then ');
    return `| ${code} | \`${id}\` | ${values} | ${next === undefined ? '' : `${JSON.stringify(next.value)} in ${next.in}`} |`;
  });
  const sections = probes.map((probe) => {
    const values = Object.entries(probe.values()).map(([key, value]) => `${key}: ${formatValue(value)}`);
    return `## ${probe.name}\n\n    ${probe.code}\n\n${values.map((line) => `    ${line}`).join('\n')}\n`;
  });
  return [
    `# Behavior of ${name}`,
    '',
    'Written by `npm run behavior`; CI fails when it differs from what the code does. Numbers stand in decimal and, behind `=`, in the bits of their dtype.',
    '',
    '| code | default | value | announced |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    ...sections,
  ].join('\n');
}

/** `float32 [1 = 3f800000, …]`; long arrays are cut, with a hash of all bits behind. */
export function formatValue(value: ProbeValue): string {
  if (typeof value === 'number') return `${value} = ${bitsOf(Float64Array.of(value), 0)}`;
  if (typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  const shown = Array.from({ length: Math.min(value.length, longest) }, (_, i) => `${Object.is(value[i], -0) ? '-0' : String(value[i])} = ${bitsOf(value, i)}`);
  const rest = value.length > longest ? `, … ${value.length} in all, fnv1a ${fnv1a(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))}` : '';
  return `${value.constructor.name.replace('Array', '').toLowerCase()} [${shown.join(', ')}${rest}]`;
}

const longest = 24;

type Numbers = Exclude<ProbeValue, number | string | boolean>;

function bitsOf(values: Numbers, index: number): string {
  // One NaN has many bit patterns, and engines choose; it is printed as one.
  if (Number.isNaN(values[index])) return 'nan';
  const size = values.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(values.buffer, values.byteOffset + index * size, size);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).reverse().join('');
}

function fnv1a(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
