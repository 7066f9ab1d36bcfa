// A small training program whose weights must end with the same bits on every engine: run by plain Node on the built
// packages (dist.test.mjs) and by a browser (tools/browser).

/** What {@link trainedBits} gives, wherever it runs. */
export const expectedBits = 691774193;

/** Trains 9-13-7 for 51 steps on the WASM backend; all bits of the first weights, folded into one number. */
export async function trainedBits(core, { wasmBackend }) {
  const { compile, grad, input, log, matmul, mean, mul, neg, parameter, softmax, sub, tanh, tensor } = core;
  const numbers = (size, seed) => Float32Array.from({ length: size }, (_, i) => (((i + seed) * 7919) % 1000) / 500 - 1);
  const x = input('x', ['batch', 9]);
  const [w, v] = [parameter(tensor(numbers(9 * 13, 1), [9, 13])), parameter(tensor(numbers(13 * 7, 2), [13, 7]))];
  const loss = mean(neg(log(softmax(matmul(tanh(matmul(x, w)), v)))));
  const updates = new Map([w, v].map((p) => [p, sub(p, mul(grad(loss, p), 0.1))]));
  const step = compile({ inputs: { x }, outputs: { loss }, updates, backend: await wasmBackend() });
  const feeds = { x: { data: numbers(45, 3), shape: [5, 9] } };
  const first = step(feeds).loss.item();
  let last = first;
  for (let i = 0; i < 51; i += 1) last = step(feeds).loss.item();
  if (!(last < first)) throw new Error(`the loss did not fall: ${first} to ${last}`);
  const words = new Uint32Array(w.valueSync().dataSync().slice().buffer);
  return words.reduce((hash, word) => (Math.imul(hash, 31) + word) | 0, 0);
}

/** A large product by so many threads, several times; all bits folded into one number. Throws where they differ. */
export async function productBits(core, { wasmBackend }, threads) {
  const { compile, matmul, parameter, tensor } = core;
  const numbers = (seed) => parameter(tensor(Float32Array.from({ length: 300 * 300 }, (_, i) => (((i + seed) * 7919) % 1000) / 500 - 1), [300, 300]));
  const f = compile({ inputs: {}, outputs: { y: matmul(numbers(1), numbers(2)) }, backend: await wasmBackend({ threads }) });
  // At first the workers may not have the program yet.
  const found = new Set();
  for (let i = 0; i < 20; i += 1) {
    found.add(new Uint32Array(f({}).y.dataSync().slice().buffer).reduce((hash, word) => (Math.imul(hash, 31) + word) | 0, 0));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  if (found.size !== 1) throw new Error(`a product by ${threads} threads has had ${found.size} results`);
  return [...found][0];
}
