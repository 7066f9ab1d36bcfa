import type { Probe } from '../../../tools/behavior/probe.ts';

/** None: the bits are the device's, within the bounds of docs/numerics.md. */
export const probes: readonly Probe[] = [];
