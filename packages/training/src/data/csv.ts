import { checkOptions, defaultOf, InputError, type Defaulted } from '@pastina/core';
import { defaults } from '../defaults.js';
import { describe } from '../describe.js';

/** Options of {@link parseCsv}. */
export interface CsvOptions<Names extends string = string> {
  /** Columns of numbers, by the names in the header, or '0', '1', … where there is none. Default: all that are no texts. */
  readonly columns?: readonly Names[];
  /** Columns of texts, such as labels that are words. */
  readonly texts?: readonly string[];
  /** `false`: the first line holds values. */
  readonly header?: Defaulted<boolean, true>;
  readonly separator?: Defaulted<string, ','>;
  /** What an empty field of a column of numbers is. `'refuse'`: an error; `'nan'`: NaN. */
  readonly empty?: Defaulted<'refuse' | 'nan', 'refuse'>;
}

/** A table: numbers by column, and texts by column. */
export interface Csv<Names extends string = string> {
  readonly rows: number;
  /** Columns of numbers, in the order asked for. */
  readonly numbers: { readonly [Name in Names]: Float64Array };
  /** Columns of texts: those named in `texts`. */
  readonly texts: Readonly<Record<string, readonly string[]>>;
  /** Columns of numbers side by side, in the order given: [rows, names.length] in float32, as `batches` takes it. */
  matrix(names: readonly Names[]): { readonly data: Float32Array; readonly shape: readonly [number, number] };
}

const number = /^\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)\s*$/i;

/**
 * Reads a table of comma-separated values (RFC 4180): lines end in CRLF or LF, fields may stand in double quotes, within
 * which a quote is doubled and separators and line ends mean nothing. A mark of byte order and an empty line at the end are
 * left out.
 *
 * @returns numbers by column, in float64, and texts by column
 * @throws InputError CSV_QUOTE, CSV_FIELDS, CSV_COLUMN, CSV_NUMBER naming the line (from 1, the header counts) and the column
 *
 * @example
 * ```ts
 * import { parseCsv } from '@pastina/training/datasets';
 * const { numbers, texts, matrix } = parseCsv('width,height,kind\n1,2,"a, b"\n3,4.5,c\n', { texts: ['kind'] });
 * console.log([...numbers.height ?? []], texts.kind); // [2, 4.5] ['a, b', 'c']
 * console.log([...matrix(['height', 'width']).data]); // [2, 1, 4.5, 3]
 * ```
 */
export function parseCsv<Names extends string = string>(text: string, options: CsvOptions<Names> = {}): Csv<Names> {
  const where = 'parseCsv';
  checkOptions(where, options, ['columns', 'texts', 'header', 'separator', 'empty']);
  if (typeof text !== 'string') throw new InputError('CSV_TEXT', `${where}: got ${describe(text)}; expected the text of a file, such as readFileSync(path, 'utf8') or await response.text() gives`);
  const separator = options.separator ?? defaultOf(defaults, 'parseCsv.separator');
  if (typeof separator !== 'string' || separator.length !== 1 || '"\r\n'.includes(separator)) throw new InputError('OPTION_VALUE', `${where}: separator is ${describe(separator)}; expected one character that is no quote and no line end`, { option: 'separator', value: separator });
  const empty = options.empty ?? defaultOf(defaults, 'parseCsv.empty');
  if (empty !== 'refuse' && empty !== 'nan') throw new InputError('OPTION_VALUE', `${where}: empty is ${describe(empty)}; expected 'refuse' or 'nan'`, { option: 'empty', value: empty });
  const records = recordsOf(where, text, separator);
  const first = records[0];
  if (first === undefined) throw new InputError('CSV_FIELDS', `${where}: the text is empty; expected at least one line`);
  const header = options.header ?? defaultOf(defaults, 'parseCsv.header');
  const names = header ? first.fields : first.fields.map((_, i) => String(i));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new InputError('CSV_COLUMN', `${where}: line 1: two columns are called '${twice}'; rename one of them, or read the lines below with { header: false }`, { column: twice });
  const wrong = records.find(({ fields }) => fields.length !== names.length);
  if (wrong !== undefined) throw new InputError('CSV_FIELDS', `${where}: line ${wrong.line} has ${wrong.fields.length} fields; expected ${names.length}, as in line 1. Fields that hold a '${separator}' stand in double quotes`, { line: wrong.line, expected: names.length, found: wrong.fields.length });
  const rows = header ? records.slice(1) : records;
  const place = (name: string): number => {
    const i = names.indexOf(name);
    if (i < 0) throw new InputError('CSV_COLUMN', `${where}: there is no column '${name}', only ${names.slice(0, 20).map((known) => `'${known}'`).join(', ')}${header ? '' : '; without a header they are numbered from 0'}`, { column: name, known: names });
    return i;
  };
  const texts = Object.fromEntries((options.texts ?? []).map((name) => [name, place(name)] as const).map(([name, i]) => [name, rows.map(({ fields }) => fields[i] as string)]));
  const both = options.columns?.find((name) => Object.hasOwn(texts, name));
  if (both !== undefined) throw new InputError('CSV_COLUMN', `${where}: column '${both}' is named in columns and in texts; expected it in one of them`, { column: both });
  const wanted = options.columns ?? names.filter((name) => !Object.hasOwn(texts, name));
  const numbers = Object.fromEntries(wanted.map((name) => [name, place(name)] as const).map(([name, i]) => [name, Float64Array.from(rows, ({ fields, line }) => read(where, fields[i] as string, line, name, empty))])) as { readonly [Name in Names]: Float64Array };
  return {
    rows: rows.length, numbers, texts,
    matrix: (chosen) => {
      const columns = chosen.map((name) => {
        if (!Object.hasOwn(numbers, name)) throw new InputError('CSV_COLUMN', `${where}: matrix: there is no column of numbers '${name}', only ${Object.keys(numbers).map((known) => `'${known}'`).join(', ')}`, { column: name });
        return numbers[name];
      });
      const data = new Float32Array(rows.length * columns.length);
      columns.forEach((column, j) => column.forEach((value, i) => (data[i * columns.length + j] = value)));
      return { data, shape: [rows.length, columns.length] };
    },
  };
}

