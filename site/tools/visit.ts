// What holds of every page, on a desktop and on a phone.
import { type Browser, type BrowserContext, type Page } from 'playwright-core';

export const widths: Readonly<Record<string, { readonly width: number; readonly height: number }>> = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

/** Collects what is wrong. */
export class Findings {
  readonly #problems: string[] = [];
  #right = 0;

  get problems(): readonly string[] {
    return this.#problems;
  }

  get right(): number {
    return this.#right;
  }

  expect(holds: boolean, what: string): void {
    if (holds) this.#right += 1;
    else this.#problems.push(what);
  }
}

/** A window whose errors, and requests to elsewhere, are findings. */
export async function windowOf(browser: Browser, address: string, size: { readonly width: number; readonly height: number }, findings: Findings): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
  const context = await browser.newContext({ viewport: size, reducedMotion: 'reduce', hasTouch: size.width < 640 });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') findings.expect(false, `${page.url()}: the console has an error: ${message.text()}`);
  });
  page.on('pageerror', (error) => findings.expect(false, `${page.url()}: ${error.stack ?? error.message}`));
  // Of the context: the requests of workers are among them.
  context.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(`${address}/`)) findings.expect(false, `${page.url()} asks for ${request.url()}, which is not of the site`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) findings.expect(false, `${page.url()} asks for ${response.url()}, and gets ${response.status()}`);
  });
  return { context, page };
}

/** Opens a page, looks at its title and width, and takes a picture. */
export async function visit(page: Page, address: string, path: string, title: RegExp, picture: string, findings: Findings): Promise<void> {
  await page.goto(`${address}${path}`, { waitUntil: 'networkidle' });
  const found = await page.title();
  findings.expect(title.test(found), `${path} is called '${found}'; expected ${String(title)}`);
  await expectNoOverflow(page, path, findings);
  await page.screenshot({ path: picture, fullPage: false });
}

export async function expectNoOverflow(page: Page, path: string, findings: Findings): Promise<void> {
  const [content, view, culprit] = await page.evaluate(() => {
    const wide = [...document.querySelectorAll('body *')].find((element) => element.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(element).position !== 'fixed');
    return [document.documentElement.scrollWidth, innerWidth, wide === undefined ? '' : `${wide.tagName} ${wide.className} ${wide.textContent?.slice(0, 40)}`] as const;
  });
  findings.expect(content <= view, `${path} is ${content} px wide in a window of ${view} px; see ${culprit}`);
}
