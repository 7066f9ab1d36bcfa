// `npm run browser`: the built packages in a headless Chromium, straight from dist by an import map, on a page that is
// cross-origin isolated and on one that is not. They must train with the same bits as in Node, threads too. Takes
// `chromium` from PATH, or what CHROMIUM names.
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { run } from '../check/command.ts';
import { root } from '../workspace.ts';
import { expectedBits } from '../smoke/bits.mjs';

const page = `<!doctype html>
<script type="importmap">{ "imports": { "@pastina/core": "/packages/core/dist/index.js", "@pastina/backend-wasm": "/packages/backend-wasm/dist/index.js" } }</script>
<script type="module">
  const show = (text) => { document.body.textContent = text; };
  try {
    const { productBits, trainedBits } = await import('/tools/smoke/bits.mjs');
    const [core, wasm] = [await import('@pastina/core'), await import('@pastina/backend-wasm')];
    const alone = await productBits(core, wasm, 1);
    const threads = crossOriginIsolated ? (await productBits(core, wasm, 2) === alone ? 'alike' : 'different') : await wasm.wasmBackend({ threads: 2 }).then(() => 'started', ({ code }) => code);
    if (await productBits(core, wasm, 'auto') !== alone) throw new Error("threads: 'auto' gives other bits");
    show('bits ' + await trainedBits(core, wasm) + ' threads ' + threads + ' end');
  } catch (error) {
    show('error ' + error + ' end');
  }
</script>
<body></body>`;

const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
const browser = process.env['CHROMIUM'] ?? 'chromium';
let right = 0;
for (const [what, headers, threads] of [['isolated', isolation, 'alike'], ['not isolated', {}, 'WASM_THREADS']] as const) {
  const server = createServer(({ url = '/' }, response) => {
    const file = `${root}${url.slice(1)}`;
    const known = url === '/' || (/^\/(packages|tools)\/[\w./-]+\.m?js$/.test(url) && !url.includes('..') && existsSync(file));
    response.writeHead(known ? 200 : 404, { ...headers, 'content-type': url === '/' ? 'text/html' : 'text/javascript' });
    response.end(url === '/' ? page : known ? readFileSync(file) : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { ok, output } = await run(browser, ['--headless', '--no-sandbox', '--disable-gpu', '--virtual-time-budget=60000', '--dump-dom', address]);
  server.close();

  // Chromium talks on the error stream too; what the page says is its body.
  const expected = `bits ${expectedBits} threads ${threads}`;
  const told = /<body>((?:bits|error) .*?) end\s*<\/body>/s.exec(output)?.[1];
  if (told === expected) right += 1;
  if (told === expected) console.log(`Chromium, ${what}: ${expected}`);
  else if (told !== undefined) console.error(`Chromium, ${what}: expected '${expected}'; the page says: ${told}`);
  else console.error(ok ? `the page said nothing:\n${output}` : `'${browser}' could not be run; install it (Debian: apt-get install chromium) or set CHROMIUM to its path\n${output}`);
}
process.exitCode = right === 2 ? 0 : 1;
