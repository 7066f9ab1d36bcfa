import { CompatibilityError } from '../errors.js';
import { type DefaultEntry, type DefaultId, type DefaultsTable } from './defaults.js';
import { shortName } from './levels.js';
import { compareReleases } from './releases.js';
import { behaviorState, type Notice } from './state.js';

interface Host {
  readonly process?: { readonly emitWarning?: (message: string, options: { readonly type: string; readonly code: string }) => void };
  readonly console?: { readonly warn: (message: string) => void };
}

/** Tells of an announced change, once in a process. */
export function noticeOf(table: DefaultsTable, id: DefaultId, entry: DefaultEntry): void {
  const { told, notices } = behaviorState();
  if (notices === 'silent') return;
  const notice = textOf(table, id, entry);
  // An error is for every place, until each says what it means.
  if (notices === 'throw') throw new CompatibilityError(notice.code, notice.message, { id, package: table.package });
  if (told.has(notice.code)) return;
  told.add(notice.code);
  if (notices === 'warn') warn(notice);
  else notices(notice);
}

function textOf(table: DefaultsTable, id: DefaultId, { code, since, next }: DefaultEntry): Notice {
  const [name, option] = [id.slice(0, id.lastIndexOf('.')), id.slice(id.lastIndexOf('.') + 1)];
  const now = since[Object.keys(since).sort(compareReleases).filter((one) => compareReleases(one, table.release) <= 0).pop() ?? ''];
  const [from, to] = [now, next?.value].map((value) => JSON.stringify(value));
  const message = `${name} of ${table.package}: the default of '${option}' changes from ${from} to ${to} in ${next?.in}. Write { ${option}: ${from} } to keep it, { ${option}: ${to} } or configure({ future: ['${code}'] }) to adopt it now, or configure({ behaviors: { '${shortName(table.package)}': '${table.release.split('.').slice(0, 2).join('.')}' } }) to pin all of the package. See docs/notices/${code}.md`;
  return { code: `PASTINA_${code}`, package: table.package, id, message };
}

/** Node has switches for deprecations by code; elsewhere there is only the console. */
function warn({ code, message }: Notice): void {
  const { process, console } = globalThis as Host;
  if (process?.emitWarning === undefined) console?.warn(`[${code}] ${message}`);
  else process.emitWarning(message, { type: 'DeprecationWarning', code });
}
