import { expect, test } from 'vitest';
import { measure, median, quantile, table } from './harness.ts';

test('medians and quartiles', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), quantile([0, 10], 0.25)]).toEqual([2, 2.5, 2.5]);
  expect(() => median([])).toThrow(/no values/);
});

test('contestants take turns, and the ratio is that of the medians', async () => {
  const turns: string[] = [];
  const rows = await measure({ name: 'n', work: 'w', contestants: () => [{ name: 'a', run: () => turns.push('a') }, { name: 'b', run: () => turns.push('b') }] }, 0);
  expect(turns.join('')).toMatch(/^(ab){8}$/);
  expect(rows[0]).toMatchObject({ contestant: 'a', ratio: 1 });
  expect(rows[1]?.ratio).toBe((rows[0]?.milliseconds as number) / (rows[1]?.milliseconds as number));
  expect(table(rows)).toContain('| a | ');
});
