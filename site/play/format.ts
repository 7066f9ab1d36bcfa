/** A value as a line of output: texts as they are, tensors by their numbers, the rest much as in a console. */
export function show(value: unknown, depth = 0): string {
  if (typeof value === 'string') return depth === 0 ? value : `'${value}'`;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === 'function') return `[function ${value.name}]`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth > 3) return '…';
  const inner = (one: unknown): string => show(one, depth + 1);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return `${value.constructor.name} ${list(Array.from(value as unknown as ArrayLike<number>, String))}`;
  if (Array.isArray(value)) return list(value.map(inner));
  if (value instanceof Map) return `Map {${[...value].slice(0, most).map(([key, one]) => `${inner(key)} => ${inner(one)}`).join(', ')}}`;
  if (value instanceof Set) return `Set ${list([...value].map(inner))}`;
  // Expressions, reports and tensors tell about themselves.
  if (Object.getPrototypeOf(value) !== Object.prototype && String(value) !== '[object Object]') return String(value);
  return `{ ${Object.entries(value).map(([key, one]) => `${key}: ${inner(one)}`).join(', ')} }`;
}

const most = 100;

function list(items: readonly string[]): string {
  return `[${items.slice(0, most).join(', ')}${items.length > most ? `, … ${items.length - most} more` : ''}]`;
}
