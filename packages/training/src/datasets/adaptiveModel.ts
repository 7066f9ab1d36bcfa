// The probabilities that packing and unpacking must agree on. Not for other uses: changing anything here
// makes packed data unreadable.

const step = 8;
const limit = 65536;

/** How often each symbol was seen in each context; starts at once each. */
export class AdaptiveModel {
  readonly symbols: number;
  readonly #counts: Uint32Array;
  readonly #totals: Uint32Array;

  constructor(contexts: number, symbols: number) {
    this.symbols = symbols;
    this.#counts = new Uint32Array(contexts * symbols).fill(1);
    this.#totals = new Uint32Array(contexts).fill(symbols);
  }

  total(context: number): number {
    return this.#totals[context] as number;
  }

  count(context: number, symbol: number): number {
    return this.#counts[context * this.symbols + symbol] as number;
  }

  /** Counts a symbol; halves all counts of its context before they outgrow the coder's 16 bits. */
  update(context: number, symbol: number): void {
    const first = context * this.symbols;
    this.#counts[first + symbol] = this.count(context, symbol) + step;
    let total = this.total(context) + step;
    if (total > limit - step) {
      total = 0;
      for (let s = 0; s < this.symbols; s += 1) {
        const halved = (this.count(context, s) + 1) >>> 1;
        this.#counts[first + s] = halved;
        total += halved;
      }
    }
    this.#totals[context] = total;
  }
}

/** In which context a pixel stands: its place, and how dark those above and left of it are. */
export function pixelContext(image: ArrayLike<number>, place: number): number {
  const above = place >= 8 ? shade(image[place - 8] as number) : 0;
  const left = place % 8 > 0 ? shade(image[place - 1] as number) : 0;
  return (place * 3 + above) * 3 + left;
}

export const pixelContexts: number = 64 * 9;

const shade = (value: number): number => (value > 0 ? 1 : 0) + (value > 8 ? 1 : 0);
