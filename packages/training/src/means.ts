import { ShapeError, type Tensor } from '@pastina/core';
import { type Metrics } from './events.js';

/** What a compiled function with scalar outputs returns. */
export type StepOutputs<Names extends string> = { readonly [Name in Names]: Tensor };

/** Means of scalars, each batch weighing as many as it has items. */
export class Means<Names extends string> {
  readonly #where: string;
  readonly #sums: Map<string, number>;
  #items: number;

  /** `items` and `sums` are those of batches that came before. */
  constructor(where: string, items: number, sums: Readonly<Record<string, number>>) {
    this.#where = where;
    this.#items = items;
    this.#sums = new Map(Object.entries(sums));
  }

  /** Reads the outputs of one call. */
  async add(outputs: StepOutputs<Names>, items: number): Promise<Metrics<Names>> {
    const scalars: [string, number][] = [];
    for (const [name, output] of Object.entries<Tensor>(outputs)) {
      const data = await output.data();
      if (data.length !== 1) throw new ShapeError('METRIC_SHAPE', `fit: output '${name}' of ${this.#where} has shape [${output.shape.join(', ')}]; expected a scalar, such as mean(loss)`, { output: name, shape: output.shape });
      scalars.push([name, data[0] as number]);
    }
    this.#items += items;
    for (const [name, value] of scalars) this.#sums.set(name, (this.#sums.get(name) ?? 0) + items * value);
    return Object.fromEntries(scalars) as Metrics<Names>;
  }

  get items(): number {
    return this.#items;
  }

  get sums(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#sums);
  }

  value(): Metrics<Names> {
    return Object.fromEntries([...this.#sums].map(([name, sum]) => [name, sum / this.#items])) as Metrics<Names>;
  }
}