function read(where: string, field: string, line: number, column: string, empty: 'refuse' | 'nan'): number {
  if (field.trim() === '' && empty === 'nan') return NaN;
  if (!number.test(field)) throw new InputError('CSV_NUMBER', `${where}: line ${line}, column '${column}': ${field.trim() === '' ? 'the field is empty' : `'${field.slice(0, 40)}' is no number`}; expected one such as -1.5e3. ${field.trim() === '' ? "With { empty: 'nan' } it is NaN" : 'Columns of words are named in { texts }'}`, { line, column, field });
  const bare = field.trim().toLowerCase();
  return /[in]/.test(bare) ? (bare.endsWith('nan') ? NaN : bare.startsWith('-') ? -Infinity : Infinity) : Number(bare);
}

interface CsvRecord {
  readonly fields: readonly string[];
  /** Where it begins, from 1: fields may hold line ends. */
  readonly line: number;
}

function recordsOf(where: string, text: string, separator: string): readonly CsvRecord[] {
  const records: CsvRecord[] = [];
  let [at, line] = [text.charCodeAt(0) === 0xfeff ? 1 : 0, 1];
  while (at < text.length) {
    const fields: string[] = [];
    const from = line;
    for (;;) {
      const field = text[at] === '"' ? quoted() : bare();
      fields.push(field);
      if (text[at] !== separator) break;
      at += 1;
    }
    if (text[at] === '\r') at += 1;
    at += 1;
    line += 1;
    // an empty line is no record of one empty field, unless all records have one field
    if (fields.length > 1 || fields[0] !== '' || (records.length > 0 && records[0]?.fields.length === 1 && at < text.length)) records.push({ fields, line: from });
    else if (at < text.length && text.slice(at).trim() !== '') throw new InputError('CSV_FIELDS', `${where}: line ${from} is empty; expected fields, as in the other lines`, { line: from });
  }
  return records;

  function bare(): string {
    const from = at;
    while (at < text.length && text[at] !== separator && text[at] !== '\n' && !(text[at] === '\r' && (text[at + 1] === '\n' || at + 1 === text.length))) at += 1;
    const field = text.slice(from, at);
    if (field.includes('"')) throw new InputError('CSV_QUOTE', `${where}: line ${line}: a quote within the field '${field.slice(0, 40)}'; a field with quotes stands in quotes as a whole, and its own are doubled`, { line });
    return field;
  }

  function quoted(): string {
    const from = line;
    let field = '';
    for (at += 1; ; at += 1) {
      const end = text.indexOf('"', at);
      if (end < 0) throw new InputError('CSV_QUOTE', `${where}: line ${from}: a quote opens and is never closed`, { line: from });
      field += text.slice(at, end);
      at = end + 1;
      if (text[at] !== '"') break;
      field += '"';
    }
    line += field.split('\n').length - 1;
    const ends = at === text.length || text[at] === separator || text[at] === '\n' || (text[at] === '\r' && (text[at + 1] === '\n' || at + 1 === text.length));
    if (!ends) throw new InputError('CSV_QUOTE', `${where}: line ${line}: ${JSON.stringify(text[at])} behind a closing quote; expected '${separator}' or the end of the line. Quotes within a field are doubled`, { line });
    return field;
  }
}
