import { PastinaError, randomSource } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { type CsvOptions, parseCsv } from '../datasets.js';
import { batches } from '../index.js';

const table = (text: string, options: CsvOptions = {}): unknown => {
  const { numbers, texts } = parseCsv(text, options);
  return { ...Object.fromEntries(Object.entries(numbers).map(([name, column]) => [name, [...column]])), ...texts };
};

describe('parseCsv', () => {
  it('reads numbers and texts by column', () => {
    expect(table('a,b\r\n1,-2.5e3\r\n .5 ,+7.\r\n')).toEqual({ a: [1, 0.5], b: [-2500, 7] });
    expect(table('a,b,c\n1,x,3', { texts: ['b'] })).toEqual({ a: [1], b: ['x'], c: [3] });
    expect(table('a,b,c\n1,x,3', { columns: ['c'] })).toEqual({ c: [3] });
    expect(table('1;2\n3;4', { header: false, separator: ';' })).toEqual({ 0: [1, 3], 1: [2, 4] });
    expect(table('a\n-inf\nInfinity\nNaN\n0')).toEqual({ a: [-Infinity, Infinity, NaN, 0] });
    expect(table('a,b\n')).toEqual({ a: [], b: [] });
    expect(table('a\tb\n1\t2', { separator: '\t' })).toEqual({ a: [1], b: [2] });
    expect(table('a,b\n,2\n1, ', { empty: 'nan' })).toEqual({ a: [NaN, 1], b: [2, NaN] });
    expect(table('__proto__,x\n1,2', { columns: ['x'] })).toEqual({ x: [2] });
  });

  it('follows RFC 4180: quotes, doubled ones, separators and line ends within', () => {
    expect(table('\ufeff"a","b ""c"""\r\n"1","x,\r\ny"\r\n2,""', { texts: ['b "c"'] })).toEqual({ a: [1, 2], 'b "c"': ['x,\r\ny', ''] });
    expect(table('a\n"x\ry"', { texts: ['a'] })).toEqual({ a: ['x\ry'] });
    expect(table('a\nx\ry', { texts: ['a'] })).toEqual({ a: ['x\ry'] });
  });

  it('gives matrices for batches', () => {
    const { matrix, numbers } = parseCsv('x,y,z\n1,2,0\n3,4,1\n', { columns: ['x', 'y', 'z'] });
    const data = { features: matrix(['y', 'x']), label: Int32Array.from(numbers.z) };
    expect([...batches(data, { batchSize: 2 })]).toEqual([{ features: { data: Float32Array.of(2, 1, 4, 3), shape: [2, 2] }, label: Int32Array.of(0, 1) }]);
    expect(() => matrix(['w' as never])).toThrow("parseCsv: matrix: there is no column of numbers 'w', only 'x', 'y', 'z' [CSV_COLUMN]");
  });

  it('names the line and the column that are wrong; a field of many lines counts them', () => {
    expect(() => table('a,b\n1,2\n3,x')).toThrow("parseCsv: line 3, column 'b': 'x' is no number; expected one such as -1.5e3. Columns of words are named in { texts } [CSV_NUMBER]");
    expect(() => table('a,b\n"1",2\n,3')).toThrow("parseCsv: line 3, column 'a': the field is empty; expected one such as -1.5e3. With { empty: 'nan' } it is NaN [CSV_NUMBER]");
    expect(() => table('t,n\n"x\n\ny",1\nz,?', { texts: ['t'] })).toThrow("line 5, column 'n': '?' is no number");
    for (const field of ['1,5', '0x10', '1e', '--1', '1 2', 'infin', '1_000', '.', 'e5']) expect(() => table(`a\n"${field}"`), field).toThrow(/line 2, column 'a': .* is no number/);
    expect(() => table('a,b\n1,2\n3\n')).toThrow("parseCsv: line 3 has 1 fields; expected 2, as in line 1. Fields that hold a ',' stand in double quotes [CSV_FIELDS]");
    expect(() => table('a,b\n1,2,3\n')).toThrow('line 2 has 3 fields; expected 2');
    expect(() => table('a,b\n\n1,2')).toThrow('parseCsv: line 2 is empty; expected fields, as in the other lines [CSV_FIELDS]');
    expect(() => table('')).toThrow('parseCsv: the text is empty; expected at least one line [CSV_FIELDS]');
    expect(() => table('a,a\n1,2')).toThrow("parseCsv: line 1: two columns are called 'a'; rename one of them, or read the lines below with { header: false } [CSV_COLUMN]");
    expect(() => table('a,b\n1,2', { columns: ['c'] })).toThrow("parseCsv: there is no column 'c', only 'a', 'b' [CSV_COLUMN]");
    expect(() => table('1,2', { header: false, texts: ['a'] })).toThrow("there is no column 'a', only '0', '1'; without a header they are numbered from 0");
    expect(() => table('a\n1', { columns: ['a'], texts: ['a'] })).toThrow("parseCsv: column 'a' is named in columns and in texts; expected it in one of them");
    expect(() => table('a\n"1\n2')).toThrow('parseCsv: line 2: a quote opens and is never closed [CSV_QUOTE]');
    expect(() => table('a\n"1" 2')).toThrow('parseCsv: line 2: " " behind a closing quote; expected \',\' or the end of the line. Quotes within a field are doubled [CSV_QUOTE]');
    expect(() => table('a\n"1"\r2')).toThrow('line 2: "\\r" behind a closing quote');
    expect(() => table('a\n1"2')).toThrow("parseCsv: line 2: a quote within the field '1\"2'; a field with quotes stands in quotes as a whole, and its own are doubled [CSV_QUOTE]");
    expect(() => table('a', { separator: '' })).toThrow("parseCsv: separator is ''; expected one character that is no quote and no line end [OPTION_VALUE]");
    expect(() => table('a', { empty: 'zero' as never })).toThrow("parseCsv: empty is 'zero'; expected 'refuse' or 'nan'");
    expect(() => parseCsv(new Uint8Array(2) as never)).toThrow("parseCsv: got an object; expected the text of a file, such as readFileSync(path, 'utf8') or await response.text() gives [CSV_TEXT]");
  });

  it('gives back any texts that were quoted', () => {
    const random = randomSource(7);
    const letters = ['a', '"', ',', '\n', '\r', '\r\n', ' ', 'ü', ''];
    for (let round = 0; round < 200; round += 1) {
      const field = (): string => Array.from(random.uniform(4), (x) => letters[Math.floor(x * letters.length)]).join('');
      const rows = Array.from({ length: 3 }, () => [field(), field()]);
      const text = `x,y\n${rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')).join('\n')}`;
      expect(table(text, { texts: ['x', 'y'] })).toEqual({ x: rows.map(([x]) => x), y: rows.map(([, y]) => y) });
    }
  });

  it('throws typed errors alone, whatever it is given', () => {
    const random = randomSource(8);
    for (let round = 0; round < 1000; round += 1) {
      const text = Array.from(random.uniform(12), (x) => '",\n\r1a.- '[Math.floor(x * 9)]).join('');
      try {
        parseCsv(text);
      } catch (error) {
        expect(error, JSON.stringify(text)).toBeInstanceOf(PastinaError);
      }
    }
  });
});
