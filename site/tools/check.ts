// `npm run site:check`: builds the site, serves it here, and reads it in a headless Chromium, at the width of a desktop
// and of a phone. Pictures are left in site/screenshots. Takes `chromium` from PATH, or what CHROMIUM names; with
// --built it looks at the site that is there.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import { run } from '../../tools/check/command.ts';
import { root } from '../../tools/workspace.ts';
import { buildSite } from './build.ts';
import { deadLinks } from './deadLinks.ts';
import { drivePlayground, tabThrough } from './playground.ts';
import { trainOnWebgpu, withoutNetwork, withoutWebgpu } from './circumstances.ts';
import { serve } from './serve.ts';
import { expectNoOverflow, Findings, visit, widths, windowOf } from './visit.ts';

const pages: readonly (readonly [path: string, title: RegExp, name: string])[] = [
  ['/', /^pastina/, 'home'],
  ['/start.html', /^Start in five minutes/, 'start'],
  ['/concepts.html', /^Concepts/, 'concepts'],
  ['/stability.html', /^Stability/, 'guide'],
  ['/lasagne.html', /Lasagne/, 'lasagne'],
  ['/performance.html', /^Performance/, 'performance'],
  ['/defaults.html', /^Defaults/, 'defaults'],
  ['/api/', /API/, 'api'],
  ['/api/@pastina/core/', /@pastina\/core/, 'api-core'],
  ['/api/@pastina/objectives/functions/categoricalCrossentropy.html', /categoricalCrossentropy/, 'api-function'],
  ['/api/pastina/functions/init.html', /init/, 'api-init'],
  ['/playground.html', /^Playground/, 'playground'],
];

/** Where Chromium is: the library wants a path. */
function browserPath(): string {
  const wanted = process.env['CHROMIUM'] ?? 'chromium';
  try {
    return wanted.includes('/') ? wanted : execFileSync('which', [wanted], { encoding: 'utf8' }).trim();
  } catch {
    throw new Error(`'${wanted}' is not on PATH; install it (Debian: apt-get install chromium) or set CHROMIUM to its path`);
  }
}

async function search(page: Page, address: string, picture: string, findings: Findings): Promise<void> {
  await page.goto(`${address}/start.html`, { waitUntil: 'networkidle' });
  await page.keyboard.press('Control+k');
  await page.locator('.VPLocalSearchBox input').fill('logSoftmax');
  await page.locator('.VPLocalSearchBox .result').first().waitFor({ timeout: 20_000 });
  const found = await page.locator('.VPLocalSearchBox .result').count();
  findings.expect(found >= 3, `a search for logSoftmax finds ${found} places`);
  await page.screenshot({ path: picture });
}

const folder = `${root}site/screenshots`;
const findings = new Findings();
const types = await run(`${root}site/node_modules/.bin/vue-tsc`, ['-p', `${root}site/tsconfig.json`]);
findings.expect(types.ok, `types:\n${types.output}`);
if (!process.argv.includes('--built')) await buildSite();
for (const dead of deadLinks(`${root}site/dist`)) findings.expect(false, `dead link in ${dead}`);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const server = await serve(`${root}site/dist`);
// As in tools/browser/webgpu.ts: WebGPU by a driver in software.
const args = ['--no-sandbox', '--enable-unsafe-webgpu', '--enable-features=Vulkan', '--use-vulkan=swiftshader', '--use-angle=swiftshader'];
const browser = await chromium.launch({ executablePath: browserPath(), args });
try {
  for (const [size, view] of Object.entries(widths)) {
    const { context, page } = await windowOf(browser, server.address, view, findings);
    for (const [path, title, name] of pages) await visit(page, server.address, path, title, `${folder}/${name}-${size}.png`, findings);
    await search(page, server.address, `${folder}/search-${size}.png`, findings);
    await page.goto(`${server.address}/playground.html`, { waitUntil: 'networkidle' });
    await tabThrough(page, findings);
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: `${folder}/playground-whole-${size}.png`, fullPage: true });
    await page.reload({ waitUntil: 'networkidle' });
    await drivePlayground(page, folder, size, findings);
    await withoutNetwork(page, findings);
    await page.evaluate(() => {
      document.documentElement.classList.add('dark');
      scrollTo(0, 0);
    });
    await page.screenshot({ path: `${folder}/playground-dark-${size}.png`, fullPage: true });
    await expectNoOverflow(page, '/playground.html, dark,', findings);
    if (size === 'desktop') await trainOnWebgpu(page, findings);
    await context.close();
  }
  await withoutWebgpu(await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox', '--disable-gpu'] }), server.address, folder, findings);
} catch (error) {
  // What was found before it says more than where it stopped.
  findings.expect(false, `the visit broke off: ${(error as Error).stack}`);
} finally {
  await browser.close();
  server.close();
}
for (const problem of findings.problems) console.error(`- ${problem}`);
console.log(`site: ${findings.right} things hold, ${findings.problems.length} do not; pictures in site/screenshots`);
process.exitCode = findings.problems.length === 0 ? 0 : 1;
