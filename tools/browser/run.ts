// `npm run browser`: the built packages in a headless Chromium, straight from dist by an import map. They must train
// with the same bits as in Node. Takes `chromium` from PATH, or what CHROMIUM names.
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
    const { trainedBits } = await import('/tools/smoke/bits.mjs');
    show('bits ' + await trainedBits(await import('@pastina/core'), await import('@pastina/backend-wasm')) + ' end');
  } catch (error) {
    show('error ' + error + ' end');
  }
</script>
<body></body>`;

const server = createServer(({ url = '/' }, response) => {
  const file = `${root}${url.slice(1)}`;
  const known = url === '/' || (/^\/(packages|tools)\/[\w./-]+\.m?js$/.test(url) && !url.includes('..') && existsSync(file));
  response.writeHead(known ? 200 : 404, { 'content-type': url === '/' ? 'text/html' : 'text/javascript' });
  response.end(url === '/' ? page : known ? readFileSync(file) : '');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
const browser = process.env['CHROMIUM'] ?? 'chromium';
const { ok, output } = await run(browser, ['--headless', '--no-sandbox', '--disable-gpu', '--virtual-time-budget=30000', '--dump-dom', address]);
server.close();

// Chromium talks on the error stream too; what the page says is its body.
const told = /<body>(bits|error) (.*?) end\s*<\/body>/s.exec(output);
const right = told?.[1] === 'bits' && Number(told[2]) === expectedBits;
if (right) console.log(`Chromium trains with the bits of Node: ${expectedBits}`);
else if (told !== null) console.error(`expected the bits ${expectedBits}, Chromium gives: ${told[0]}`);
else console.error(ok ? `the page said nothing:\n${output}` : `'${browser}' could not be run; install it (Debian: apt-get install chromium) or set CHROMIUM to its path\n${output}`);
process.exitCode = right ? 0 : 1;
