// The playground without a network, on WebGPU, and where there is none.
import { type Browser, type Page } from 'playwright-core';
import { type Findings, widths, windowOf } from './visit.ts';

const statusOf = (page: Page): Promise<string> => page.locator('[data-what=status]').textContent().then((text) => text ?? '');
const untilStatus = (page: Page, says: string, milliseconds: number): Promise<unknown> => page.waitForFunction(`document.querySelector('[data-what=status]').textContent.includes('${says}')`, undefined, { timeout: milliseconds });

/** A page that was open once works when the network is gone: it loads, trains, and runs code. */
export async function withoutNetwork(page: Page, findings: Findings): Promise<void> {
  await page.locator('[data-what=kept]').waitFor({ timeout: 30_000 });
  await page.context().setOffline(true);
  await page.reload({ waitUntil: 'load' });
  await untilStatus(page, 'parameters', 15_000);
  await page.getByLabel('Pace').selectOption({ label: 'full speed' });
  await page.getByRole('button', { name: /^Train/ }).click();
  await untilStatus(page, 'After epoch 12', 30_000);
  findings.expect(Number(/([\d.]+) % of/.exec(await statusOf(page))?.[1]) > 90, `without a network the page trained to '${await statusOf(page)}'`);
  await page.getByRole('textbox', { name: 'Code' }).press('Control+Enter');
  await page.locator('.code-right [role=status]', { hasText: 'Done' }).waitFor({ timeout: 15_000 });
  await page.context().setOffline(false);
}

/** An epoch or two on WebGPU, then stopped; the driver here may be one in software. */
export async function trainOnWebgpu(page: Page, findings: Findings): Promise<void> {
  if (/not offered/.test(await page.locator('#webgpu-note').textContent() ?? '')) {
    console.log('this Chromium has no WebGPU: the playground was not trained on it');
    return;
  }
  await page.getByLabel('Runs on').selectOption('webgpu');
  await untilStatus(page, 'not trained yet', 30_000);
  await page.getByRole('button', { name: /^Train/ }).click();
  await untilStatus(page, 'epoch 2', 120_000);
  await page.getByRole('button', { name: 'Stop', exact: true }).first().click();
  await untilStatus(page, 'After epoch', 30_000);
  const status = await statusOf(page);
  findings.expect(Number(/([\d.]+) % of/.exec(status)?.[1]) > 80, `on WebGPU the page trained to '${status}'`);
  console.log(`on WebGPU: ${status}`);
}

/** Where there is no adapter the page says so, and offers WebAssembly alone. */
export async function withoutWebgpu(browser: Browser, address: string, folder: string, findings: Findings): Promise<void> {
  try {
    const { page } = await windowOf(browser, address, widths['phone'] as NonNullable<(typeof widths)['phone']>, findings);
    await page.goto(`${address}/playground.html`, { waitUntil: 'networkidle' });
    await untilStatus(page, 'parameters', 15_000);
    await page.waitForFunction(`!document.querySelector('#webgpu-note').textContent.includes('Looking')`);
    const note = await page.locator('#webgpu-note').textContent() ?? '';
    findings.expect(/^WebGPU is not offered: webgpuBackend: .*\[WEBGPU_(ADAPTER|MISSING)\]$/.test(note), `without an adapter the page says '${note}'`);
    findings.expect(await page.locator('option[value=webgpu]').isDisabled(), 'without an adapter WebGPU can be chosen');
    await page.locator('[aria-labelledby=train-title]').screenshot({ path: `${folder}/playground-no-webgpu-phone.png` });
  } finally {
    await browser.close();
  }
}
