// The playground, driven as a reader would: by keyboard where that can be.
import { type Page } from 'playwright-core';
import { expectNoOverflow, type Findings } from './visit.ts';

const percentages = (page: Page): Promise<readonly string[]> => page.locator('.bars .percent').allTextContents();

/** Waits until an expression of the page holds. */
const until = (page: Page, text: string, milliseconds = 15_000): Promise<unknown> => page.waitForFunction(text, undefined, { timeout: milliseconds });

export async function drivePlayground(page: Page, folder: string, size: string, findings: Findings): Promise<void> {
  const shot = (name: string, selector: string): Promise<unknown> => page.locator(selector).screenshot({ path: `${folder}/playground-${name}-${size}.png` });
  await until(page, `document.querySelector('[data-what=status]').textContent.includes('parameters')`);

  await train(page, findings);
  await draw(page, `${folder}/playground-focus-${size}.png`, findings);
  await shot('draw', '[aria-labelledby=draw-title]');
  await shot('train', '[aria-labelledby=train-title]');

  await compareLosses(page, findings);
  await shot('losses', '[aria-labelledby=losses-title]');

  await runCode(page, findings);
  await shot('code', '[aria-labelledby=code-title]');

  await expectNoOverflow(page, '/playground.html, used,', findings);
}

async function train(page: Page, findings: Findings): Promise<void> {
  const note = await page.locator('#webgpu-note').textContent();
  findings.expect(/WebGPU is (there|not offered: \S+)/.test(note ?? ''), `the playground says of WebGPU: '${note}'`);
  const button = page.getByRole('button', { name: /^Train/ });
  await button.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Stop', exact: true }).first().waitFor();
  await until(page, `/^After epoch 12/.test(document.querySelector('[data-what=status]').textContent)`);
  const status = await page.locator('[data-what=status]').textContent() ?? '';
  const accuracy = Number(/([\d.]+) % of/.exec(status)?.[1]);
  findings.expect(accuracy > 90, `the page trained to '${status}'; expected more than 90 %`);
  const drawn = await page.locator('[aria-labelledby=train-title] svg path').evaluateAll((paths) => paths.map((path) => path.getAttribute('d')?.split('L').length ?? 0));
  findings.expect(drawn.length === 4 && drawn.every((points) => points > 500), `the four curves of training have ${drawn.join(', ')} points`);
}

async function draw(page: Page, picture: string, findings: Findings): Promise<void> {
  const before = await percentages(page);
  await page.getByRole('grid').focus();
  // A 1: down the middle, two pixels wide.
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', ...Array.from({ length: 7 }, () => ['Space', 'ArrowDown']).flat(), 'Space', 'ArrowRight', ...Array.from({ length: 7 }, () => ['Space', 'ArrowUp']).flat(), 'Space']) await page.keyboard.press(key);
  await until(page, `document.querySelector('.says').textContent.includes('The net says')`);
  await page.waitForTimeout(200);
  const after = await percentages(page);
  findings.expect(before.length === 10 && before.join() !== after.join(), `painting by keyboard left the probabilities at ${after.join(', ')}`);
  const says = await page.locator('.says').first().textContent();
  findings.expect(/says 1,/.test(says ?? ''), `of a 1 painted by keyboard: '${says}'`);
  await page.locator('[aria-labelledby=draw-title]').screenshot({ path: picture });
  await page.keyboard.press('Backspace');
  await until(page, `document.querySelector('.says').textContent.includes('Nothing is drawn')`);
  await drawByPointer(page, findings);
  if (await page.evaluate('navigator.maxTouchPoints > 0')) {
    await page.getByRole('button', { name: 'Clear' }).tap();
    const box = (await page.getByRole('grid').boundingBox()) ?? { x: 0, y: 0, width: 0 };
    await page.touchscreen.tap(box.x + box.width * (2.5 / 8), box.y + box.width * (6.5 / 8));
    const cells = await inkOf(page);
    findings.expect(cells[6 * 8 + 2] === 1 && cells[0] === 0, `a touch leaves ${cells.join(' ')}`);
  }
  let right = 0;
  for (let i = 0; i < 10; i += 1) {
    await page.getByRole('button', { name: 'Show a held-out one' }).click();
    await page.waitForTimeout(150);
    const [, guess, truth] = /says (\d).* it is a (\d)/.exec(await page.locator('.says').first().textContent() ?? '') ?? [];
    if (guess !== undefined && guess === truth) right += 1;
  }
  findings.expect(right >= 8, `${right} of 10 held-out digits that were shown are right`);
}

const inkOf = (page: Page): Promise<readonly number[]> => page.locator('.ink span').evaluateAll((spans) => spans.map((span) => Number((span as HTMLElement).style.opacity)));

/** A stroke with the mouse down the middle is a 1 too. */
async function drawByPointer(page: Page, findings: Findings): Promise<void> {
  const grid = page.getByRole('grid');
  await grid.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await grid.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(x + width / 2, y + height * 0.05);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + height * 0.95, { steps: 4 });
  await page.mouse.up();
  await page.mouse.move(x + width * 0.05, y + height / 2);
  await page.waitForTimeout(200);
  const cells = await inkOf(page);
  findings.expect([3, 4].every((column) => Array.from({ length: 8 }, (_, row) => cells[8 * row + column] ?? 0).every((ink) => ink > 0.5)) && cells[8] === 0, `a stroke of the mouse leaves ${cells.join(' ')}`);
  const says = await page.locator('.says').first().textContent();
  findings.expect(/says 1,/.test(says ?? ''), `of a 1 drawn by mouse: '${says}'`);
}

