import { Slots, type Slot } from '../declarations/slots.js';
import type { Project } from '../project/project.js';
import { literal, sinceAt, valueAt } from '../tables.js';
import { count, pageOf, type Outcome } from './outcome.js';

/** Where a call takes a default: in the bag of options that is its argument of that number, or as that argument. */
interface Call {
  readonly module: string;
  readonly name: string;
  readonly argument: number;
  readonly kind: Slot['kind'];
  /** Whether the value can be written there as the table has it. */
  readonly writable: boolean;
}

/** Every default of the installed packages: what it is, since when, what is announced, and the calls that take it. */
export function list({ tables, graph, surfaces }: Pick<Project, 'tables' | 'graph' | 'surfaces'>): Outcome {
  const changes = tables.flatMap((table) => Object.entries(table.entries).map(([id, entry]) => ({ package: table.package, id, code: entry.code, old: valueAt(entry, table.release), now: valueAt(entry, table.release) })));
  const places = new Slots(graph, surfaces, changes).places();
  const calls = (code: string): readonly Call[] => places.flatMap(({ module, name, slots }) => slots.filter(({ change }) => change.code === code).map(({ at, kind, writable }) => ({ module, name, argument: at + 1, kind, writable })));
  const rows = tables.flatMap((table) => Object.entries(table.entries).map(([id, entry]) => ({
    package: table.package, id, code: entry.code, value: valueAt(entry, table.release), since: sinceAt(entry, table.release),
    ...(entry.next === undefined ? {} : { next: entry.next, page: pageOf(entry.code) }), calls: calls(entry.code),
  })));
  const announced = rows.filter(({ next }) => next !== undefined).length;
  const width = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length));
  const lines = tables.flatMap((table) => {
    const own = rows.filter((row) => row.package === table.package);
    const [ids, values] = [width(own.map(({ id }) => id)), width(own.map(({ value }) => literal(value, "'")))];
    return [`${table.package} ${table.release}`, ...own.map(({ id, code, value, since, next, page }) =>
      `  ${code}  ${id.padEnd(ids)}  ${literal(value, "'").padEnd(values)}  since ${since}${next === undefined ? '' : `, ${literal(next.value, "'")} in ${next.in}: ${page}`}`)];
  });
  return { code: 0, lines: [...lines, `${count(rows.length, 'default')} of ${count(tables.length, 'package')}, ${announced} announced to change`], json: { defaults: rows } };
}
