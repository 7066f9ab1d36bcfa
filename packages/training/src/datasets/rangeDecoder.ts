import { type AdaptiveModel } from './adaptiveModel.js';

const top = 0x1000000;
const bottom = 0x10000;

/** Reads symbols from a range-coded stream (Subbotin's carryless range coder, 32 bits). */
export class RangeDecoder {
  readonly #bytes: Uint8Array;
  #position = 0;
  #low = 0;
  #range = 0xffffffff;
  #code = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    for (let i = 0; i < 4; i += 1) this.#code = ((this.#code << 8) | this.#next()) >>> 0;
  }

  /** The next symbol in a context; the model learns it. */
  decode(model: AdaptiveModel, context: number): number {
    const unit = Math.floor(this.#range / model.total(context));
    const target = Math.min(Math.floor(((this.#code - this.#low) >>> 0) / unit), model.total(context) - 1);
    let symbol = 0;
    let below = 0;
    for (let count = model.count(context, 0); below + count <= target; count = model.count(context, symbol)) {
      below += count;
      symbol += 1;
    }
    this.#low = (this.#low + unit * below) >>> 0;
    this.#range = unit * model.count(context, symbol);
    this.#normalise();
    model.update(context, symbol);
    return symbol;
  }

  #normalise(): void {
    for (;;) {
      if (((this.#low ^ (this.#low + this.#range)) >>> 0) >= top) {
        if (this.#range >= bottom) return;
        this.#range = -this.#low & (bottom - 1);
      }
      this.#code = ((this.#code << 8) | this.#next()) >>> 0;
      this.#low = (this.#low << 8) >>> 0;
      this.#range = (this.#range << 8) >>> 0;
    }
  }

  #next(): number {
    const byte = this.#bytes[this.#position] ?? 0;
    this.#position += 1;
    return byte;
  }
}
