import { InputError, ShapeError } from '../errors.js';
import { InternTable } from './intern.js';

/** A size that is known only when inputs arrive: a polynomial over named sizes and functions of them, such as `2*batch + 1`. Equal sizes are `===`. */
export class SymbolicDim {
  /** Canonical text; also what is printed. */
  readonly key: string;
  /** Monomial (names joined by `*`, '' for the constant) → integer coefficient, none zero. */
  readonly terms: ReadonlyMap<string, number>;

  /** @internal */
  constructor(key: string, terms: ReadonlyMap<string, number>) {
    this.key = key;
    this.terms = terms;
  }

  toString(): string {
    return this.key;
  }

  toJSON(): string {
    return this.key;
  }
}

/** One size of a shape: a number, or a symbolic size. */
export type Dim = number | SymbolicDim;

/** Sizes given to the names, when inputs have arrived. */
export type Bindings = ReadonlyMap<string, number>;

const table = new InternTable<SymbolicDim>();
let anonymous = 0;

/** The size called `name`: the same name is the same size. */
export function namedDim(name: string, where?: string): SymbolicDim {
  if (!/^[A-Za-z_][\w.]*$/.test(name)) {
    throw new InputError('DIM_NAME', `${where === undefined ? '' : `${where}: `}'${name}' cannot name a size; expected a letter, then letters, digits, '_' or '.'`, { name });
  }
  return fromTerms(new Map([[name, 1]])) as SymbolicDim;
}

/** A size that equals only itself. */
export function anonymousDim(): SymbolicDim {
  anonymous += 1;
  return fromTerms(new Map([[`?${anonymous}`, 1]])) as SymbolicDim;
}

function termsOf(dim: Dim): ReadonlyMap<string, number> {
  return typeof dim === 'number' ? new Map(dim === 0 ? [] : [['', dim]]) : dim.terms;
}

function fromTerms(terms: ReadonlyMap<string, number>): Dim {
  const kept = [...terms].filter(([, factor]) => factor !== 0).sort(([a], [b]) => (a === b ? 0 : a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1));
  if (kept.length === 0) return 0;
  const first = kept[0];
  if (kept.length === 1 && first !== undefined && first[0] === '') return first[1];
  const key = kept
    .map(([names, factor], i) => {
      const size = Math.abs(factor);
      const text = names === '' ? `${size}` : size === 1 ? names : `${size}*${names}`;
      return i === 0 ? (factor < 0 ? `-${text}` : text) : `${factor < 0 ? '-' : '+'} ${text}`;
    })
    .join(' ');
  return table.get(key) ?? table.set(key, new SymbolicDim(key, new Map(kept)));
}

/** a + b */
export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  const terms = new Map(termsOf(a));
  for (const [names, factor] of termsOf(b)) terms.set(names, (terms.get(names) ?? 0) + factor);
  return fromTerms(terms);
}

/** a · b */
export function mulDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  const terms = new Map<string, number>();
  for (const [namesA, factorA] of termsOf(a)) {
    for (const [namesB, factorB] of termsOf(b)) {
      const names = [...splitNames(namesA), ...splitNames(namesB)].sort().join('*');
      terms.set(names, (terms.get(names) ?? 0) + factorA * factorB);
    }
  }
  return fromTerms(terms);
}

/** a / b where it divides exactly, else undefined. Divides by a number or by a single product of names. */
export function divideDims(a: Dim, b: Dim): Dim | undefined {
  if (b === 0) return undefined;
  if (typeof a === 'number' && typeof b === 'number') return a % b === 0 ? a / b : undefined;
  if (a === b) return 1;
  const divisor = [...termsOf(b)];
  const only = divisor[0];
  if (divisor.length !== 1 || only === undefined) return undefined;
  const terms = new Map<string, number>();
  for (const [names, factor] of termsOf(a)) {
    const rest = splitNames(names);
    for (const name of splitNames(only[0])) {
      const at = rest.indexOf(name);
      if (at < 0) return undefined;
      rest.splice(at, 1);
    }
    if (factor % only[1] !== 0) return undefined;
    terms.set(rest.join('*'), factor / only[1]);
  }
  return fromTerms(terms);
}

