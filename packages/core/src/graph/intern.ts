/**
 * A table that gives one object per key and keeps none of them alive: entries of collected objects
 * leave the table by themselves, so nothing has to be disposed.
 */
export class InternTable<T extends object> {
  readonly #table = new Map<string, WeakRef<T>>();
  readonly #cleanup = new FinalizationRegistry<string>((key) => {
    // The key may have been taken again by a younger object.
    if (this.#table.get(key)?.deref() === undefined) this.#table.delete(key);
  });

  get size(): number {
    return this.#table.size;
  }

  get(key: string): T | undefined {
    return this.#table.get(key)?.deref();
  }

  set(key: string, value: T): T {
    this.#table.set(key, new WeakRef(value));
    this.#cleanup.register(value, key);
    return value;
  }
}
