import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { environment, run, type Outcome } from '../check/command.ts';

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css' };

/** What console.log says goes to the page, whose text is what headless Chromium gives back. */
const page = `<!doctype html>
<script>
  console.log = (text) => document.body.append(text + '\\n');
  addEventListener('error', ({ message }) => console.log('error ' + message + '\\nend'));
  addEventListener('unhandledrejection', ({ reason }) => console.log('error ' + reason + '\\nend'));
</script>
<script type="module" src="main.ts"></script>
<script type="module">console.log('end');</script>
<body></body>
`;

/** Bundles `main.ts` of a folder with Vite, as it is set up without any settings. */
export async function bundle(folder: string): Promise<Outcome> {
  writeFileSync(join(folder, 'index.html'), page);
  return run('node', ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn', '--target', 'es2022', '--outDir', 'page'], { cwd: folder, env: environment });
}

/** Opens what `bundle` made in headless Chromium; gives what the program printed. */
export async function open(folder: string): Promise<Outcome> {
  const server = createServer(({ url = '/' }, response) => {
    const path = normalize(url === '/' ? '/index.html' : url);
    try {
      const content = readFileSync(join(folder, 'page', path));
      response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = process.env['CHROMIUM'] ?? 'chromium';
  const outcome = await run(browser, ['--headless', '--no-sandbox', '--disable-gpu', '--virtual-time-budget=60000', '--dump-dom', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`]);
  server.close();
  server.closeAllConnections();
  const told = /<body>(.*?)end\s*<\/body>/s.exec(outcome.output)?.[1]?.trim();
  if (!outcome.ok) return { ...outcome, output: `'${browser}' could not be run; install it (Debian: apt-get install chromium) or set CHROMIUM to its path\n${outcome.output}` };
  return { ...outcome, ok: told !== undefined && !told.startsWith('error '), output: told ?? `the page said nothing:\n${outcome.output}` };
}
