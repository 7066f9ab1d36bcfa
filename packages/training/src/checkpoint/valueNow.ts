import { type Parameter, type Tensor, UnsupportedError } from '@pastina/core';

/** The value of this moment: at once where the backend can, else by a read that is ordered now. */
export function valueNow(param: Parameter): Tensor | Promise<Tensor> {
  try {
    return param.valueSync();
  } catch (error) {
    if (error instanceof UnsupportedError) return param.value();
    throw error;
  }
}
