// `npm run bench`: measures all cases, or those whose names contain a word given: `npm run bench -- digits`. A number
// says for how many seconds each is measured: `npm run bench -- dot 10`.
import { loadavg } from 'node:os';
import { compileCost } from './cases/compileCost.ts';
import { convNet } from './cases/convNet.ts';
import { digitsStep } from './cases/digitsStep.ts';
import { firstCall } from './cases/firstCall.ts';
import { lstmStep } from './cases/lstmStep.ts';
import { mlpStep } from './cases/mlpStep.ts';
import { products } from './cases/products.ts';
import { smallStep } from './cases/smallStep.ts';
import { threads } from './cases/threads.ts';
import { judge, measure, table, targetTable, type Case, type Verdict } from './harness.ts';
import { sizes } from './sizes.ts';

const cases: readonly Case[] = [smallStep, digitsStep, mlpStep, threads, convNet, lstmStep, firstCall, ...products, ...compileCost];
const given = process.argv.slice(2);
const words = given.filter((word) => Number.isNaN(Number(word)));
const seconds = Number(given.find((word) => !words.includes(word)) ?? 3);
const chosen = cases.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
const withSizes = words.length === 0 || words.includes('size');
if (chosen.length === 0 && !withSizes) {
  console.error(`no case is called '${words.join(' ')}'; there are: ${cases.map(({ name }) => name).join(', ')}, size`);
  process.exitCode = 1;
}
const verdicts: Verdict[] = [];
for (const one of chosen) {
  const rows = await measure(one, seconds);
  verdicts.push(...judge(one, rows));
  console.log(`\n## ${one.name}\n\n${one.work}\n\n${table(rows)}\n\nload of the machine: ${loadavg().map((load) => load.toFixed(1)).join(', ')}`);
}
if (withSizes) verdicts.push(...(await sizes()));
if (verdicts.length > 0) console.log(`\n## Targets\n\n${targetTable(verdicts)}`);
// Workers of contestants may still wait for work.
process.exit();
