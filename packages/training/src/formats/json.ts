/** What a JSON text holds, with objects as maps: no name means anything to the language. */
export type Json = null | boolean | number | string | readonly Json[] | ReadonlyMap<string, Json>;

/** More nesting than any header has; a bound keeps the stack safe from corrupt files. */
const deepest = 16;
const space = /[ \t\n\r]*/y;
const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/**
 * Reads JSON as `JSON.parse` does, but refuses names that occur twice in an object: which of the two counts would be
 * a matter of the reader.
 *
 * @throws SyntaxError with the place
 */
export function parseStrictJson(text: string): Json {
  let at = 0;
  const fail = (what: string): never => {
    throw new SyntaxError(`${what} at position ${at}`);
  };
  const token = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const punctuation = (mark: string): boolean => {
    token(space);
    if (text[at] !== mark) return false;
    at += 1;
    return true;
  };
  // not by a pattern: texts of megabytes are more than patterns take
  const string = (): string => {
    token(space);
    let end = text[at] === '"' ? text.indexOf('"', at + 1) : -1;
    while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
    if (end < 0) return fail('expected a string');
    try {
      const found = JSON.parse(text.slice(at, end + 1)) as string;
      at = end + 1;
      return found;
    } catch {
      return fail('expected a string');
    }
  };
  const value = (depth: number): Json => {
    if (depth > deepest) fail(`more than ${deepest} levels of nesting`);
    if (punctuation('{')) return object(depth);
    if (punctuation('[')) return list(depth);
    if (text[at] === '"') return string();
    for (const [word, meaning] of [['true', true], ['false', false], ['null', null]] as const) {
      if (!text.startsWith(word, at)) continue;
      at += word.length;
      return meaning;
    }
    return Number(token(numberToken) ?? fail('expected a value'));
  };
  const object = (depth: number): Json => {
    const fields = new Map<string, Json>();
    if (punctuation('}')) return fields;
    do {
      const name = string();
      if (fields.has(name)) fail(`the name ${JSON.stringify(name)} twice`);
      if (!punctuation(':')) fail("expected ':'");
      fields.set(name, value(depth + 1));
    } while (punctuation(','));
    return punctuation('}') ? fields : fail("expected ',' or '}'");
  };
  const list = (depth: number): Json => {
    const entries: Json[] = [];
    if (punctuation(']')) return entries;
    do entries.push(value(depth + 1)); while (punctuation(','));
    return punctuation(']') ? entries : fail("expected ',' or ']'");
  };
  const result = value(0);
  token(space);
  return at === text.length ? result : fail('something behind the value');
}

/** An odd number of backslashes before a quote makes it part of the text. */
function isEscaped(text: string, at: number): boolean {
  let from = at;
  while (text[from - 1] === '\\') from -= 1;
  return (at - from) % 2 === 1;
}
