// Packs scikit-learn's digits.csv.gz into src/datasets/digits.data.ts. To do it again, on Debian:
//   apt-get download python3-sklearn && dpkg-deb -x python3-sklearn_*.deb unpacked
//   node packages/training/tools/packDigits.ts unpacked/usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { AdaptiveModel, pixelContext, pixelContexts } from '../src/datasets/adaptiveModel.ts';
import { RangeEncoder } from './rangeEncoder.ts';

const source = process.argv[2];
if (source === undefined) throw new Error('usage: node packDigits.ts path/to/digits.csv.gz');
const rows = gunzipSync(readFileSync(source)).toString('utf8').trim().split('\n').map((line) => line.split(',').map(Number));

const [labels, pixels, encoder] = [new AdaptiveModel(1, 10), new AdaptiveModel(pixelContexts, 17), new RangeEncoder()];
for (const row of rows) {
  if (row.length !== 65 || row.some((value, i) => !Number.isInteger(value) || value < 0 || value > (i < 64 ? 16 : 9))) throw new Error(`not a row of digits.csv: ${row.join()}`);
  encoder.encode(labels, 0, row[64] as number);
  for (let place = 0; place < 64; place += 1) encoder.encode(pixels, pixelContext(row, place), row[place] as number);
}
const bytes = encoder.finish();
const text = Buffer.from(bytes).toString('base64');
writeFileSync(new URL('../src/datasets/digits.data.ts', import.meta.url), `// Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, 1998, UCI Machine Learning Repository,
// CC BY 4.0; packed losslessly by tools/packDigits.ts from the copy in scikit-learn. More: DATASETS.md.
/** Number of images. */
export const digitCount: number = ${rows.length};
/** Labels and pixels, range-coded (see rangeDecoder.ts), in base64. */
export const digitData: string = '${text}';
`);
console.log(`${rows.length} images: ${bytes.length} bytes packed, ${text.length} as text`);
