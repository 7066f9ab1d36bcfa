// `npm run bench`: measures all cases, or those whose names contain a word given: `npm run bench -- digits`.
import { compileCost } from './cases/compileCost.ts';
import { convNet } from './cases/convNet.ts';
import { digitsStep } from './cases/digitsStep.ts';
import { firstCall } from './cases/firstCall.ts';
import { lstmStep } from './cases/lstmStep.ts';
import { mlpStep } from './cases/mlpStep.ts';
import { products } from './cases/products.ts';
import { smallStep } from './cases/smallStep.ts';
import { measure, table, type Case } from './harness.ts';

const cases: readonly Case[] = [smallStep, digitsStep, mlpStep, convNet, lstmStep, firstCall, ...products, ...compileCost];
const words = process.argv.slice(2);
const chosen = cases.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
if (chosen.length === 0) {
  console.error(`no case is called '${words.join(' ')}'; there are: ${cases.map(({ name }) => name).join(', ')}`);
  process.exitCode = 1;
}
for (const one of chosen) console.log(`\n## ${one.name}\n\n${one.work}\n\n${table(await measure(one, 3))}`);
