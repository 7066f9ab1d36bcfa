// `npm run browser:webgpu`: in a headless Chromium whose GPU is a driver in software, another one than in Node: the built
// packages train, and the tests of all ops and those against values of Lasagne pass. Takes `chromium` from PATH, or what
// CHROMIUM names. Ends with `N passed, N failed`.
import { ensureChromium, tell } from './chromium.ts';
import { judgeFlushing } from './flushed.ts';
import { suiteImports, testFiles, webgpuPage } from './pages.ts';
import { readResult } from './result.ts';
import { isolation } from './server.ts';

const page = `<!doctype html>
<script type="importmap">{ "imports": { "@pastina/core": "/packages/core/dist/index.js", "@pastina/backend-webgpu": "/packages/backend-webgpu/dist/index.js" } }</script>
<script type="module">
  const show = (text) => fetch('/told', { method: 'POST', body: text });
  try {
    const [core, { webgpuBackend }] = [await import('@pastina/core'), await import('@pastina/backend-webgpu')];
    const { add, compile, grad, input, matmul, mean, mul, parameter, randomNormal, referenceBackend, scan, softmax, sort, square, sub, sum, tanh } = core;
    const train = async (backend) => {
      const [x, y] = [input('x', ['batch', 4]), input('y', ['batch', 3])];
      const [w, v] = [parameter([[.1, .2, .3], [.3, -.1, .2], [0, .4, -.2], [.5, .1, 0]]), parameter([[.2, -.3, .1], [.1, .1, .4], [-.2, .3, .2]])];
      const loss = mean(square(sub(softmax(matmul(tanh(matmul(x, w)), v)), y)));
      const [dw, dv] = grad(loss, [w, v]);
      const step = compile({ inputs: { x, y }, outputs: { loss }, updates: new Map([[w, sub(w, mul(dw, .5))], [v, sub(v, mul(dv, .5))]]), backend });
      const feeds = { x: Array.from({ length: 8 }, (_, i) => Array.from({ length: 4 }, (_, j) => Math.sin(3 * i + j))), y: Array.from({ length: 8 }, (_, i) => [0, 1, 2].map((k) => Number(i % 3 === k))) };
      let last = 0;
      for (let i = 0; i < 50; i += 1) last = (await step(feeds).loss.data())[0];
      const more = compile({ inputs: {}, outputs: { y: sum(sort(randomNormal([100], { stream: 0 }))), s: scan((a, b) => ({ carry: add(a, b), outputs: a }), { carry: core.constant(0), sequences: core.arange(9) }).carry }, seed: 3, backend })({});
      return [last, (await more.y.data())[0], (await more.s.data())[0]];
    };
    const [device, reference] = [await train(await webgpuBackend()), await train(referenceBackend())];
    const far = device.map((value, i) => Math.abs(value - reference[i]) / Math.max(1, Math.abs(reference[i])));
    show(Math.max(...far) < 1e-5 ? 'trained alike' : 'error ' + device + ' for ' + reference);
  } catch (error) {
    show('error ' + error);
  }
</script>
<body></body>`;

// All four of these are needed for WebGPU in software.
const flags = ['--enable-unsafe-webgpu', '--enable-features=Vulkan', '--use-vulkan=swiftshader', '--use-angle=swiftshader'];
console.log(await ensureChromium());
const text = await tell(page, {}, 120, { flags });
const trained = text === 'trained alike';
console.log(`Chromium, WebGPU, built packages: ${text}`);
const told = readResult(await tell(webgpuPage(), isolation, 600, { flags, imports: suiteImports() }), true);
const [{ passed }, { expected, failures }] = [told, judgeFlushing(told.failures)];
console.log(`Chromium, WebGPU, tests of ${testFiles().length} files: ${passed} passed, ${failures.length} failed; ${expected} need numbers below 1.2e-38, which this driver flushes to 0`);
for (const failure of failures) console.error(`  ${failure}`);
console.log(`${passed + Number(trained)} passed, ${failures.length + Number(!trained)} failed`);
process.exitCode = trained && failures.length === 0 ? 0 : 1;
