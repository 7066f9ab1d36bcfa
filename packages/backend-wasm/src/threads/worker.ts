import type { Shared, WorkerStart } from './protocol.ts';

// What a worker does. Without imports at run time, so that it runs as it lies, in Node and browsers, bundled or not.

/** As in protocol.ts, which a test compares. */
const [bell, ticket, shares, done, program, step, table, parameters, deliveries, delivered, list, outstanding, failed, helped] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14];
/** How often it looks again before it sleeps: some 20 µs, the time between two products of a step. */
const looks = 4000;

function work({ memory, control }: WorkerStart): never {
  let cells = new Int32Array(memory.buffer, control, 16);
  const programs = new Map<number, Shared>();
  const read = (cell: number): number => Atomics.load(cells, cell);
  let taken = 0;

  /** The memory has grown if an address lies behind what was there. */
  const reach = (end: number): void => {
    while (memory.buffer.byteLength < end) memory.grow(0);
    if (cells.buffer !== memory.buffer) cells = new Int32Array(memory.buffer, control, 16);
  };

  const takeDelivery = (): boolean => {
    if (read(deliveries) === taken) return false;
    taken = read(deliveries);
    const [from, count] = [read(list) >>> 0, read(delivered)];
    reach(from + count * 12);
    const entries = new Uint32Array(memory.buffer, from, count * 3).slice();
    for (let i = 0; i < count; i += 1) take(entries[3 * i] as number, entries[3 * i + 1] as number, entries[3 * i + 2] as number);
    Atomics.sub(cells, outstanding, 1);
    return true;
  };

  const take = (id: number, at: number, size: number): void => {
    try {
      if (size === 0) programs.delete(id);
      else {
        reach(at + size);
        const module = new WebAssembly.Module(new Uint8Array(memory.buffer, at, size).slice());
        // Kernels came before, by the number in their name; the rest is only called by the main thread.
        const functions = WebAssembly.Module.imports(module).filter(({ kind }) => kind === 'function').map(({ name }) => [name, programs.get(Number(name.slice(1)))?.['kernel'] ?? ((): void => undefined)]);
        programs.set(id, new WebAssembly.Instance(module, { env: { memory, ...(Object.fromEntries(functions) as WebAssembly.ModuleImports) } }).exports as unknown as Shared);
      }
    } catch {
      Atomics.store(cells, failed, 1);
    }
  };

  const takeShare = (): boolean => {
    const offered = read(ticket);
    const [index, count] = [offered & 255, read(shares)];
    if (index >= count) return false;
    const [of, at, addresses, many] = [read(program), read(step), read(table) >>> 0, read(parameters)];
    // Only if nothing has changed since the offer was read: then what was read belongs together.
    if (Atomics.compareExchange(cells, ticket, offered, offered + 1) !== offered) return true;
    try {
      const exports = programs.get(of) as Shared;
      reach(addresses + many * 4);
      new Int32Array(memory.buffer, addresses, many).forEach((address, i) => {
        (exports[`g${i}`] as WebAssembly.Global).value = address;
      });
      (exports[`p${at}`] as (index: number, count: number) => void)(index, count);
    } catch {
      Atomics.store(cells, failed, 1);
    }
    Atomics.add(cells, helped, 1);
    Atomics.add(cells, done, 1);
    Atomics.notify(cells, done);
    return true;
  };

  for (;;) {
    const rung = read(bell);
    if (takeDelivery() || takeShare()) continue;
    let left = looks;
    while (left > 0 && read(bell) === rung) left -= 1;
    if (left === 0) Atomics.wait(cells, bell, rung);
  }
}

interface NodeThreads {
  readonly workerData: WorkerStart;
}

const builtin = (globalThis as { readonly process?: { readonly getBuiltinModule?: (name: string) => unknown } }).process?.getBuiltinModule;
if (builtin !== undefined) work((builtin('node:worker_threads') as NodeThreads).workerData);
else (globalThis as unknown as { onmessage: (event: { readonly data: WorkerStart }) => void }).onmessage = ({ data }) => work(data);
