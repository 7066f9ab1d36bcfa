// `npm run browser:webgpu`: the built packages on WebGPU in a headless Chromium, whose GPU is a driver in software. Takes
// `chromium` from PATH, or what CHROMIUM names.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../workspace.ts';

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

let tell: (text: string) => void = () => undefined;
// Dumping the page does not wait for the GPU: so the page tells, and the browser is ended then.
const told = new Promise<string>((resolve) => (tell = resolve));
const server = createServer((request, response) => {
  const { url = '/' } = request;
  if (url === '/told') {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString())).on('end', () => tell(text));
    response.end();
    return;
  }
  const file = `${root}${url.slice(1)}`;
  const known = url === '/' || (/^\/packages\/[\w./-]+\.js$/.test(url) && !url.includes('..') && existsSync(file));
  response.writeHead(known ? 200 : 404, { 'content-type': url === '/' ? 'text/html' : 'text/javascript' });
  response.end(url === '/' ? page : known ? readFileSync(file) : '');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
// All four of the flags behind the first three are needed for WebGPU in software.
const profile = mkdtempSync(join(tmpdir(), 'pastina-chromium-'));
const flags = ['--headless', '--no-sandbox', `--user-data-dir=${profile}`, '--enable-unsafe-webgpu', '--enable-features=Vulkan', '--use-vulkan=swiftshader', '--use-angle=swiftshader', '--remote-debugging-port=0'];
const child = spawn(process.env['CHROMIUM'] ?? 'chromium', [...flags, address], { stdio: 'ignore', detached: true });
child.on('error', (error) => tell(`chromium could not be run (${error.message}); install it (Debian: apt-get install chromium) or set CHROMIUM to its path`));
setTimeout(() => tell('the page said nothing within two minutes'), 120_000).unref();
const text = await told;
if (child.pid !== undefined) process.kill(-child.pid);
await new Promise((resolve) => (child.exitCode === null && child.pid !== undefined ? child.on('exit', resolve) : resolve(undefined)));
server.close();
server.closeAllConnections();
rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
if (text === 'trained alike') console.log('Chromium, WebGPU in software: trained alike');
else console.error(`Chromium, WebGPU: ${text}`);
process.exitCode = text === 'trained alike' ? 0 : 1;
