// What a program asks of a GPU, counted at WebGPU's own interface, so that it is the same count for everybody.

/** Of one step. */
export interface Counts {
  readonly submissions: number;
  readonly dispatches: number;
  /** Bytes written to the device, and mapped to be read. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly newBuffers: number;
}

const zero = { submissions: 0, dispatches: 0, bytesUp: 0, bytesDown: 0, newBuffers: 0 };
let now: { -readonly [name in keyof Counts]: number } = { ...zero };
let installed = false;

type Method = (this: unknown, ...args: unknown[]) => unknown;

function listen(type: { readonly prototype: object }, name: string, told: (self: unknown, args: readonly unknown[]) => void): void {
  const prototype = type.prototype as Record<string, Method>;
  const original = prototype[name] as Method;
  prototype[name] = function listened(this: unknown, ...args: unknown[]): unknown {
    told(this, args);
    return original.apply(this, args);
  };
}

function install(): void {
  if (installed) return;
  installed = true;
  listen(GPUQueue, 'submit', () => (now.submissions += 1));
  listen(GPUQueue, 'writeBuffer', (_, [, , data, , size]) => {
    const view = data as ArrayBufferView;
    now.bytesUp += size === undefined ? view.byteLength : (size as number) * ((view as Float32Array).BYTES_PER_ELEMENT ?? 1);
  });
  listen(GPUComputePassEncoder, 'dispatchWorkgroups', () => (now.dispatches += 1));
  listen(GPUComputePassEncoder, 'dispatchWorkgroupsIndirect', () => (now.dispatches += 1));
  listen(GPUBuffer, 'mapAsync', (self, [mode, , size]) => {
    if (mode === 1) now.bytesDown += (size as number | undefined) ?? (self as GPUBuffer).size;
  });
  listen(GPUDevice, 'createBuffer', (_, [descriptor]) => {
    now.newBuffers += 1;
    const { mappedAtCreation, size } = descriptor as GPUBufferDescriptor;
    if (mappedAtCreation === true) now.bytesUp += size;
  });
}

/** Counts what some steps ask for, per step. */
export async function count(steps: number, step: () => Promise<unknown>): Promise<Counts> {
  install();
  now = { ...zero };
  for (let i = 0; i < steps; i += 1) await step();
  return Object.fromEntries(Object.entries(now).map(([name, total]) => [name, total / steps])) as unknown as Counts;
}
