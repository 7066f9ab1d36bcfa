import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { type AddressInfo } from 'node:net';
import { root } from '../workspace.ts';

/** A page in a browser, served from the workspace, until it has told what came of it. */
export interface Served {
  readonly address: string;
  /** What the page has sent to /told. */
  readonly told: Promise<string>;
  readonly close: () => void;
}

const types: Readonly<Record<string, string>> = { ts: 'text/javascript', js: 'text/javascript', mjs: 'text/javascript', json: 'application/json', html: 'text/html' };
/** Whatever pages may ask for: sources, built packages, stored values, and the packages that tests import. */
const allowed = /^\/(packages|tools|node_modules)\/[\w./@+-]+\.(ts|m?js|json)$/;

/** Headers of a page that may have shared memory. */
export const isolation: Readonly<Record<string, string>> = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

/** What names stand for, as in an import map; workers have none, so they are written into the files. */
export type Imports = Readonly<Record<string, string>>;

const imported = /(\bfrom ?|\bimport ?\(?)(['"])([^'"./][^'"]*)\2/g;

/** Serves `page` as /, and files of the workspace; of TypeScript the types are taken out, positions kept. */
export async function serve(page: string, headers: Readonly<Record<string, string>>, imports: Imports = {}): Promise<Served> {
  let tell: (text: string) => void = () => undefined;
  const told = new Promise<string>((resolve) => (tell = resolve));
  const read = (url: string): string | undefined => {
    if (url === '/') return page;
    if (!allowed.test(url) || url.includes('..')) return undefined;
    const file = `${root}${url.slice(1)}`;
    // Sources import each other by the names that they will have when they are built.
    const source = url.includes('/src/') ? file.replace(/\.js$/, '.ts') : file;
    if (!existsSync(source)) return undefined;
    const text = readFileSync(source, 'utf8');
    const script = source.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
    return script.replaceAll(imported, (whole, before: string, quote: string, name: string) => (Object.hasOwn(imports, name) ? `${before}${quote}${imports[name]}${quote}` : whole));
  };
  const server = createServer((request, response) => {
    const { url = '/' } = request;
    if (url === '/told') {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString())).on('end', () => {
        response.end();
        tell(text);
      });
      return;
    }
    const text = read(url);
    response.writeHead(text === undefined ? 404 : 200, { ...headers, 'content-type': types[url === '/' ? 'html' : (url.split('.').pop() as string)] ?? 'text/plain' });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, told, close };
}
