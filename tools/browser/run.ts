// `npm run browser`: in a headless Chromium, on a page that is cross-origin isolated and on one that is not: the built
// packages train with the same bits as in Node, with threads too; and the tests of all ops and those against values of
// Lasagne pass on the WASM backend. Takes `chromium` from PATH, or what CHROMIUM names; root gets it from Debian's
// packages where it is missing. Ends with `N passed, N failed`.
import { expectedBits } from '../smoke/bits.mjs';
import { ensureChromium, tell } from './chromium.ts';
import { bitsPage, suitePage, testFiles } from './pages.ts';
import { readResult } from './result.ts';
import { isolation } from './server.ts';

let [passed, failed] = [0, 0];

function judge(ok: number, wrong: readonly string[], what: string): void {
  passed += ok;
  failed += wrong.length;
  console.log(`Chromium, ${what}: ${ok} passed, ${wrong.length} failed`);
  for (const text of wrong) console.error(`  ${text}`);
}

console.log(await ensureChromium());
const suite = suitePage();

async function onPages(what: 'isolated' | 'not isolated', headers: Readonly<Record<string, string>>, threads: string): Promise<void> {
  const expected = `bits ${expectedBits} threads ${threads}`;
  const told = await tell(bitsPage, headers, 60);
  judge(told === expected ? 1 : 0, told === expected ? [] : [`expected '${expected}'; got: ${told}`], `built packages, ${what}`);

  const result = readResult(await tell(suite, headers, 120), what === 'isolated');
  judge(result.passed, result.failures, `tests of ${testFiles().length} files, ${what}`);
}
await Promise.all([onPages('isolated', isolation, 'alike'), onPages('not isolated', {}, 'WASM_THREADS')]);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
