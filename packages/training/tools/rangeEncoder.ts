import type { AdaptiveModel } from '../src/datasets/adaptiveModel.ts';

const top = 0x1000000;
const bottom = 0x10000;

/** Writes what `RangeDecoder` reads. */
export class RangeEncoder {
  readonly #bytes: number[] = [];
  #low = 0;
  #range = 0xffffffff;

  encode(model: AdaptiveModel, context: number, symbol: number): void {
    const unit = Math.floor(this.#range / model.total(context));
    let below = 0;
    for (let s = 0; s < symbol; s += 1) below += model.count(context, s);
    this.#low = (this.#low + unit * below) >>> 0;
    this.#range = unit * model.count(context, symbol);
    for (;;) {
      if (((this.#low ^ (this.#low + this.#range)) >>> 0) >= top) {
        if (this.#range >= bottom) break;
        this.#range = -this.#low & (bottom - 1);
      }
      this.#shift();
    }
    model.update(context, symbol);
  }

  /** The whole stream. */
  finish(): Uint8Array {
    for (let i = 0; i < 4; i += 1) this.#shift();
    return Uint8Array.from(this.#bytes);
  }

  #shift(): void {
    this.#bytes.push(this.#low >>> 24);
    this.#low = (this.#low << 8) >>> 0;
    this.#range = (this.#range << 8) >>> 0;
  }
}
