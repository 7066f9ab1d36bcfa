import { expect, test } from 'vitest';
import { judge, measure, median, quantile, table, targetTable, type Case } from './harness.ts';

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

test('what resolves later is waited for', async () => {
  const turns: string[] = [];
  const slow = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    turns.push('a');
  };
  const rows = await measure({ name: 'n', work: 'w', contestants: () => [{ name: 'a', run: slow }, { name: 'b', run: () => turns.push('b') }] }, 0);
  expect(turns.join('')).toMatch(/^(ab){8}$/);
  expect(rows[0]?.milliseconds).toBeGreaterThan(3);
});

test('targets are judged by medians, and a name that nobody has is an error', () => {
  const row = (contestant: string, milliseconds: number): Parameters<typeof table>[0][number] => ({ contestant, milliseconds, spread: 0, ratio: 1, rate: '' });
  const rows = [row('ours', 2), row('theirs 1.0', 40)];
  const one: Case = {
    name: 'step', work: 'w', contestants: () => [{ name: 'ours', run: () => undefined }],
    targets: [{ what: 'times as fast', of: (time) => time('theirs') / time('ours'), bound: 'at least', limit: 20 }, { what: 'a step', of: (time) => time('ours'), bound: 'at most', limit: 1.5, unit: 'ms' }],
  };
  const verdicts = judge(one, rows);
  expect(verdicts.map(({ found, met }) => [found, met])).toEqual([[20, true], [2, false]]);
  expect(targetTable(verdicts).split('\n').slice(2)).toEqual(['| step | times as fast | at least 20 | 20 | met |', '| step | a step | at most 1.5 ms | 2 ms | MISSED |']);
  expect(() => judge({ ...one, targets: [{ what: 'x', of: (time) => time('jax'), bound: 'at most', limit: 1 }] }, rows)).toThrow("step: no contestant's name begins with 'jax'; there are: ours, theirs 1.0");
});