async function compareLosses(page: Page, findings: Findings): Promise<void> {
  await page.getByRole('button', { name: 'Run all three' }).press('Enter');
  await page.getByRole('button', { name: 'Run again' }).waitFor({ timeout: 120_000 });
  const curve = (way: string): Promise<string> => page.locator(`[data-way="${way}"] svg path`).getAttribute('d').then((d) => d ?? '');
  const heights = (d: string): readonly number[] => [...d.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
  const last = async (way: string): Promise<string> => (await page.locator(`[data-way="${way}"] dd`).allTextContents()).join(' | ');
  const told = await page.locator('[aria-labelledby=losses-title] [role=status]').textContent() ?? '';
  findings.expect(told.endsWith("stood at 12.8 since its first step, with a gradient of 0: it is stuck. pastina's fell from 86.7 to 0."), `the comparison ends with '${told}'`);
  const [clipped, ours] = [heights(await curve('Clipped')), heights(await curve('pastina'))];
  const moved = Math.max(...clipped.slice(2)) - Math.min(...clipped.slice(2));
  findings.expect(clipped.length === 30 && moved < 0.5, `the clipped curve moves by ${moved} px after its second step`);
  const fall = (ours.at(-1) ?? 0) - (ours[0] ?? 0);
  findings.expect(ours.length === 30 && fall > 60, `pastina's curve falls by ${fall} px`);
  findings.expect(await curve('As written') === '' && (await last('As written')).startsWith('NaN | NaN'), `as written: ${await last('As written')}`);
  findings.expect(/^1[0-9.]+ \| 0 \| 20 %$/.test(await last('Clipped')), `clipped: ${await last('Clipped')}`);
  findings.expect(/^0 \| 509 \| 100 %$/.test(await last('pastina')), `pastina: ${await last('pastina')}`);
}

async function runCode(page: Page, findings: Findings): Promise<void> {
  const editor = page.getByRole('textbox', { name: 'Code' });
  const output = async (): Promise<string> => (await page.locator('.output pre').allTextContents()).join('\n');
  const ended = (): Promise<unknown> => until(page, `/^(Done|Failed)/.test(document.querySelector('.code-right [role=status]').textContent)`);
  const run = async (code: string): Promise<string> => {
    await editor.fill(code);
    await editor.press('Control+Enter');
    await ended();
    return output();
  };
  const sum = await run(`import { constant, evaluate, sum } from 'pastina';\nimport { relu } from "@pastina/core";\nconsole.log('sum', evaluate(sum(relu(constant([1, 2, -4])))).item(), [1, 'a']);`);
  findings.expect(sum === "sum 3 [1, 'a']", `edited code printed '${sum}'`);
  const unknown = await run(`import x from 'left-pad';`);
  findings.expect(unknown.includes("this page has no 'left-pad'"), `an unknown import printed '${unknown}'`);
  const syntax = await run('const = 3;');
  findings.expect(syntax.includes('SyntaxError'), `a slip of the pen printed '${syntax}'`);
  await editor.fill('while (true) {}');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('button', { name: 'Stop', exact: true }).last().click();
  findings.expect(await page.locator('.code-right [role=status]').textContent() === 'Stopped.', 'an endless loop could not be stopped');

  const select = page.getByLabel('Begin with');
  const expected: Readonly<Record<string, RegExp>> = { 'Train on digits': /epoch 5: held-out accuracy 0\.9/, 'See what a loss becomes': /logSoftmax[^]*loss 2000/, 'Fit a curve by hand': /step 400: loss \S+, a 1\.99\d, b 1\.5/, 'Meet an error': /ShapeError: matmul[^]*\bline 7\b|your code:7:/ };
  for (const [title, says] of Object.entries(expected)) {
    await select.selectOption({ label: title });
    await editor.press('Control+Enter');
    await ended();
    const printed = await output();
    findings.expect(says.test(printed), `'${title}' printed '${printed}'`);
  }
  // Tab indents; after Escape it leaves.
  await editor.fill('');
  await editor.press('Tab');
  findings.expect(await editor.inputValue() === '  ', 'Tab does not indent');
  await editor.press('Escape');
  await editor.press('Tab');
  findings.expect(await page.evaluate(() => document.activeElement?.textContent) === 'Run', 'Escape and Tab do not lead from the editor to Run');
  await select.selectOption({ label: 'Meet an error' });
  await editor.press('Control+Enter');
  await ended();
}

/** All controls in the order of the page, each with an outline that shows. */
export async function tabThrough(page: Page, findings: Findings): Promise<void> {
  const wanted = ['Drawing', 'Clear', 'Show a held-out one', 'select', 'select', 'select', 'select', 'Train', 'Start anew', 'Run all three', 'select', 'Code', 'Run'];
  await until(page, `document.querySelector('[data-what=status]').textContent.includes('parameters')`);
  await page.locator('.playground h1').evaluate((heading) => {
    heading.setAttribute('tabindex', '-1');
    (heading as HTMLElement).focus();
  });
  const met: string[] = [];
  for (let i = 0; i < wanted.length; i += 1) {
    if (met.at(-1) === 'Code') await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    const [name, outline] = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const style = getComputedStyle(element);
      return [element.tagName === 'SELECT' ? 'select' : (element.getAttribute('aria-label') ?? element.textContent ?? '').split(/[,(]/)[0]?.trim() ?? '', style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2] as const;
    });
    met.push(name);
    findings.expect(outline, `'${name}' has the focus, and does not show it`);
  }
  findings.expect(met.join() === wanted.join(), `Tab leads to ${met.join(', ')}; expected ${wanted.join(', ')}`);
}