/** Functions of sizes that are no polynomials, by the name under which they stand in one: `⌊(h - 1)/2⌋`, `max(0, h - 3)`. */
/** What a function of a size is: floor(of / by), or max(0, of). */
type DimFunction = { readonly of: SymbolicDim; readonly apply: (size: number) => number } & ({ readonly kind: 'floorDivide'; readonly by: number } | { readonly kind: 'positive' });

const functions = new Map<string, DimFunction>();

function functionOf(a: SymbolicDim, write: (a: string) => string, made: DimFunction): Dim {
  // Names are joined by '*', so none may stand in one.
  const name = write(a.key.replaceAll('*', '·'));
  functions.set(name, made);
  return fromTerms(new Map([[name, 1]]));
}

/** ⌊a / by⌋ for a whole number by > 0. */
export function floorDivideDims(a: Dim, by: number): Dim {
  if (typeof a === 'number') return Math.floor(a / by);
  return divideDims(a, by) ?? functionOf(a, (text) => `⌊(${text})/${by}⌋`, { kind: 'floorDivide', of: a, by, apply: (size) => Math.floor(size / by) });
}

/** a, or 0 where that is negative. */
export function positiveDim(a: Dim): Dim {
  return typeof a === 'number' ? Math.max(0, a) : functionOf(a, (text) => `max(0, ${text})`, { kind: 'positive', of: a, apply: (size) => Math.max(0, size) });
}

/** The product of all sizes: the number of elements of a shape. */
export function productOfDims(dims: readonly Dim[]): Dim {
  return dims.reduce<Dim>(mulDims, 1);
}

/** The names a size depends on. */
export function namesOfDim(dim: Dim): readonly string[] {
  if (typeof dim === 'number') return [];
  return [...new Set([...dim.terms.keys()].flatMap(splitNames).flatMap((name) => {
    const inner = functions.get(name);
    return inner === undefined ? [name] : namesOfDim(inner.of);
  }))];
}

/** The number that a size is under the given bindings. */
export function evaluateDim(dim: Dim, bindings: Bindings): number {
  if (typeof dim === 'number') return dim;
  let total = 0;
  for (const [names, factor] of dim.terms) {
    let product = factor;
    for (const name of splitNames(names)) {
      const inner = functions.get(name);
      const size = inner === undefined ? bindings.get(name) : inner.apply(evaluateDim(inner.of, bindings));
      if (size === undefined) throw new ShapeError('DIM_UNBOUND', `the size '${name}' is not given by any input; where a result depends on an input by its size only, that input must be listed: compile({ inputs: { … } })`, { name });
      product *= size;
    }
    total += product;
  }
  return total;
}

function splitNames(names: string): string[] {
  return names === '' ? [] : names.split('*');
}

/** A size as plain data: terms of a factor and what it multiplies, names and functions of sizes. */
export type StoredDim = number | { readonly terms: readonly (readonly [factor: number, ...parts: readonly (string | { readonly floorDivide: StoredDim; readonly by: number } | { readonly positive: StoredDim })[]])[] };

export function storeDim(dim: Dim): StoredDim {
  if (typeof dim === 'number') return dim;
  return {
    terms: [...dim.terms].map(([names, factor]) => [factor, ...splitNames(names).map((name) => {
      const made = functions.get(name);
      if (made === undefined) return name;
      return made.kind === 'positive' ? { positive: storeDim(made.of) } : { floorDivide: storeDim(made.of), by: made.by };
    })]),
  };
}

/** The size again; `anonymous` gives a fresh one for each name that begins with '?'. */
export function restoreDim(stored: StoredDim, anonymousFor: (name: string) => Dim): Dim {
  if (typeof stored === 'number') return stored;
  return stored.terms.reduce<Dim>((sum, [factor, ...parts]) => addDims(sum, parts.reduce<Dim>((product, part) => {
    if (typeof part === 'string') return mulDims(product, part.startsWith('?') ? anonymousFor(part) : namedDim(part));
    return mulDims(product, 'positive' in part ? positiveDim(restoreDim(part.positive, anonymousFor)) : floorDivideDims(restoreDim(part.floorDivide, anonymousFor), part.by));
  }, factor)), 0);
}
